"""Every fact that a criterion may ask: those of a candidate, and what follows from them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from openiort.select.candidate import (
    OF_THE_SPECIMEN,
    PATHOLOGY,
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
    letter: FactType(letter, CODE, tuple(dict.fromkeys(broad_stage(str(code)) for code in GIVEN[f"p{letter}"].codes)),
                     description=f"stage without prefix and subdivision: c{letter} before surgery, p{letter} after")
    for letter in "TN"
} | {"clinical_focality": FactType("clinical_focality", CODE, _FOCALITY.codes,
                                   description="focality of before_surgery, whatever the specimen says")}
FACTS: dict[str, FactType] = GIVEN | DERIVED


def place_of(fact: str, phase: str) -> str:
    """Table and key where a fact is to be given so that it is known at a phase: `N` is `pathology.pN` on pathology."""
    if fact == "clinical_focality":
        return f"{FactsBeforeSurgery.table}.focality"
    given = STAGE_OF[phase].get(fact, fact)
    tables = [table for table, model in TABLES.items() if given in model.model_fields]
    return f"{tables[-1] if phase == PATHOLOGY else tables[0]}.{given}"


def with_value(facts: Mapping[str, Any], place: str, value: Any, phase: str) -> dict[str, Any]:
    """Known facts and one that was unknown, with what follows from it."""
    table, fact = place.split(".")
    of_before = table == FactsBeforeSurgery.table
    own = {} if of_before and phase == PATHOLOGY and fact in OF_THE_SPECIMEN else {fact: value}  # as in `known_facts`
    found = own | {name: known for name, known in facts.items() if name not in DERIVED}
    seen_before = fact == "focality" and of_before
    return found | derived_facts(found, value if seen_before else facts.get("clinical_focality"), phase)
