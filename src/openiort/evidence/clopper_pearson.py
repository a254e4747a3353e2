"""Exact limits of one proportion; without any event the upper one is 1 - alpha^(1/n).

Source: C. J. Clopper, E. S. Pearson, Biometrika 26, 404 (1934), doi:10.1093/biomet/26.4.404.
"""

from __future__ import annotations

from scipy.special import betaincinv

from openiort.evidence.two_arms import check_counts, check_level


def lower_limit(events: int, total: int, level: float) -> float:
    """One-sided exact lower limit.

    Raises:
        InputError: counts or a level that cannot be.
    """
    check_counts(events, total, "one arm")
    check_level(level)
    return 0.0 if events == 0 else float(betaincinv(events, total - events + 1, 1 - level))


def upper_limit(events: int, total: int, level: float) -> float:
    """One-sided exact upper limit.

    Raises:
        InputError: counts or a level that cannot be.
    """
    check_counts(events, total, "one arm")
    check_level(level)
    return 1.0 if events == total else float(betaincinv(events + 1, total - events, level))


def limits(events: int, total: int, level: float) -> tuple[float, float]:
    """Two-sided exact limits: one-sided ones, each with half of what the level leaves."""
    check_level(level)
    each = (1 + level) / 2
    return lower_limit(events, total, each), upper_limit(events, total, each)
