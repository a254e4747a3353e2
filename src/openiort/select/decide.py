"""What one guideline says of one candidate, and what decided."""

from __future__ import annotations

from openiort.core.errors import InputError
from openiort.select.candidate import PHASES, Candidate, known_facts
from openiort.select.class_of import class_of
from openiort.select.criterion import Criterion, truth
from openiort.select.decision import Decision, Reason
from openiort.select.guideline import HOLDS_ALL, HOLDS_ANY, INSUFFICIENT, RECALLED, Guideline, GuidelineClass
from openiort.select.missing_facts import missing_facts
from openiort.select.three_valued import FALSE, TRUE


def decide(guideline: Guideline, candidate: Candidate, phase: str | None = None) -> Decision:
    """The class of a candidate by a guideline.

    Args:
        guideline: to ask.
        candidate: of whom.
        phase: `before surgery` or `pathology`; the latest of which anything is known by default.

    Raises:
        InputError: there is no such phase.
    """
    if phase is not None and phase not in PHASES:
        raise InputError(f"phase = {phase!r} is unknown", where="phase", allowed=", ".join(PHASES), fix="correct it")
    phase = candidate.phase if phase is None else phase
    facts = known_facts(candidate, phase)
    hers = class_of(guideline, facts, phase)
    reasons = tuple(Reason(criterion, truth(criterion.condition, facts)) for asked in guideline.classes
                    for criterion in guideline.criteria_of(asked.name, phase))
    if hers is None:
        return Decision(guideline.name, phase, INSUFFICIENT, INSUFFICIENT, (), reasons,
                        missing_facts(guideline, facts, phase), False)
    deciding = deciding_criteria(guideline, hers, reasons)
    return Decision(guideline.name, phase, hers.name, hers.meaning, deciding, reasons, (),
                    is_to_be_confirmed(guideline, hers, deciding))


def deciding_criteria(guideline: Guideline, hers: GuidelineClass,
                      reasons: tuple[Reason, ...]) -> tuple[Criterion, ...]:
    """The criteria that decided: those met of `any`, all of `all`; `otherwise` those that kept her out of it."""
    if hers.holds == HOLDS_ANY:
        return tuple(r.criterion for r in reasons if r.criterion.class_name == hers.name and r.value == TRUE)
    if hers.holds == HOLDS_ALL:
        return tuple(r.criterion for r in reasons if r.criterion.class_name == hers.name)
    whole = {asked.name for asked in guideline.classes if asked.holds == HOLDS_ALL}
    return tuple(r.criterion for r in reasons
                 if r.value == FALSE and (r.criterion.class_name in whole or not whole))


def is_to_be_confirmed(guideline: Guideline, hers: GuidelineClass, deciding: tuple[Criterion, ...]) -> bool:
    """Whether the class hangs on recalled criteria: would it stand without them?"""
    recalled = [criterion.mark == RECALLED for criterion in deciding]
    needs_every_one = hers.holds == HOLDS_ALL or all(asked.holds != HOLDS_ALL for asked in guideline.classes)
    if hers.holds == HOLDS_ANY or not needs_every_one:
        return all(recalled)
    return any(recalled)
