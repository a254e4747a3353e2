"""What each criterion of a decision weighs: against her, for her, or not known."""

from __future__ import annotations

from dataclasses import dataclass

from openiort.select.criterion import Criterion
from openiort.select.decision import Decision
from openiort.select.guideline import HOLDS_ALL, SUITABLE, Guideline
from openiort.select.three_valued import FALSE, TRUE, UNKNOWN


@dataclass(frozen=True, slots=True)
class Weighed:
    """Criteria of a decision by what they weigh.

    Attributes:
        unmet: wanted for a class that needs all of its criteria, and not met.
        applies: against her, and found: of a class for which one criterion is enough.
        met: wanted and met.
        excluded: against her, and not found.
        unknown: not known.
    """

    unmet: tuple[Criterion, ...]
    applies: tuple[Criterion, ...]
    met: tuple[Criterion, ...]
    excluded: tuple[Criterion, ...]
    unknown: tuple[Criterion, ...]


def weighed(guideline: Guideline, decision: Decision) -> Weighed:
    """The criteria that were asked, sorted; each stands in one place."""
    wanted = {asked.name for asked in guideline.classes if asked.holds == HOLDS_ALL or asked.meaning == SUITABLE}

    def of(value: int, is_wanted: bool) -> tuple[Criterion, ...]:
        return tuple(reason.criterion for reason in decision.reasons
                     if reason.value == value and (reason.criterion.class_name in wanted) == is_wanted)

    return Weighed(of(FALSE, True), of(TRUE, False), of(TRUE, True), of(FALSE, False),
                   tuple(reason.criterion for reason in decision.reasons if reason.value == UNKNOWN))
