"""How many of a thousand women, from Kaplan-Meier rates; and the guard that lets only checked numbers through.

A crude proportion is no such frequency: it counts women who were followed for a short time as free of the event. So
counts are never divided here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

from openiort.core.errors import OpenIORTError
from openiort.evidence.estimates import NotPublicError
from openiort.evidence.trial import Outcome, Trial

CHECKED = ("F", "C")  # found, and calculated from found; not R+C: a calculation from a recalled number
THOUSAND = 1000
RANDOMISED = "randomised"
Value = TypeVar("Value")


class NotCheckedError(OpenIORTError):
    """A number that was recalled, not read in its source, was to be shown to a patient."""


@dataclass(frozen=True, slots=True)
class Frequency:
    """Of 1,000 women, how many have had the event; tuples have one entry an arm, the new treatment first.

    Attributes:
        years: after which it holds.
        per_thousand: Kaplan-Meier rates.
        lowers, uppers: 95 % limits; None where not public or not checked.
        followed: women still followed at `years`; None where not public or not checked.
        followed_by: year of an update, and women of all arms together who had been followed for `years` by then; None
            where not public or not checked.
        women: who took part; None where not public or not checked.
        is_reread: whether it was read by others from published curves.
    """

    years: float
    per_thousand: tuple[float, ...]
    lowers: tuple[float, ...] | None
    uppers: tuple[float, ...] | None
    followed: tuple[int, ...] | None
    followed_by: tuple[int, int] | None
    women: tuple[int, ...] | None
    is_reread: bool


def checked(value: Value | None, mark: str | None) -> Value:
    """The value, if a patient may see it.

    Args:
        value: of a trial.
        mark: where it comes from.

    Raises:
        NotCheckedError: it was recalled.
        NotPublicError: there is none.
    """
    if value is None:
        raise NotPublicError("this number")
    if mark not in CHECKED:
        raise NotCheckedError(f"{value} is marked {mark}: it is to be confirmed in its source first")
    return value


def checked_number(trial: Trial, name: str) -> tuple[float, ...]:
    """A number of a trial that belongs to no outcome.

    Raises:
        NotCheckedError: it was recalled.
        NotPublicError: there is none of that name.
    """
    number = next((each for each in trial.numbers if each.name == name), None)
    return checked(number.values, number.mark) if number else checked(None, None)


def checked_counts(trial: Trial, name: str) -> tuple[tuple[int, int], tuple[int, int], float]:
    """Events and women of both arms and the years they are counted to, to be shown as counts.

    Raises:
        NotCheckedError: one of them was recalled.
        NotPublicError: one is not public.
    """
    outcome = _outcome(trial, name)
    events = checked(outcome.events, outcome.events_mark)
    totals = checked(outcome.totals, outcome.totals_mark)
    if len(events) != 2 or outcome.years is None:
        raise NotPublicError("counts of two arms, and to which time")
    return (events[0], totals[0]), (events[1], totals[1]), outcome.years


def frequency(trial: Trial, name: str) -> Frequency:
    """What an outcome means for 1,000 women.

    Raises:
        NotCheckedError: the rates were recalled.
        NotPublicError: there is no such outcome, or no Kaplan-Meier rate of every arm at a time; counts do not help.
    """
    outcome = _outcome(trial, name)
    rates = _whole(checked(outcome.rates, outcome.rates_mark))
    if rates is None or outcome.years is None:
        raise NotPublicError("the Kaplan-Meier rates of all arms, and when")
    lowers, uppers = (_whole(_or_none(limits, outcome.limits_mark)) for limits in (outcome.lowers, outcome.uppers))
    women = _or_none(outcome.totals, outcome.totals_mark)
    if women is None:
        women = _wholes(trial, RANDOMISED)
    update = _wholes(trial, f"followed-{name}")
    return Frequency(outcome.years, _thousand(rates), lowers and uppers and _thousand(lowers),
                     lowers and uppers and _thousand(uppers), _or_none(outcome.followed, outcome.followed_mark),
                     (update[0], update[1]) if update else None, women, outcome.is_reread)


def _outcome(trial: Trial, name: str) -> Outcome:
    found = next((each for each in trial.outcomes if each.name == name), None)
    if found is None:
        raise NotPublicError(f"outcome {name} of {trial.name}")
    return found


def _wholes(trial: Trial, name: str) -> tuple[int, ...] | None:
    """Whole numbers of a trial; None where there are none of that name, or they are not checked."""
    numbers = [each for each in trial.numbers if each.name == name and each.mark in CHECKED]
    return tuple(round(value) for value in numbers[0].values) if numbers else None


def _or_none(value: Value | None, mark: str | None) -> Value | None:
    return value if mark in CHECKED else None


def _whole(values: tuple[float | None, ...] | None) -> tuple[float, ...] | None:
    """None where one arm is not public: one side is not shown without the other."""
    known = tuple(value for value in values or () if value is not None)
    return known if values and len(known) == len(values) else None


def _thousand(fractions: tuple[float, ...]) -> tuple[float, ...]:
    return tuple(THOUSAND * fraction for fraction in fractions)
