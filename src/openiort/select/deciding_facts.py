"""Which facts made a criterion come out as it did."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from openiort.select.criterion import ANY, AT_LEAST, NOT, Condition, Criterion, Test, truth
from openiort.select.three_valued import FALSE, TRUE, UNKNOWN

HISTOLOGY = "histology"


def deciding_facts(criterion: Criterion, facts: Mapping[str, Any]) -> tuple[str, ...]:
    """Facts that a criterion, met or not, rests on; empty where it is unknown.

    Histology that only says of which tumours something else is asked is left out.
    """
    found = _of(criterion.condition, facts)
    others = {fact: None for fact in found if fact != HISTOLOGY}
    return tuple(others or found)


def _of(condition: Condition, facts: Mapping[str, Any]) -> dict[str, None]:
    value = truth(condition, facts)
    if value == UNKNOWN:
        return {}
    if isinstance(condition, Test):
        return {condition.fact: None}
    parts = condition.parts
    if condition.kind != NOT:
        some = (condition.kind in (ANY, AT_LEAST) and value == TRUE) or (condition.kind != ANY and value == FALSE)
        parts = tuple(part for part in parts if truth(part, facts) == value) if some else parts
    return {fact: None for part in parts for fact in _of(part, facts)}
