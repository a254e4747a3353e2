"""What a column says of its course, and that nothing is missing without a word."""

from __future__ import annotations

from dataclasses import replace

from openiort.external.planned_schedule import planned_schedule
from openiort.external.schedule import find_schedule
from openiort.plan.compared_side import external_side
from openiort.plan.compared_structures import EXPECTED, in_order, not_contoured
from tests.plan.test_external_dvhs import course, cube


def test_every_expected_structure_has_figures_or_a_reason() -> None:
    side = external_side([course()], cube("heart"), {"Areola": "the contour is empty"})
    assert set(side.physical) == {"heart"} == set(side.eqd2)
    assert side.missing["Areola"] == "the contour is empty"
    for row in EXPECTED:
        assert row in side.physical or side.missing[row]


def test_an_uncovered_organ_is_told_apart_from_one_that_nobody_drew() -> None:
    side = external_side([course(width=5)], cube("heart"), {})
    assert side.missing["heart"] == "lies outside the dose grid"
    assert side.missing["skin"] == "not contoured"


def test_days_of_whole_breast_and_boost() -> None:
    """40/15 from a Monday: 15 working days end on day 19; 5 more from Monday to Friday, day 26."""
    whole, boost = find_schedule("40/15+10/5").parts
    courses = [replace(course(), schedule=whole, fractions=15), replace(course(), schedule=boost, fractions=5)]
    facts = dict(external_side(courses, cube("heart"), {}).facts)
    assert facts["calendar days"].startswith("26")
    assert (facts["visits"], facts["100 %"]) == ("20", "50 Gy")


def test_three_courses_say_that_their_days_are_not_known() -> None:
    facts = dict(external_side([replace(course(), schedule=planned_schedule(10.0, 5))] * 3, cube("heart"), {}).facts)
    assert "not known" in facts["calendar days"]


def test_names_that_stand_for_a_row() -> None:
    assert not not_contoured(["tumour bed", "left breast", "right breast", "skin", "bone", "lungs", "heart"])
    assert "right lung" in not_contoured(["left lung"])
    assert in_order(["Scar", "heart", "tumour bed"]) == ["tumour bed", "heart", "Scar"]
