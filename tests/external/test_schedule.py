"""Schedules: numbers of the table, days counted on a calendar, combinations, unknown names."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from openiort.core.errors import InputError
from openiort.external.schedule import find_schedule, schedule_names


# doses and fractions: FAST-Forward's abstract (40/15 in 3 weeks, 26/5 in 1 week), ELIOT's abstract (50/25 + 10/5)
@pytest.mark.parametrize(("name", "bed_dose_Gy", "visits", "per_fraction_Gy"), [
    ("50/25", 50.0, 25, 2.0), ("40/15", 40.0, 15, 40 / 15), ("26/5", 26.0, 5, 5.2), ("50/25+10/5", 60.0, 30, 2.0),
    ("50/25+16/8", 66.0, 33, 2.0), ("40/15+10/5", 50.0, 20, 40 / 15), ("partial-30/5", 30.0, 5, 6.0),
])
def test_doses_and_visits(name: str, bed_dose_Gy: float, visits: int, per_fraction_Gy: float) -> None:
    schedule = find_schedule(name)
    assert schedule.name == name
    assert (schedule.bed_dose_Gy, schedule.visits) == (bed_dose_Gy, visits)
    assert schedule.dose_per_fraction_Gy == pytest.approx(per_fraction_Gy)


# counted on a calendar: 25 fractions Monday to Friday end on the Friday of week 5, 33 days after the first, and so on
@pytest.mark.parametrize(("name", "days"), [
    ("50/25", 4 * 7 + 5), ("40/15", 2 * 7 + 5), ("26/5", 5), ("50/25+10/5", 5 * 7 + 5), ("50/25+16/8", 6 * 7 + 3),
    ("partial-30/5", 7 + 3),  # Mon Wed Fri, Mon Wed
])
def test_days_from_first_to_last(name: str, days: int) -> None:
    assert find_schedule(name).overall_days == days


def test_days_as_a_calendar_counts_them() -> None:
    schedule = find_schedule("40/15+16/8")
    day, left = date(2026, 1, 5), schedule.visits  # a Monday
    while left:
        left -= day.weekday() < 5
        day += timedelta(days=1)
    assert schedule.overall_days == (day - date(2026, 1, 5)).days


def test_boost_is_a_part_of_its_own() -> None:
    schedule = find_schedule("50/25+16/8")
    assert [part.name for part in schedule.parts] == ["50/25", "16/8"]
    assert [part.volume for part in schedule.parts] == ["whole breast", "tumour bed"]
    assert schedule.parts[0].boost is None
    assert schedule.total_dose_Gy == 50.0


def test_partial_breast_is_not_the_bare_name() -> None:
    assert find_schedule("40/15").volume == "whole breast"
    assert find_schedule("partial-40/15").volume == "partial breast"


def test_what_was_recalled_is_to_be_confirmed() -> None:
    assert find_schedule("26/5").is_confirmed
    assert not find_schedule("26/5+16/8").is_confirmed
    assert not find_schedule("partial-40/15").is_confirmed


@pytest.mark.parametrize("name", ["", "50/26", "50/25+", "partial-40/15+10/5", "10/5", "50/25+10/5+16/8"])
def test_unknown_name_lists_what_there_is(name: str) -> None:
    with pytest.raises(InputError) as error:
        find_schedule(name)
    assert all(known in error.value.allowed for known in schedule_names())


@pytest.mark.parametrize("change", [{"total_dose_Gy": 0.0}, {"fractions": 0}, {"volume": "arm"}, {"days": ()},
                                    {"days": ("Tue", "Mon")}, {"days": ("Mo",)}])
def test_impossible_schedules_are_refused(change: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="50/25"):
        replace(find_schedule("50/25"), **change)
