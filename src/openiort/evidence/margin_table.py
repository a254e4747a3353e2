"""One outcome under every method: limits, p and verdict at margins, and how many events turn the verdict."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace

import numpy as np

from openiort.evidence import exact_unconditional, wald
from openiort.evidence.estimates import CannotRebuildError, km_difference
from openiort.evidence.methods import METHODS, ONE_SIDED_ALPHA
from openiort.evidence.trial import Outcome
from openiort.evidence.two_arms import TwoArms, check_margin

KAPLAN_MEIER, EXACT = "Kaplan-Meier", "exact unconditional"
MARGINS = tuple(float(margin) for margin in np.arange(10, 41, 5) / 1000)  # 1 to 4 %


@dataclass(frozen=True, slots=True)
class MethodResult:
    """What one method says.

    Attributes:
        method: its name.
        difference: new minus control; that of the Kaplan-Meier rates for `KAPLAN_MEIER`.
        lower, upper: limits at 1 - 2 alpha; the upper one is the smallest margin at which it is non-inferior. None for
            `EXACT`, which is a test at the margin alone.
        p: one-sided, of a difference of the margin or more.
        is_non_inferior: p is below alpha.
        at_margins: the same for each of `MARGINS`; empty for `EXACT`.
        tipping_events: more events in the new arm (fewer, if negative) that turn the verdict; None without counts or
            if no number does.
    """

    method: str
    difference: float
    lower: float | None
    upper: float | None
    p: float
    is_non_inferior: bool
    at_margins: tuple[bool, ...]
    tipping_events: int | None


def method_results(outcome: Outcome, margin: float, alpha: float = ONE_SIDED_ALPHA) -> tuple[MethodResult, ...]:
    """Every method that the public numbers allow; none where neither counts nor limits of both arms are public.

    The exact test is left out where an arm has more than `exact_unconditional.LARGEST_ARM` women.

    Raises:
        InputError: a margin that is none.
    """
    check_margin(margin)
    found = [] if outcome.counts is None else [
        _of_counts(name, outcome.counts, margin, alpha) for name in METHODS]
    if outcome.counts is not None and exact_unconditional.is_small_enough(outcome.counts):
        found.append(_exact(outcome.counts, margin, alpha))
    with suppress(CannotRebuildError):
        found.append(_of_curves(outcome, margin, alpha))
    return tuple(found)


def can_be_judged(outcome: Outcome) -> bool:
    """Whether `method_results` finds anything."""
    with suppress(CannotRebuildError):
        return outcome.counts is not None or bool(km_difference(outcome))
    return False


def tipping_events(counts: TwoArms, margin: float, p_non_inferior: Callable[[TwoArms, float], float],
                   alpha: float = ONE_SIDED_ALPHA) -> int | None:
    """Fewest more events in the new arm that end non-inferiority; negative: fewer that lead to it; None: none do.

    p rises with events in the new arm, so halving finds the place.
    """
    def turned(events: int) -> bool:
        return (p_non_inferior(replace(counts, events_new=events), margin) < alpha) != holds

    holds = p_non_inferior(counts, margin) < alpha
    others = range(counts.events_new, counts.total_new + 1) if holds else range(counts.events_new, -1, -1)
    steps = bisect_left(others, True, key=turned)
    return others[steps] - counts.events_new if steps < len(others) else None


def _of_counts(name: str, counts: TwoArms, margin: float, alpha: float) -> MethodResult:
    method = METHODS[name]
    p = method.p_non_inferior(counts, margin)
    return MethodResult(name, counts.difference, *method.limits(counts, 1 - 2 * alpha), p, p < alpha,
                        tuple(method.p_non_inferior(counts, other) < alpha for other in MARGINS),
                        tipping_events(counts, margin, method.p_non_inferior, alpha))


def _exact(counts: TwoArms, margin: float, alpha: float) -> MethodResult:
    p_of = exact_unconditional.p_non_inferior
    p = p_of(counts, margin)
    return MethodResult(EXACT, counts.difference, None, None, p, p < alpha, (),
                        tipping_events(counts, margin, p_of, alpha))


def _of_curves(outcome: Outcome, margin: float, alpha: float) -> MethodResult:
    difference, error = km_difference(outcome)
    p = wald.p_below(difference, error, margin)
    return MethodResult(KAPLAN_MEIER, difference, *wald.around(difference, error, 1 - 2 * alpha), p, p < alpha,
                        tuple(wald.p_below(difference, error, other) < alpha for other in MARGINS), None)
