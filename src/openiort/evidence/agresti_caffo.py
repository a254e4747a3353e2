"""Agresti-Caffo: Wald after one event and one woman without are added to each arm.

Source: A. Agresti, B. Caffo, Am. Stat. 54, 280 (2000), doi:10.1080/00031305.2000.10474560.
"""

from __future__ import annotations

from openiort.evidence import wald
from openiort.evidence.two_arms import TwoArms


def added(counts: TwoArms) -> TwoArms:
    """The counts with one event and one woman without event more in each arm."""
    return TwoArms(counts.events_new + 1, counts.total_new + 2, counts.events_control + 1, counts.total_control + 2)


def limits(counts: TwoArms, level: float) -> tuple[float, float]:
    """Two-sided limits of the risk difference, cut off at -1 and 1."""
    lower, upper = wald.limits(added(counts), level)
    return max(lower, -1.0), min(upper, 1.0)


def p_non_inferior(counts: TwoArms, margin: float) -> float:
    """One-sided p of a difference of `margin` or more: the test whose limits these are."""
    return wald.p_non_inferior(added(counts), margin)
