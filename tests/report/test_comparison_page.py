"""The page of a comparison: both columns, hostile names, what does not fit is counted, the same bytes again."""

from __future__ import annotations

import datetime

from openiort.plan.compared_side import IORT, NO_PLAN, ComparedSide, external_side
from openiort.report.compared_dvh_figure import compared_dvh_figure, drawn_structures
from openiort.report.comparison_data import comparison_data
from openiort.report.comparison_folder import comparison_page, comparison_record
from openiort.report.figure_style import drawing, svg
from tests.plan.test_external_dvhs import course, cube

MADE = datetime.datetime(2026, 11, 28, 12, 0, tzinfo=datetime.UTC)
HOSTILE = "#image(\"x\") \u202e*bold* $1$"


def sides(name: str = "heart") -> tuple[ComparedSide, ComparedSide]:
    return ComparedSide(IORT, NO_PLAN), external_side([course()], cube(name), {})


def test_both_columns_of_a_row() -> None:
    data = comparison_data(sides(), "P-1", [])
    assert [side["title"] for side in data["sides"]] == ["IORT", "EBRT"]
    (row,) = data["rows"]
    iort, ebrt = row["cells"]
    assert set(iort) == {"\N{EN DASH}"} and len(iort) == len(ebrt) == 5
    assert ebrt[0] == "20.0"  # closed form of tests/plan/test_external_dvhs.py


def test_alpha_beta_is_shown_with_its_interval_and_mark() -> None:
    (line,) = comparison_data(sides(), "P-1", [])["endpoints"]
    assert line == "late: alpha/beta 3 Gy (2 to 5), to be confirmed"


def test_many_notes_and_gaps_are_counted() -> None:
    side = external_side([course()], cube("heart"), {f"ROI {n}": "the contour is empty" for n in range(30)})
    data = comparison_data((side,), "P-1", [f"note {n}" for n in range(20)])
    assert data["sides"][0]["missing"][-1] == "and 25 more structures, in comparison.json"  # 30 + 7 - 12
    assert data["notes"][-1].startswith("and 8 more notes")


def test_small_doses_are_no_zero() -> None:
    side = external_side([course(1e-4)], cube("heart"), {})
    assert comparison_data((side,), "P-1", [])["rows"][0]["cells"][0][0] == "<0.01"


def test_hostile_names_are_text_and_the_page_is_reproducible() -> None:
    both = sides(HOSTILE)
    with drawing():
        drawn = {"dvh": svg(compared_dvh_figure(both))}
    first = comparison_page(both, "P-1", [HOSTILE], drawn, made=MADE)
    assert first.startswith(b"%PDF")
    assert first == comparison_page(both, "P-1", [HOSTILE], drawn, made=MADE)


def test_one_colour_a_structure_in_both_panels() -> None:
    figure = compared_dvh_figure(sides())
    colours = [{line.get_color() for line in axes.lines} for axes in figure.axes]
    assert colours[0] == colours[1] == {drawn_structures(sides())["heart"]}


def test_record_says_that_there_is_no_plan() -> None:
    record = comparison_record(sides(), "P-1", [], {})
    assert record["iort"] == {"absent": NO_PLAN}
    assert record["ebrt"]["structures"]["heart"]["physical"]["mean_Gy"] == 20.0
