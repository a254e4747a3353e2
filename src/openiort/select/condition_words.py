"""Conditions in words, as pages and screens show them."""

from __future__ import annotations

from typing import Any

from openiort.select.criterion import ALL, ALL_OTHERS, ANY, AT_LEAST, NOT, Condition, Test


def condition_words(condition: Condition) -> str:
    """A condition on one line: `age_years >= 50`, `(histology = dcis or size_mm <= 20)`."""
    if isinstance(condition, Test):
        return f"{condition.fact} {condition.operator} {_value_words(condition.value)}"
    if condition.kind == ALL_OTHERS:
        return f"all criteria of {condition.class_name} on other facts"
    parts = [condition_words(part) for part in condition.parts]
    if condition.kind == NOT:
        return f"not ({parts[0]})"
    joined = {ALL: " and ", ANY: " or ", AT_LEAST: "; "}[condition.kind].join(parts)
    return f"at least {condition.count} of ({joined})" if condition.kind == AT_LEAST else f"({joined})"


def _value_words(value: Any) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(_value_words, value))
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)
