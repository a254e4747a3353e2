"""A woman whom every guideline calls suitable, and others that differ from her in the facts named."""

from __future__ import annotations

from typing import Any

from openiort.select.candidate import Candidate, FactsOfPathology

BEFORE: dict[str, Any] = {
    "age_years": 62, "histology": "ductal", "size_mm": 15.0, "focality": "unifocal", "centricity": "unicentric",
    "grade": 2, "oestrogen_receptor": "positive", "her2": "negative", "cT": "cT1", "cN": "cN0",
    "distant_metastasis": False, "germline_brca": "absent", "neoadjuvant_treatment": False,
}
AFTER: dict[str, Any] = {
    "histology": "ductal", "size_mm": 16.0, "pT": "pT1c", "pN": "pN0", "nodal_surgery": "sentinel node",
    "positive_nodes": 0, "margin_mm": 4.0, "lymphovascular_invasion": "none",
    "extensive_intraductal_component": False, "focality": "unifocal",
}
IN_SITU: dict[str, Any] = {
    "histology": "dcis", "pT": "pTis", "dcis_extent_mm": 15.0, "dcis_grade": "low", "size_mm": None, "grade": None,
    "lymphovascular_invasion": None, "extensive_intraductal_component": None, "pN": None, "positive_nodes": None,
    "nodal_surgery": "none",
}


def before_surgery(**facts: Any) -> Candidate:
    """She before surgery, other facts as given; None is unknown."""
    return Candidate(before_surgery=BEFORE | facts)


def woman(*, before: dict[str, Any] | None = None, **facts: Any) -> Candidate:
    """She on pathology; facts that pathology does not have are those before surgery. pT follows from the size."""
    known_before = BEFORE | {"grade": None} if facts.get("histology") == "dcis" else dict(BEFORE)
    known_before |= {"histology": None, "cT": None, "size_mm": None} | (before or {})
    known_after = {"grade": None if facts.get("histology") == "dcis" else 2} | AFTER
    for name, value in facts.items():
        (known_after if name in FactsOfPathology.model_fields else known_before)[name] = value
    if facts.get("size_mm") and "pT" not in facts:
        known_after["pT"] = "pT1c" if facts["size_mm"] <= 20 else "pT2" if facts["size_mm"] <= 50 else "pT3"
    if facts.get("pN") and "positive_nodes" not in facts:
        known_after["positive_nodes"] = None
    return Candidate(before_surgery=known_before, pathology=known_after)


def in_situ(**facts: Any) -> Candidate:
    """A woman with pure carcinoma in situ, found by screening, its nodes not examined."""
    return woman(**(IN_SITU | {"detection": "screening"} | facts))
