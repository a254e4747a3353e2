"""How many women of a single arm rule out a rate: exact binomial, the test of Clopper-Pearson's upper limit.

A rate is ruled out when the exact one-sided upper limit lies at or below it, which is when so few events have a
probability of alpha or less under that rate. Power as a function of n is a saw: it falls while the largest allowed
number of events stays, and jumps when it rises. So besides the smallest n with the power there is one from which on
every larger n has it.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, log, log1p

import numpy as np
from scipy.special import bdtr, ndtri

from openiort.core.errors import InputError
from openiort.evidence.design_checks import check_errors, check_fraction, check_n

LONGEST_SEARCH = 200_000


@dataclass(frozen=True, slots=True)
class SingleArmSize:
    """A single arm.

    Attributes:
        n: women.
        most_events: with so many events or fewer the rate is ruled out; -1 if no number does.
        power: probability of that under the expected rate.
        alpha: probability of that under the rate to rule out.
    """

    n: int
    most_events: int
    power: float
    alpha: float


def zero_event_n(ruled_out: float, alpha: float) -> int:
    """Fewest women who rule a rate out if none of them has the event: (1 - rate)^n <= alpha.

    Raises:
        InputError: a rate or alpha that is none, or more women than any trial has.
    """
    check_fraction(ruled_out, "rule-out")
    check_errors(alpha, None)
    return check_n(max(ceil(log(alpha) / log1p(-ruled_out) - 1e-9), 2), "rule-out")


def at_n(n: int, expected: float, ruled_out: float, alpha: float) -> SingleArmSize:
    """What so many women can show.

    Args:
        n: women.
        expected: rate that is hoped for; 0 is allowed.
        ruled_out: rate that is to be ruled out.
        alpha: one-sided error.

    Raises:
        InputError: a rate, alpha or number that is none, or an expected rate that is not below the other.
    """
    _check(expected, ruled_out, alpha)
    return _at(check_n(n, "n"), expected, ruled_out, alpha)


def sample_size(expected: float, ruled_out: float, alpha: float, power: float) -> tuple[SingleArmSize, SingleArmSize]:
    """Smallest arm with the power, and the smallest from which on every larger arm has it.

    Raises:
        InputError: as `at_n`; a power that is none; more women than are searched.
    """
    _check(expected, ruled_out, alpha)
    check_errors(alpha, power)
    n = np.arange(1, _search_end(expected, ruled_out, alpha, power) + 1)
    events = _most_events(n, ruled_out, alpha)
    reached = np.where(events >= 0, bdtr(np.maximum(events, 0), n, expected), 0.0) >= power
    first, last_without = int(np.flatnonzero(reached)[0]), int(np.flatnonzero(~reached)[-1])
    return _at(first + 1, expected, ruled_out, alpha), _at(last_without + 2, expected, ruled_out, alpha)


def _check(expected: float, ruled_out: float, alpha: float) -> None:
    check_fraction(ruled_out, "rule-out")
    check_errors(alpha, None)
    if expected != 0.0:
        check_fraction(expected, "expected")
    if expected >= ruled_out:
        raise InputError(f"the expected rate, {expected:g}, is not below {ruled_out:g}", where="expected",
                         allowed=f"0 to below {ruled_out:g}", fix="rule out a higher rate")


def _search_end(expected: float, ruled_out: float, alpha: float, power: float) -> int:
    """Twice the normal approximation and something: beyond it the saw stays above the power."""
    reach = -ndtri(alpha) * (ruled_out * (1 - ruled_out)) ** 0.5 + ndtri(power) * (expected * (1 - expected)) ** 0.5
    end = 2 * (reach / (ruled_out - expected)) ** 2 + 20 / ruled_out + 2 * log(alpha) / log1p(-ruled_out)
    if end > LONGEST_SEARCH:
        raise InputError(f"about {end / 2:,.0f} women", where="rule-out", allowed=f"up to {LONGEST_SEARCH // 2:,}",
                         fix="rule out a rate farther from the expected one")
    return int(end)


def _most_events(n: np.ndarray[tuple[int], np.dtype[np.int64]], ruled_out: float,
                 alpha: float) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Largest number of events whose lower tail under the rate is alpha or less, for each n; -1 if none is.

    It never falls when n grows, so one walk finds all.
    """
    most = np.empty(n.size, np.int64)
    events = -1
    for place, women in enumerate(n):
        while events + 1 < women and bdtr(events + 1, women, ruled_out) <= alpha:
            events += 1
        most[place] = events
    return most


def _at(n: int, expected: float, ruled_out: float, alpha: float) -> SingleArmSize:
    low, high = -1, n  # bisection: the tail rises with the number of events
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if bdtr(middle, n, ruled_out) <= alpha else (low, middle)
    if low < 0:
        return SingleArmSize(n, low, 0.0, 0.0)
    return SingleArmSize(n, low, float(bdtr(low, n, expected)), float(bdtr(low, n, ruled_out)))
