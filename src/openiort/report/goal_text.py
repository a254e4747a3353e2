"""Goals in words, for the screen and the page alike."""

from __future__ import annotations

from openiort.plan.goals import GoalResult

WITHIN_NOISE = "limit within 2 standard uncertainties"
TO_BE_CONFIRMED = "limit to be confirmed"


def goal_value_text(result: GoalResult) -> str:
    """What the plan has, with its standard uncertainty and unit; a dash where there is nothing to compare."""
    if result.value is None:
        return "-"
    sigma = result.sigma
    return f"{result.value:.3g}{f' ± {sigma:.1g}' if sigma else ''} {result.goal.unit}"


def goal_remark(result: GoalResult) -> str:
    """Why it is open, whether noise could turn it, that its limit is to be confirmed, and where it comes from."""
    close = WITHIN_NOISE if result.is_close else ""
    limit = TO_BE_CONFIRMED if result.goal.to_be_confirmed else ""
    return "; ".join(part for part in (result.reason, close, limit, result.goal.source) if part)
