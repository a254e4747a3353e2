"""Goals on the screen: what was to be reached, what the plan has, pass or fail in words and colour."""

from __future__ import annotations

from collections.abc import Sequence

from rich.markup import escape
from rich.table import Table

from openiort.plan.goals import FAIL, NOT_EVALUABLE, PASS, GoalResult
from openiort.report.goal_text import goal_remark, goal_value_text
from openiort.report.plain_text import plain_text

STYLES = {PASS: "bold green", FAIL: "bold white on red", NOT_EVALUABLE: "bold yellow"}


def goal_table(goals: Sequence[GoalResult]) -> Table:
    """One row a goal."""
    open_ones = any(result.goal.to_be_confirmed for result in goals)
    table = Table(title="Goals", caption="limits to be confirmed were recalled, not read in their source: no verdict "
                  "rests on them" if open_ones else None)  # fmt: skip
    table.add_column("goal", no_wrap=True)
    table.add_column("plan", justify="right", no_wrap=True)
    table.add_column("result", no_wrap=True)
    table.add_column("remark")
    for result in goals:
        style = STYLES[result.result]
        table.add_row(escape(plain_text(result.goal.text)), goal_value_text(result),
                      f"[{style}] {result.result.upper()} [/]", escape(goal_remark(result)))
    return table
