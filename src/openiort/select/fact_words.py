"""Facts and their values in words, for people who do not know the names of the file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from openiort.select.criterion import Criterion
from openiort.select.deciding_facts import deciding_facts
from openiort.select.facts import FACTS

WORDS = {
    "T": "stage", "N": "stage of the nodes", "histology": "type of tumour", "her2": "HER2",
    "anti_her2_therapy": "anti-HER2 therapy", "germline_brca": "germline BRCA variant",
    "dcis_extent_mm": "extent of carcinoma in situ", "dcis_grade": "grade of carcinoma in situ",
    "foci_extent_mm": "extent of all foci", "clinical_focality": "focality before surgery",
    "lymphovascular_invasion": "invasion of lymph or blood vessels", "nodal_surgery": "surgery of the nodes",
    "neoadjuvant_treatment": "drugs before surgery", "cT": "clinical stage", "cN": "clinical stage of the nodes",
    "pT": "pathological stage", "pN": "pathological stage of the nodes",
}


def fact_words(fact: str) -> str:
    """Name of a fact: `age`, `invasion of lymph or blood vessels`."""
    return WORDS.get(fact) or fact.removesuffix(f"_{FACTS[fact].unit}").replace("_", " ")


def value_words(fact: str, value: Any) -> str:
    """Value of a fact, with its unit: `55 years`, `lobular`, `yes`."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    unit = FACTS[fact].unit
    number = f"{value:g}" if isinstance(value, int | float) else str(value)
    return f"{number} {unit}" if unit else number


def her_facts(criterion: Criterion, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Fact -> value: the facts of hers that gave a criterion its answer; empty where it is unknown."""
    return {fact: facts[fact] for fact in deciding_facts(criterion, facts)}
