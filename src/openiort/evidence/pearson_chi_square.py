"""Pearson's chi-square test of two proportions, without continuity correction.

Source: K. Pearson, Philos. Mag. 50, 157 (1900), doi:10.1080/14786440009463897.
"""

from __future__ import annotations

from math import erfc, sqrt

from openiort.evidence.two_arms import TwoArms


def p_two_sided(counts: TwoArms) -> float:
    """Two-sided p of equal proportions; 1 where no woman, or every woman, had the event."""
    events = counts.events_new + counts.events_control
    total = counts.total_new + counts.total_control
    pooled = events / total
    variance = pooled * (1 - pooled) * (1 / counts.total_new + 1 / counts.total_control)
    return 1.0 if variance == 0 else erfc(abs(counts.difference) / sqrt(2 * variance))
