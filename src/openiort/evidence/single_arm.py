"""A series without control: its proportion with exact limits, and its events against a historical rate."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite

from openiort.core.errors import InputError
from openiort.evidence import clopper_pearson, poisson_count

LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class AgainstHistory:
    """Events beside those that a historical rate, taken as known exactly, would have led to in the same time.

    Attributes:
        person_years: women times years that they were followed.
        historical_rate_per_year: events per woman and year.
        expected: rate times person-years.
        ratio: events / expected, as a standardised ratio, without standardising.
        ratio_lower, ratio_upper: exact two-sided limits.
        rate_per_year: events per woman and year found.
        rate_lower_per_year, rate_upper_per_year: exact two-sided limits.
        p_as_few, p_as_many: one-sided exact p of so many events or fewer, or more.
        p_two_sided: twice the smaller one.
    """

    person_years: float
    historical_rate_per_year: float
    expected: float
    ratio: float
    ratio_lower: float
    ratio_upper: float
    rate_per_year: float
    rate_lower_per_year: float
    rate_upper_per_year: float
    p_as_few: float
    p_as_many: float
    p_two_sided: float


@dataclass(frozen=True, slots=True)
class SingleArm:
    """Proportion with an event.

    Attributes:
        events, total: women with the event, and all.
        proportion: events / total.
        upper_one_sided: exact, at `level`.
        lower, upper: exact two-sided limits at `level`.
        level: confidence level.
        history: comparison with a historical rate, if asked for.
    """

    events: int
    total: int
    proportion: float
    upper_one_sided: float
    lower: float
    upper: float
    level: float
    history: AgainstHistory | None


def single_arm(events: int, total: int, person_years: float | None = None,
               historical_rate_per_year: float | None = None, level: float = LEVEL) -> SingleArm:
    """Exact limits of a series; no event at all is no error.

    Raises:
        InputError: counts or a level that cannot be; person-years or a rate that are not positive, or one without the
            other.
    """
    lower, upper = clopper_pearson.limits(events, total, level)
    history = None
    if person_years is not None or historical_rate_per_year is not None:
        history = _against_history(events, person_years, historical_rate_per_year, level)
    return SingleArm(events, total, events / total, clopper_pearson.upper_limit(events, total, level), lower, upper,
                     level, history)


def _against_history(events: int, person_years: float | None, rate: float | None, level: float) -> AgainstHistory:
    if person_years is None or rate is None:
        raise InputError("person-years and a historical rate belong together",
                         where="--person-years, --historical-rate", allowed="both or neither",
                         fix="give the other one too")
    if not (isfinite(person_years) and person_years > 0):
        raise InputError(f"{person_years:g} person-years", where="--person-years", allowed="above 0",
                         fix="add up the years that the women were followed")
    if not 0 < rate < 1:
        raise InputError(f"a historical rate of {rate:g} a year", where="--historical-rate",
                         allowed="above 0 and below 1, such as 0.01",
                         fix="give events per woman and year as a fraction")
    expected = rate * person_years
    lower, upper = poisson_count.limits(events, level)
    return AgainstHistory(
        person_years, rate, expected, events / expected, lower / expected, upper / expected, events / person_years,
        lower / person_years, upper / person_years, poisson_count.p_as_few(events, expected),
        poisson_count.p_as_many(events, expected), poisson_count.p_two_sided(events, expected))
