"""Newcombe's hybrid score limits of a risk difference: Wilson's limits of each arm, squared and added.

Source: R. G. Newcombe, Stat. Med. 17, 873 (1998), method 10; Wilson's limits: J. Am. Stat. Assoc. 22, 209 (1927).
"""

from __future__ import annotations

from math import hypot, sqrt

from scipy.optimize import brentq
from scipy.special import ndtr, ndtri

from openiort.evidence.two_arms import TwoArms

FARTHEST_z = 38.0  # beyond it the normal tail is below the smallest double


def wilson_limits(events: int, total: int, z: float) -> tuple[float, float]:
    """Score limits of one proportion, z standard errors to each side."""
    rate = events / total
    middle = (rate + z * z / (2 * total)) / (1 + z * z / total)
    half = z / (1 + z * z / total) * sqrt(rate * (1 - rate) / total + z * z / (4 * total * total))
    return max(middle - half, 0.0), min(middle + half, 1.0)


def limits(counts: TwoArms, level: float) -> tuple[float, float]:
    """Two-sided limits of the risk difference at a confidence level."""
    return limits_at(counts, float(ndtri((1 + level) / 2)))


def limits_at(counts: TwoArms, z: float) -> tuple[float, float]:
    """The limits z standard errors to each side."""
    new, control = counts.rates
    low_new, high_new = wilson_limits(counts.events_new, counts.total_new, z)
    low_control, high_control = wilson_limits(counts.events_control, counts.total_control, z)
    lower = counts.difference - hypot(new - low_new, high_control - control)
    upper = counts.difference + hypot(high_new - new, control - low_control)
    return max(lower, -1.0), min(upper, 1.0)


def p_non_inferior(counts: TwoArms, margin: float) -> float:
    """One-sided p of a difference of `margin` or more: the limit that reaches the margin has it as its tail."""
    side = 1 if counts.difference <= margin else 0

    def beyond(z: float) -> float:
        return limits_at(counts, z)[side] - margin

    if beyond(0.0) * beyond(FARTHEST_z) > 0:  # the margin lies beyond every limit
        return 0.0 if side else 1.0
    z = float(brentq(beyond, 0.0, FARTHEST_z, xtol=1e-12))
    return float(ndtr(-z)) if side else float(ndtr(z))
