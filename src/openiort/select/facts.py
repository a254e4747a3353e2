"""Every fact that a criterion may ask: those of a candidate, and what follows from them."""

from __future__ import annotations

from typing import Any

from openiort.select.candidate import (
    PATHOLOGY,
    PHASES,
    STAGE_OF,
    TABLES,
    FactsBeforeSurgery,
    derived_facts,
)
from openiort.select.fact_type import CODE, DATE, FactType, fact_types
from openiort.select.stages import broad_stage

_FOCALITY = fact_types(FactsBeforeSurgery)["focality"]
GIVEN = {name: kind for model in TABLES.values() for name, kind in fact_types(model).items() if kind.kind != DATE}
DERIVED = {
    letter: FactType(letter, CODE, tuple(dict.fromkeys(broad_stage(str(code)) for code in GIVEN[f"c{letter}"].codes)),
                     description=f"stage without prefix and subdivision: c{letter} before surgery, p{letter} after")
    for letter in "TN"
} | {"clinical_focality": FactType("clinical_focality", CODE, _FOCALITY.codes,
                                   description="focality of before_surgery, whatever the specimen says")}
FACTS: dict[str, FactType] = GIVEN | DERIVED


def given_fact(fact: str, phase: str) -> str:
    """The fact that a woman's file would have to give for a derived one to be known; any other is its own."""
    return {**STAGE_OF[phase], "clinical_focality": "focality"}.get(fact, fact)


def place_of(fact: str, phase: str) -> str:
    """Table and key under which a given fact is written at a phase."""
    tables = [table for table, model in TABLES.items() if fact in model.model_fields]
    return f"{tables[-1] if phase == PATHOLOGY else tables[0]}.{fact}"


def with_value(facts: dict[str, Any], fact: str, value: Any, phase: str) -> dict[str, Any]:
    """Known facts with one that was unknown; what follows from it included."""
    if fact in DERIVED:
        return {**facts, fact: value}
    found = {name: known for name, known in facts.items() if name not in DERIVED} | {fact: value}
    return found | derived_facts(found, facts.get("clinical_focality"), phase)


__all__ = ["DERIVED", "FACTS", "GIVEN", "PHASES", "given_fact", "place_of", "with_value"]
