"""The class of known facts by one guideline: classes are asked in order, in three-valued logic.

The first class that holds is hers. A class of which it is unknown whether it holds leaves the question open: then there
is not enough information. So once a class is decided, no fact that becomes known can change it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from openiort.select.criterion import truth
from openiort.select.guideline import HOLDS_ALL, HOLDS_ANY, Guideline, GuidelineClass
from openiort.select.three_valued import FALSE, TRUE, UNKNOWN, all_of, any_of


def class_of(guideline: Guideline, facts: Mapping[str, Any], phase: str) -> GuidelineClass | None:
    """The class that is hers; None where information is missing.

    Args:
        guideline: to ask.
        facts: known at the phase, by name.
        phase: at which it is asked.
    """
    if not guideline.asks_at(phase):
        return None
    for asked in guideline.classes:
        value = class_truth(guideline, asked, facts, phase)
        if value != FALSE:
            return asked if value == TRUE else None
    raise AssertionError("the last class holds otherwise")


def class_truth(guideline: Guideline, asked: GuidelineClass, facts: Mapping[str, Any], phase: str) -> int:
    """Whether a class holds; unknown where all of its criteria must be met and none is asked at the phase."""
    values = [truth(c.condition, facts) for c in guideline.criteria_of(asked.name, phase)]
    if asked.holds == HOLDS_ANY:
        return any_of(values)
    if asked.holds == HOLDS_ALL:
        return all_of(values) if values else UNKNOWN
    return TRUE
