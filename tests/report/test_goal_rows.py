"""Goals on the page: word and sign of each result, what is counted where they do not all fit."""

from __future__ import annotations

from dataclasses import replace

from openiort.plan.goal import parse_goal
from openiort.plan.goals import GoalResult
from openiort.report.goal_rows import LINES, LONGEST_REMARK, REMARK_LINE_CHARACTERS, goal_rows
from openiort.report.plain_text import plain_text


def result(kind: str, text: str = "skin D0.2cc < 12 Gy", value: float | None = 3.0, reason: str = "") -> GoalResult:
    return GoalResult(parse_goal(text), kind, value, reason)


def test_each_result_has_its_word_and_its_sign() -> None:
    rows = goal_rows([result("pass"), result("fail"), result("not evaluable", value=None)], plain_text)["rows"]
    assert [row["word"] for row in rows] == ["PASS", "FAIL", "not evaluable"]
    assert len({row["sign"] for row in rows}) == 3
    assert [row["value"] for row in rows] == ["3 Gy", "3 Gy", "\N{EN DASH}"]


def test_order_is_kept_where_all_fit() -> None:
    found = goal_rows([result("pass"), result("fail")], plain_text)
    assert [row["kind"] for row in found["rows"]] == ["pass", "fail"]
    assert (found["more"], found["total"]) == ("", "1 pass, 1 fail")


def test_what_fails_comes_first_where_not_all_fit() -> None:
    found = goal_rows([*[result("pass")] * LINES, result("not evaluable"), result("fail")], plain_text)
    assert [row["kind"] for row in found["rows"]][:3] == ["fail", "open", "pass"]
    assert found["more"] == "and 2 more in plan.json: 2 pass"


def test_long_remarks_take_several_lines() -> None:
    found = goal_rows([result("not evaluable", reason="many words " * 20)] * LINES, plain_text)
    assert len(found["rows"]) == LINES // -(-LONGEST_REMARK // REMARK_LINE_CHARACTERS)


def test_the_value_is_shown_whole_with_its_uncertainty() -> None:
    row = goal_rows([replace(result("pass"), value=14.652, sigma=0.021)], plain_text)["rows"][0]
    assert row["value"] == "14.7 ± 0.02 Gy"


def test_of_a_long_goal_the_limit_stays() -> None:
    goal = "a structure whose name is far too long for its place D0.1cc >= 12.5 Gy D_w"
    shown = goal_rows([result("pass", goal)], plain_text)["rows"][0]["goal"]
    assert shown.endswith("… D0.1cc ≥ 12.5 Gy D_w") and len(shown) <= 44
    assert goal_rows([result("pass", "skin mean <= 2 Gy")], plain_text)["rows"][0]["goal"] == "skin mean ≤ 2 Gy"


def test_none_given() -> None:
    assert goal_rows([], plain_text) == {"rows": [], "more": "", "total": ""}
