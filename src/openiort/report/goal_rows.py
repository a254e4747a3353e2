"""Goals as rows of text for the page: in word, colour and a sign that survives black and white."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from openiort.plan.goal import Goal
from openiort.plan.goals import FAIL, NOT_EVALUABLE, PASS, GoalResult
from openiort.report.goal_text import goal_remark, goal_value_text
from openiort.report.plain_text import Clean
from openiort.report.wording import DASH

# how serious, most first
KINDS = {FAIL: "fail", NOT_EVALUABLE: "open", PASS: "pass"}
SIGNS = {"fail": "\N{BALLOT X}", "open": "?", "pass": "\N{CHECK MARK}"}
LINES, REMARK_LINE_CHARACTERS, LONGEST_REMARK, LONGEST_GOAL = 15, 56, 224, 44
PRINTED = {">=": "\N{GREATER-THAN OR EQUAL TO}", "<=": "\N{LESS-THAN OR EQUAL TO}"}


def goal_rows(results: Sequence[GoalResult], clean: Clean) -> dict[str, Any]:
    """Those that fit and, by result, how many do not: then what fails comes first, what is met last."""
    order = list(KINDS)
    shown = _that_fit(results, clean)
    if len(shown) < len(results):
        results = sorted(results, key=lambda result: order.index(result.result))
        shown = _that_fit(results, clean)
    rest = [result.result for result in results[len(shown) :]]
    counts = ", ".join(f"{rest.count(kind)} {kind}" for kind in order if kind in rest)
    total = ", ".join(f"{number} {kind}" for kind in order[::-1]
                      if (number := sum(result.result == kind for result in results)))
    return {"rows": shown, "more": f"and {len(rest)} more in plan.json: {counts}" if rest else "", "total": total}


def _that_fit(results: Sequence[GoalResult], clean: Clean) -> list[dict[str, str]]:
    rows, used = [], 0
    for result in results:
        row = _row(result, clean)
        used += max(1, -(-len(row["remark"]) // REMARK_LINE_CHARACTERS))
        if used > LINES:
            break
        rows.append(row)
    return rows


def _row(result: GoalResult, clean: Clean) -> dict[str, str]:
    kind = KINDS[result.result]
    return {
        "kind": kind,
        "sign": SIGNS[kind],
        "word": result.result.upper() if kind != "open" else result.result,
        "goal": _text(result.goal, clean),
        "value": clean(goal_value_text(result).replace("-", DASH) if result.value is None else goal_value_text(result),
                       20),
        "remark": clean(goal_remark(result), LONGEST_REMARK),
    }


def _text(goal: Goal, clean: Clean) -> str:
    """The goal in one line; of what is too long the structure's name is cut, never the limit."""
    rest = goal.text.removeprefix(goal.structure)
    for sign, printed in PRINTED.items():
        rest = rest.replace(sign, printed)
    return clean(goal.structure, max(LONGEST_GOAL - len(rest), 4)) + " " + clean(rest, LONGEST_GOAL)
