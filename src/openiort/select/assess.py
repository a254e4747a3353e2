"""What all guidelines say of one candidate, side by side."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from openiort.select.candidate import Candidate
from openiort.select.criterion import Criterion, tests_in
from openiort.select.decide import decide
from openiort.select.decision import Decision
from openiort.select.guideline import INSUFFICIENT, SUITABLE, Guideline
from openiort.select.read_guideline import find_guideline, guideline_names, shipped_guideline

AFTER_IORT = "whole breast after IORT"


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A fact that some guidelines hold against her and others do not.

    Attributes:
        fact: its name.
        against: (guideline, the criterion that kept her from being suitable).
        not_against: (guideline with a better class, its criterion on that fact, or None where it asks nothing of it).
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
        disagreements: facts on which guidelines differ; empty where all that decided say the same.
    """

    candidate: Candidate
    decisions: tuple[Decision, ...]
    disagreements: tuple[Disagreement, ...]


def assess(candidate: Candidate, guidelines: Iterable[str | Path | Guideline] | None = None,
           phase: str | None = None) -> Assessment:
    """Ask guidelines about a candidate.

    Args:
        candidate: of whom.
        guidelines: names, files or guidelines; all that come with the program and ask something at the phase by default.
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
    answers = [decision for guideline, decision in zip(asked, decisions, strict=True)
               if guideline.scope != (AFTER_IORT,)]
    return Assessment(candidate, decisions, disagreements(answers))


def disagreements(decisions: Iterable[Decision]) -> tuple[Disagreement, ...]:
    """Facts on which decided classes differ in meaning."""
    decided = [decision for decision in decisions if decision.meaning != INSUFFICIENT]
    if len({decision.meaning for decision in decided}) < 2:
        return ()
    against: dict[str, dict[str, Criterion]] = {}
    for decision in decided:
        if decision.meaning != SUITABLE:
            for criterion in decision.decided_by:
                for test in tests_in(criterion.condition):
                    against.setdefault(test.fact, {}).setdefault(decision.guideline, criterion)
    found = []
    for fact, held in against.items():
        others = tuple((decision.guideline, _criterion_on(fact, decision)) for decision in decided
                       if decision.guideline not in held)
        if others:
            found.append(Disagreement(fact, tuple(held.items()), others))
    return tuple(found)


def _criterion_on(fact: str, decision: Decision) -> Criterion | None:
    return next((reason.criterion for reason in decision.reasons
                 if fact in {test.fact for test in tests_in(reason.criterion.condition)}), None)
