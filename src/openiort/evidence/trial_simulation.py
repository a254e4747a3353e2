"""Whole trials simulated patient by patient: how often each method finds the new treatment non-inferior.

Crude proportions count the recurrences that are seen by the horizon among all women, also those who were followed for a
shorter time; the Kaplan-Meier and Aalen-Johansen differences at the horizon do not. Trials come in batches of a fixed
size, each from random numbers of its own, and batches are added up in their order: no result depends on the number of
workers.
"""

from __future__ import annotations

import signal
from collections import Counter, deque
from collections.abc import Generator, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from multiprocessing import get_context

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from openiort.core.errors import InputError
from openiort.core.progress import Progress, silent
from openiort.evidence import clopper_pearson
from openiort.evidence.methods import METHODS
from openiort.evidence.simulated_batch import simulate_batch
from openiort.evidence.simulated_patient import TrialLaw
from openiort.evidence.trial_assumptions import TrialAssumptions, law_of
from openiort.evidence.two_arms import TwoArms

FloatArray = NDArray[np.float64]
BATCH_trials = 1000
MOST_trials, MOST_workers = 100_000_000, 256
CRUDE = ("Wald", "Agresti-Caffo", "Newcombe", "Miettinen-Nurminen", "Farrington-Manning")
CURVES = ("Kaplan-Meier", "Aalen-Johansen")
LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class MethodRate:
    """How often a method finds the new treatment non-inferior.

    Attributes:
        method: its name.
        found: trials in which it does.
        undecided: trials without an answer, counted as not found: nobody followed to the horizon in an arm, or no
            standard error in both.
        rate: found / trials.
        lower, upper: exact limits of the rate at `LEVEL`, the error of the simulation.
        mean_difference: mean of its estimates, new - control, over the trials that have one.
    """

    method: str
    found: int
    undecided: int
    rate: float
    lower: float
    upper: float
    mean_difference: float


@dataclass(frozen=True, slots=True)
class _Batch:
    pairs: Counter[tuple[int, int]]
    found: NDArray[np.int64]  # of CURVES
    undecided: NDArray[np.int64]
    estimated: NDArray[np.int64]
    sums: FloatArray

    def add(self, other: _Batch) -> None:
        """Count the other's trials here too."""
        self.pairs.update(other.pairs)
        for name in ("found", "undecided", "estimated", "sums"):
            getattr(self, name)[:] += getattr(other, name)


def simulate(trial: TrialAssumptions, trials: int, *, seed: int = 1, workers: int = 1, progress: Progress = silent,
             step: str = "simulating trials") -> tuple[MethodRate, ...]:
    """Rates of `CRUDE`, then of `CURVES`.

    Args:
        trial: what is assumed.
        trials: how many.
        seed: of the random numbers.
        workers: processes; 1 works in this one.
        progress: told after each batch.
        step: what it is told.

    Raises:
        InputError: a number of trials or workers, or a seed, that is none.
    """
    check_run(trials, seed, workers)
    sizes = [min(BATCH_trials, trials - first) for first in range(0, trials, BATCH_trials)]
    done, total = 0, _Batch(Counter(), *(np.zeros(len(CURVES), kind) for kind in (int, int, int, float)))
    progress("getting ready")
    compile_simulation()
    progress(step, 0.0)
    with closing(_batches(trial, sizes, seed, workers)) as finished:  # an interruption here ends the processes at once
        for batch, size in zip(finished, sizes, strict=True):
            total.add(batch)
            done += size
            progress(step, done / trials, f"{done:,} of {trials:,}")
    return (*_crude_rates(total.pairs, trial, trials), *_curve_rates(total, trials))


def check_run(trials: int, seed: int, workers: int) -> None:
    """Refuse what no run can have.

    Raises:
        InputError: as said.
    """
    for name, value, least, most in (("trials", trials, 1, MOST_trials), ("workers", workers, 1, MOST_workers),
                                     ("seed", seed, 0, 2**63 - 1)):
        if not least <= value <= most:
            raise InputError(f"{value} {name}", where=name, allowed=f"{least} to {most}", fix="give another number")


def compile_simulation() -> None:
    """Compile what simulates, or load it: once here, not in every worker, and not counted as time of the trials."""
    small = TrialAssumptions(2, 2, 0.5, 0.5, 0.1, 1.0, 0.0, 1.0)
    _run_batch(law_of(small), (2, 2), small.margin, small.alpha, 0, 0, 1)


def _batches(trial: TrialAssumptions, sizes: list[int], seed: int, workers: int) -> Generator[_Batch, None, None]:
    law, arms = law_of(trial), (trial.women_new, trial.women_control)
    asked = [(law, arms, trial.margin, trial.alpha, seed, number * BATCH_trials, size)
             for number, size in enumerate(sizes)]
    if min(workers, len(sizes)) == 1:
        yield from (_run_batch(*each) for each in asked)
        return
    pool = ProcessPoolExecutor(min(workers, len(sizes)), get_context("spawn"))
    try:
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})  # for the processes that begin here
        try:
            waiting: deque[Future[_Batch]] = deque(pool.submit(_run_batch, *each) for each in asked)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
        while waiting:  # in their order; each is let go, so that memory does not grow
            yield waiting.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)


def _run_batch(law: TrialLaw, arms: tuple[int, int], margin: float, alpha: float, seed: int, first: int,
               trials: int) -> _Batch:
    events = np.empty((trials, 2), np.int64)
    risks, errors = np.empty((trials, 2, 2)), np.empty((trials, 2, 2))
    simulate_batch(law, *arms, seed, first, events, risks, errors)
    difference, error = risks[:, :, 0] - risks[:, :, 1], np.hypot(errors[:, :, 0], errors[:, :, 1])
    has_estimate = np.isfinite(difference)
    decided = has_estimate & (error > 0)
    z = np.divide(difference - margin, error, out=np.zeros_like(error), where=decided)
    found = decided & (ndtr(z) < alpha)
    pairs, counts = np.unique(events, axis=0, return_counts=True)
    return _Batch(Counter({(int(new), int(control)): int(count)
                           for (new, control), count in zip(pairs, counts, strict=True)}),
                  found.sum(axis=0), (~decided).sum(axis=0), has_estimate.sum(axis=0),
                  np.where(has_estimate, difference, 0.0).sum(axis=0))


def _crude_rates(pairs: Counter[tuple[int, int]], trial: TrialAssumptions, trials: int) -> Iterator[MethodRate]:
    """Each pair of counts is judged once, by the methods that judge a published trial."""
    judged = {pair: TwoArms(pair[0], trial.women_new, pair[1], trial.women_control) for pair in sorted(pairs)}
    mean = sum(count * judged[pair].difference for pair, count in sorted(pairs.items())) / trials
    for name in CRUDE:
        p_of = METHODS[name].p_non_inferior
        found = sum(pairs[pair] for pair, counts in judged.items() if p_of(counts, trial.margin) < trial.alpha)
        yield _rate(name, found, 0, trials, mean)


def _curve_rates(total: _Batch, trials: int) -> Iterator[MethodRate]:
    for place, name in enumerate(CURVES):
        estimated = int(total.estimated[place])
        mean = float(total.sums[place]) / estimated if estimated else float("nan")
        yield _rate(name, int(total.found[place]), int(total.undecided[place]), trials, mean)


def _rate(name: str, found: int, undecided: int, trials: int, mean: float) -> MethodRate:
    return MethodRate(name, found, undecided, found / trials, *clopper_pearson.limits(found, trials, LEVEL), mean)
