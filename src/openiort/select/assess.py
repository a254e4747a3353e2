"""What all guidelines say of one candidate, side by side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openiort.select.candidate import Candidate, known_facts
from openiort.select.criterion import Criterion
from openiort.select.decide import decide
from openiort.select.deciding_facts import deciding_facts
from openiort.select.decision import Decision
from openiort.select.guideline import HOLDS_ALL, INSUFFICIENT, SUITABLE, Guideline
from openiort.select.not_asked import OFTEN_NOT_ASKED, not_asked_by
from openiort.select.read_guideline import find_guideline, guideline_names, shipped_guideline

AFTER_IORT = "whole breast after IORT"


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A fact that some guidelines hold against her and others do not.

    Attributes:
        fact: its name.
        against: (guideline, the criterion that kept her from being suitable).
        not_against: (guideline that does not hold it against her, its criterion that hangs on that fact; None where
            none does).
    """

    fact: str
    against: tuple[tuple[str, Criterion], ...]
    not_against: tuple[tuple[str, Criterion | None], ...]


@dataclass(frozen=True, slots=True)
class Assessment:
    """Decisions side by side.

    Attributes:
        candidate: whose.
        decisions: one a guideline.
        guidelines: that were asked, in the same order.
        disagreements: facts on which guidelines differ; empty where all that decided say the same.
        not_asked: of distant metastasis, previous radiotherapy and pregnancy those that are so -> guidelines that ask
            nothing of it.
    """

    candidate: Candidate
    decisions: tuple[Decision, ...]
    guidelines: tuple[Guideline, ...]
    disagreements: tuple[Disagreement, ...]
    not_asked: Mapping[str, tuple[str, ...]]

    def __str__(self) -> str:
        return "\n".join(map(str, self.decisions))


def assess(candidate: Candidate, guidelines: Iterable[str | Path | Guideline] | None = None,
           phase: str | None = None) -> Assessment:
    """Ask guidelines about a candidate.

    Args:
        candidate: of whom.
        guidelines: names, files or guidelines; by default all that come with the program and ask anything at the phase.
        phase: `before surgery` or `pathology`; the latest of which anything is known by default.

    Raises:
        InputError: no such guideline or phase, or a file that is none.
    """
    if guidelines is None:
        asked = [shipped_guideline(name) for name in guideline_names()]
        asked = [guideline for guideline in asked if guideline.asks_at(phase or candidate.phase)]
    else:
        asked = [item if isinstance(item, Guideline) else find_guideline(item) for item in guidelines]
    decisions = tuple(decide(guideline, candidate, phase) for guideline in asked)
    classes = {guideline.name: guideline for guideline in asked if guideline.scope != (AFTER_IORT,)}
    facts = known_facts(candidate, phase or candidate.phase)
    answers = [_Answer(decision, _held_against(classes[decision.guideline], decision, facts), facts)
               for decision in decisions if decision.guideline in classes and decision.meaning != INSUFFICIENT]
    return Assessment(candidate, decisions, tuple(asked), _disagreements(answers), _not_asked(decisions, facts))


@dataclass(frozen=True, slots=True)
class _Answer:
    decision: Decision
    against: dict[str, Criterion]
    facts: Mapping[str, Any]

    def criterion_on(self, fact: str) -> Criterion | None:
        """A criterion whose answer hangs on a fact: one that is met before one that is not, such as an exclusion."""
        found = [reason for reason in self.decision.reasons if fact in deciding_facts(reason.criterion, self.facts)]
        return max(found, key=lambda reason: reason.value).criterion if found else None


def _held_against(guideline: Guideline, decision: Decision, facts: Mapping[str, Any]) -> dict[str, Criterion]:
    """Fact -> criterion that kept her from a better class; nothing where she met all criteria of her class."""
    holds = {asked.name: asked.holds for asked in guideline.classes}[decision.class_name]
    if decision.meaning == SUITABLE or holds == HOLDS_ALL:
        return {}
    return {fact: criterion for criterion in reversed(decision.decided_by)
            for fact in deciding_facts(criterion, facts)}


def _not_asked(decisions: Iterable[Decision], facts: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    silent = {decision.guideline: not_asked_by(reason.criterion for reason in decision.reasons)
              for decision in decisions}
    found = {fact: tuple(name for name, of in silent.items() if fact in of)
             for fact in OFTEN_NOT_ASKED if facts.get(fact)}
    return {fact: names for fact, names in found.items() if names}


def _disagreements(answers: list[_Answer]) -> tuple[Disagreement, ...]:
    if len({answer.decision.meaning for answer in answers}) < 2:
        return ()
    found = []
    for fact in dict.fromkeys(fact for answer in answers for fact in answer.against):
        against = tuple((a.decision.guideline, a.against[fact]) for a in answers if fact in a.against)
        others = tuple((a.decision.guideline, a.criterion_on(fact)) for a in answers if fact not in a.against)
        if others:
            found.append(Disagreement(fact, against, others))
    return tuple(found)
