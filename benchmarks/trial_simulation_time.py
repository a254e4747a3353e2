"""Processor and wall time of simulated trials of 2232 women, beside plain NumPy that draws and sorts their times.

Run: `.venv/bin/python benchmarks/trial_simulation_time.py [TRIALS [WORKERS]]`; `make bench` simulates 100,000 on two
processes. The promise is 1,000,000 trials in 150 s on two cores. The plain way draws entry and three exponential times
a woman and sorts what is observed; it estimates nothing.
"""

from __future__ import annotations

import os
import platform
import sys
import time

import numpy as np

from openiort.core.progress import silent
from openiort.evidence.read_simulation import read_assumptions
from openiort.evidence.simulated_batch import simulate_batch
from openiort.evidence.trial_assumptions import TrialAssumptions, law_of
from openiort.evidence.trial_simulation import compile_simulation, simulate

MILLION = 1_000_000
PIECE_trials, RUNS = 1000, 5


def processor_s_per_trial(trial: TrialAssumptions) -> float:
    """Least of several runs, after one that compiles."""
    law, events = law_of(trial), np.empty((PIECE_trials, 2), np.int64)
    risks, errors = np.empty((PIECE_trials, 2, 2)), np.empty((PIECE_trials, 2, 2))
    taken = []
    for run in range(RUNS + 1):
        begun = time.process_time()
        simulate_batch(law, trial.women_new, trial.women_control, 1, run * PIECE_trials, events, risks, errors)
        taken.append(time.process_time() - begun)
    return min(taken[1:]) / PIECE_trials


def plain_s_per_trial(trial: TrialAssumptions, trials: int = 200) -> float:
    """NumPy: drawing and sorting alone."""
    random = np.random.default_rng(1)
    hazards = -np.log1p(-trial.control) / trial.horizon_years, 0.01, 0.01
    taken = []
    for _ in range(RUNS):
        begun = time.process_time()
        for women in (trial.women_new, trial.women_control):
            shape = (trials, women)
            seen = trial.follow_up_years + trial.accrual_years * random.random(shape)
            first = np.min([random.exponential(1 / hazard, shape) for hazard in hazards], axis=0)
            np.sort(np.minimum(seen, first), axis=1)
        taken.append(time.process_time() - begun)
    return min(taken) / trials


def main() -> None:
    trials = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    workers = int(sys.argv[2]) if len(sys.argv) > 2 else 2
    trial = read_assumptions(None, {})
    women = trial.women_new + trial.women_control
    print(f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, NumPy {np.__version__}")
    compile_simulation()
    own, plain = processor_s_per_trial(trial), plain_s_per_trial(trial)
    print(f"one trial of {women} women: {1e6 * own:.1f} us of processor time, {1e9 * own / women:.1f} ns a woman")
    print(f"plain NumPy, drawing and sorting alone: {1e6 * plain:.1f} us, {plain / own:.1f} times ours")
    print(f"from these, {MILLION:,} trials: {own * MILLION:.0f} s of processor time; NumPy {plain * MILLION:.0f} s")
    begun, used = time.perf_counter(), os.times()
    simulate(trial, trials, workers=workers, progress=silent)
    wall, now = time.perf_counter() - begun, os.times()
    spent = sum(now[:4]) - sum(used[:4])
    print(f"{trials:,} trials by all seven methods, {workers} processes: {wall:.1f} s wall, {spent:.1f} s of processor "
          f"time; load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
