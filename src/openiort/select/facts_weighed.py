"""Which facts of hers speak for her by the guidelines, which against, and which nobody knows yet."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from openiort.select.assess import Assessment
from openiort.select.candidate import STAGE_OF, known_facts
from openiort.select.criterion import unknown_facts
from openiort.select.deciding_facts import deciding_facts
from openiort.select.facts import FACTS, place_of
from openiort.select.weighed import weighed


@dataclass(frozen=True, slots=True)
class FactWeighed:
    """One fact of hers.

    Attributes:
        fact: its name.
        value: hers.
        agreed_by: guidelines that ask for it and find it as they want.
        against: guidelines that hold it against her.
    """

    fact: str
    value: Any
    agreed_by: tuple[str, ...]
    against: tuple[str, ...]


def facts_weighed(assessment: Assessment, marks: Collection[str]) -> tuple[FactWeighed, ...]:
    """Her facts, in the order in which guidelines ask for them.

    A guideline that holds a fact against her in one criterion does not agree to it, whatever its others say. A stage
    and its subdivision (`N` and `pN`) are one fact.

    Args:
        assessment: of all guidelines to be heard.
        marks: of criteria to be heard: others are passed over.
    """
    agreed: dict[str, dict[str, None]] = {}
    against: dict[str, dict[str, None]] = {}
    facts: dict[str, Any] = {}
    for guideline, decision in zip(assessment.guidelines, assessment.decisions, strict=True):
        facts = known_facts(assessment.candidate, decision.phase)
        found = weighed(guideline, decision)
        for side, criteria in ((against, found.unmet + found.applies), (agreed, found.met + found.excluded)):
            for criterion in criteria:
                if criterion.mark in marks:
                    for fact in deciding_facts(criterion, facts):
                        whole = {code: letter for letter, code in STAGE_OF[decision.phase].items()}.get(fact, fact)
                        side.setdefault(whole, {})[guideline.name] = None
    order = [fact for fact in FACTS if fact in agreed or fact in against]
    return tuple(FactWeighed(
        fact, facts[fact], tuple(name for name in agreed.get(fact, ()) if name not in against.get(fact, ())),
        tuple(against.get(fact, ()))) for fact in order)


def facts_not_known(assessment: Assessment, marks: Collection[str]) -> tuple[str, ...]:
    """Facts that a criterion waits for, each once: that of the phase where a stage is meant (`pN`, not `N`)."""
    waited: dict[str, None] = {}
    for decision in assessment.decisions:
        facts = known_facts(assessment.candidate, decision.phase)
        for reason in decision.reasons:
            if reason.criterion.mark in marks:
                for fact in unknown_facts(reason.criterion.condition, facts):
                    waited[place_of(fact, decision.phase).split(".")[1]] = None
    return tuple(fact for fact in FACTS if fact in waited)
