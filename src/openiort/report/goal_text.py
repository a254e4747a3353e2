"""Goals in words, for the screen and the page alike."""

from __future__ import annotations

from openiort.plan.goals import GoalResult

TO_BE_CONFIRMED = "limit to be confirmed"


def goal_value_text(result: GoalResult) -> str:
    """What the plan has, with its unit; a dash where there is nothing to compare."""
    return "-" if result.value is None else f"{result.value:.3g} {result.goal.unit}"


def goal_remark(result: GoalResult) -> str:
    """Why it is open, that its limit is to be confirmed, and where it comes from."""
    limit = TO_BE_CONFIRMED if result.goal.to_be_confirmed else ""
    return "; ".join(part for part in (result.reason, limit, result.goal.source) if part)
