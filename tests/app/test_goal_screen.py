"""Goals on the screen: pass and fail in words."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from openiort.app.plan_screen import show_plan
from openiort.plan.goal import parse_goal
from openiort.plan.goals import FAIL, NOT_EVALUABLE, PASS, GoalResult
from openiort.report.goal_text import goal_remark, goal_value_text
from tests.plan_factory import make_plan

MET = GoalResult(parse_goal("skin D0.2cc < 12 Gy", source="ours"), PASS, 7.314)
MISSED = GoalResult(parse_goal("lungs mean < 2 Gy", mark="R", source="a [paper]"), FAIL, 2.5)
OPEN = GoalResult(parse_goal("heart max < 2 Gy"), NOT_EVALUABLE, None, "no structure of that name")


def test_words() -> None:
    assert [goal_value_text(result) for result in (MET, MISSED, OPEN)] == ["7.31 Gy", "2.5 Gy", "-"]
    assert [goal_remark(result) for result in (MET, MISSED, OPEN)] == [
        "ours", "limit to be confirmed; a [paper]", "no structure of that name"]  # fmt: skip


def test_table(capsys: pytest.CaptureFixture[str]) -> None:
    show_plan(replace(make_plan(), goals=(MET, MISSED, OPEN)), {}, Path("x"))
    out = capsys.readouterr().out
    for text in ("skin D0.2cc < 12 Gy", "7.31 Gy", "PASS", "FAIL", "NOT EVALUABLE", "limit to be confirmed; a [paper]",
                 "no verdict"):  # fmt: skip
        assert text in out, text
    show_plan(replace(make_plan(), goals=(MET,)), {}, Path("x"))
    assert "to be confirmed" not in capsys.readouterr().out
