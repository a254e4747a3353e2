"""Miettinen-Nurminen: score test and limits of a risk difference, the variance inflated by N / (N - 1).

Source: O. Miettinen, M. Nurminen, Stat. Med. 4, 213 (1985), doi:10.1002/sim.4780040211, equations 7-9.
"""

from __future__ import annotations

from scipy.special import ndtr

from openiort.evidence.restricted_rates import score_limits, score_z
from openiort.evidence.two_arms import TwoArms


def limits(counts: TwoArms, level: float) -> tuple[float, float]:
    """Two-sided limits of the risk difference at a confidence level."""
    return score_limits(counts, level, inflated=True)


def p_non_inferior(counts: TwoArms, margin: float) -> float:
    """One-sided p of a difference of `margin` or more."""
    return float(ndtr(score_z(counts, margin, inflated=True)))
