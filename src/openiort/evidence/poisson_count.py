"""Exact limits of a count of events, and how likely a count as small or as large is where another was expected.

Source: F. Garwood, Biometrika 28, 437 (1936), doi:10.1093/biomet/28.3-4.437.
"""

from __future__ import annotations

from scipy.special import gammaincinv, pdtr

from openiort.evidence.two_arms import check_level


def limits(events: int, level: float) -> tuple[float, float]:
    """Two-sided exact limits of the expected count; the lower one is 0 without events.

    Raises:
        InputError: a level that is none.
    """
    check_level(level)
    tail = (1 - level) / 2
    return float(gammaincinv(events, tail)) if events else 0.0, float(gammaincinv(events + 1, 1 - tail))


def p_as_few(events: int, expected: float) -> float:
    """One-sided p of so many events or fewer."""
    return float(pdtr(events, expected))


def p_as_many(events: int, expected: float) -> float:
    """One-sided p of so many events or more."""
    return 1.0 if events == 0 else 1.0 - float(pdtr(events - 1, expected))


def p_two_sided(events: int, expected: float) -> float:
    """Twice the smaller of the one-sided p, at most 1."""
    return min(1.0, 2 * min(p_as_few(events, expected), p_as_many(events, expected)))
