"""Decisions and guidelines as plain values, ready for JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from openiort.select.assess import Assessment, Disagreement
from openiort.select.candidate import TABLES, known_facts
from openiort.select.condition_words import condition_words
from openiort.select.criterion import Criterion
from openiort.select.decision import Decision, Reason
from openiort.select.fact_type import fact_types
from openiort.select.fact_words import her_facts
from openiort.select.guideline import Guideline
from openiort.select.superseded_by import superseded_by
from openiort.select.three_valued import FALSE, TRUE
from openiort.version import __version__

MET = {TRUE: True, FALSE: False}


def assessment_record(assessment: Assessment) -> list[dict[str, Any]]:
    """One object a guideline: class, what decided, all reasons, what is missing, and where others disagree."""
    found = []
    for guideline, decision in zip(assessment.guidelines, assessment.decisions, strict=True):
        facts = known_facts(assessment.candidate, decision.phase)
        reasons = {reason.criterion.name: _reason(reason, facts) for reason in decision.reasons}
        found.append({
            "candidate": assessment.candidate.id, "guideline": decision.guideline, "title": guideline.title,
            "version": guideline.version, "scope": list(guideline.scope), "citation": guideline.citation,
            "superseded_by": superseded_by(guideline, assessment.guidelines),
            "guideline_sha256": guideline.sha256, "program_version": __version__,
            "phase": decision.phase, "provisional": decision.is_provisional, "class": decision.class_name,
            "meaning": decision.meaning, "to_be_confirmed": decision.to_be_confirmed,
            "decided_by": [reasons[criterion.name] for criterion in decision.decided_by],
            "reasons": list(reasons.values()), "missing": _missing(decision),
            "disagreements": [_disagreement(item, decision.guideline) for item in assessment.disagreements
                              if decision.guideline in dict(item.against)],
            "not_asked": [fact for fact, names in assessment.not_asked.items() if decision.guideline in names],
            "statements": [asdict(statement) for statement in guideline.statements],
        })
    return found


def guideline_record(guideline: Guideline) -> dict[str, Any]:
    """All of a guideline."""
    head = {key: getattr(guideline, key) for key in ("name", "title", "family", "version", "published", "citation",
                                                     "sha256")}
    return head | {"superseded_by": superseded_by(guideline), "scope": list(guideline.scope),
                   "classes": [asdict(asked) for asked in guideline.classes],
                   "criteria": [criterion_record(criterion) for criterion in guideline.criteria],
                   "statements": [asdict(statement) for statement in guideline.statements]}


def criterion_record(criterion: Criterion) -> dict[str, Any]:
    """A criterion; `asks` is its condition in words."""
    return {"name": criterion.name, "class": criterion.class_name, "text": criterion.text,
            "asks": condition_words(criterion.condition), "phase": criterion.phase, "source": criterion.source,
            "mark": criterion.mark}


def fact_records() -> list[dict[str, Any]]:
    """Every fact that a candidate's file may have, and what may be said of it."""
    return [{"table": table, "fact": kind.name, "kind": kind.kind, "codes": list(kind.codes), "low": kind.low,
             "high": kind.high, "description": kind.description, "allowed": kind.allowed}
            for table, model in TABLES.items() for kind in fact_types(model).values()]


def _reason(reason: Reason, facts: Mapping[str, Any]) -> dict[str, Any]:
    """`met` is null where it is unknown; `facts` are those of hers that gave the answer."""
    return criterion_record(reason.criterion) | {"met": MET.get(reason.value),
                                                 "facts": her_facts(reason.criterion, facts)}


def _missing(decision: Decision) -> list[dict[str, Any]]:
    return [{"fact": item.fact, "outcomes": [{"values": values, "class": name} for values, name in item.outcomes]}
            for item in decision.missing]


def _disagreement(found: Disagreement, guideline: str) -> dict[str, Any]:
    return {"fact": found.fact, "criterion": dict(found.against)[guideline].name,
            "not_against": [name for name, _ in found.not_against]}
