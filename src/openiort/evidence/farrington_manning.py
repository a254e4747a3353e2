"""Farrington-Manning: score test of a risk difference at the margin, and the limits it leads to.

Source: C. P. Farrington, G. Manning, Stat. Med. 9, 1447 (1990), doi:10.1002/sim.4780091208. The limits are those of
Mee: no small-sample factor, else as Miettinen-Nurminen.
"""

from __future__ import annotations

from scipy.special import ndtr

from openiort.evidence.restricted_rates import score_limits, score_z
from openiort.evidence.two_arms import TwoArms


def limits(counts: TwoArms, level: float) -> tuple[float, float]:
    """Two-sided limits of the risk difference at a confidence level."""
    return score_limits(counts, level, inflated=False)


def p_non_inferior(counts: TwoArms, margin: float) -> float:
    """One-sided p of a difference of `margin` or more."""
    return float(ndtr(score_z(counts, margin, inflated=False)))
