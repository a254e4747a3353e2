"""Wald: the risk difference and its unpooled standard error, normal.

The test and the 90 % limits that TARGIT-A published in 2014 and 2020. Too narrow where events are few, and of width
zero where there are none; it is here because it was published.
"""

from __future__ import annotations

from math import sqrt

from scipy.special import ndtr, ndtri

from openiort.evidence.two_arms import TwoArms


def standard_error(counts: TwoArms) -> float:
    """Of the difference of two proportions, each with its own variance."""
    new, control = counts.rates
    return sqrt(new * (1 - new) / counts.total_new + control * (1 - control) / counts.total_control)


def limits(counts: TwoArms, level: float) -> tuple[float, float]:
    """Two-sided limits of the risk difference at a confidence level."""
    return around(counts.difference, standard_error(counts), level)


def p_non_inferior(counts: TwoArms, margin: float) -> float:
    """One-sided p of a difference of `margin` or more."""
    return p_below(counts.difference, standard_error(counts), margin)


def around(estimate: float, error: float, level: float) -> tuple[float, float]:
    """Normal limits of an estimate with a standard error."""
    half = float(ndtri((1 + level) / 2)) * error
    return estimate - half, estimate + half


def p_below(estimate: float, error: float, margin: float) -> float:
    """One-sided normal p of a truth of `margin` or more; without any spread 0 or 1."""
    if error == 0.0:
        return 0.0 if estimate < margin else 1.0
    return float(ndtr((estimate - margin) / error))
