"""Published estimates rebuilt, ours beside the printed ones.

`agrees`: ours, rounded as the printed one, is the printed one. `rounding`: not quite, but the numbers it is rebuilt
from are rounded themselves and some values that they stand for give the printed one, or ours is within one unit of
its last place. `does not follow`: neither. `not rebuilt`: what it needs is not public.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import product

from openiort.evidence.estimates import ESTIMATES, CannotRebuildError, is_fraction
from openiort.evidence.trial import Outcome, Printed, Trial

AGREES, ROUNDING, DOES_NOT_FOLLOW, NOT_REBUILT = "agrees", "rounding", "does not follow", "not rebuilt"
SLACK = 1e-9  # of a unit of the last place: binary fractions


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """A printed estimate and ours.

    Attributes:
        outcome: its name.
        printed: as in the report.
        rebuilt: ours, not rounded; None where it cannot be.
        verdict: agrees, rounding, does not follow or not rebuilt.
        why: of a verdict that is not `agrees`, or empty.
    """

    outcome: str
    printed: Printed
    rebuilt: float | None
    verdict: str
    why: str


def rebuild(trial: Trial) -> tuple[Rebuilt, ...]:
    """Every printed estimate of a trial, in the order of its file."""
    return tuple(_rebuilt(outcome, printed, trial.margin or 0.0)
                 for outcome in trial.outcomes for printed in outcome.printed)


def _rebuilt(outcome: Outcome, printed: Printed, margin: float) -> Rebuilt:
    estimate = ESTIMATES[printed.estimate]
    try:
        ours = estimate(outcome, margin)
    except CannotRebuildError as error:
        return Rebuilt(outcome.name, printed, None, NOT_REBUILT, str(error))
    if printed.is_bound:
        verdict = AGREES if ours < printed.value else DOES_NOT_FOLLOW
        return Rebuilt(outcome.name, printed, ours, verdict, "")
    units = abs(ours - printed.value) / printed.resolution
    if units <= 0.5 + SLACK:
        return Rebuilt(outcome.name, printed, ours, AGREES, "")
    if units <= 1.0 + SLACK:
        return Rebuilt(outcome.name, printed, ours, ROUNDING, "within one unit of the last printed place")
    values = []
    for other in within_rounding(outcome):
        with suppress(CannotRebuildError):  # a limit so small that it may stand for 0
            values.append(estimate(other, margin))
    low, high = min(values, default=ours), max(values, default=ours)
    half = printed.resolution / 2
    reach = f"rounded input gives {_as_read(low, printed)} to {_as_read(high, printed)}"
    if low - half <= printed.value <= high + half:
        return Rebuilt(outcome.name, printed, ours, ROUNDING, reach)
    return Rebuilt(outcome.name, printed, ours, DOES_NOT_FOLLOW, reach if values else "its input is whole numbers")


def _as_read(value: float, printed: Printed) -> str:
    return f"{100 * value:.4g} %" if is_fraction(printed.estimate) else f"{value:.4g}"


def within_rounding(outcome: Outcome) -> Iterator[Outcome]:
    """The outcome with its rates and limits, or those of its difference, half a unit up or down: every corner."""
    half = outcome.rate_resolution / 2
    if outcome.rates and outcome.lowers and outcome.uppers and half:
        printed = [*outcome.rates, *outcome.lowers, *outcome.uppers]
        arms = len(outcome.rates)
        for signs in product((-half, half), repeat=len(printed)):
            moved = tuple(None if p is None else p + s for p, s in zip(printed, signs, strict=True))
            yield replace(outcome, rates=moved[:arms], lowers=moved[arms:2 * arms], uppers=moved[2 * arms:])
    elif outcome.difference and half:
        middle, lower, upper = outcome.difference
        for a, b in product((-half, half), repeat=2):
            yield replace(outcome, difference=(middle, lower + a, upper + b))
