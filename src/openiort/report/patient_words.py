"""A candidate's facts in plain words, for the woman herself."""

from __future__ import annotations

from typing import Any

from openiort.report.catalogue import Catalogue, message
from openiort.select.candidate import BEFORE_SURGERY
from openiort.select.facts import FACTS
from openiort.select.stages import broad_stage

YES_NO = {True: message("yes"), False: message("no")}
RECEPTOR = {"positive": message("positive"), "negative": message("negative")}
NODES = {"N0": message("no cancer found"), "Nx": message("not looked at"), "": message("cancer found")}
SEEN_BEFORE = {"cT": "T", "cN": "N", "clinical_focality": "focality"}  # the later finding of the same
STAGES, STAGES_OF_NODES = ("T", "cT", "pT"), ("N", "cN", "pN")
FACT_WORDS = {
    "age_years": message("Your age"),
    "histology": message("Kind of cancer"),
    "size_mm": message("Size of the tumour"),
    "focality": message("Tumours in one part of the breast"),
    "foci_extent_mm": message("Size of all tumours together"),
    "centricity": message("Parts of the breast with cancer"),
    "grade": message("Grade (how much the cells have changed)"),
    "lymphovascular_invasion": message("Cancer in small vessels"),
    "oestrogen_receptor": message("Hormone test (oestrogen)"),
    "progesterone_receptor": message("Hormone test (progesterone)"),
    "her2": message("HER2 test (a sign of growth)"),
    "anti_her2_therapy": message("Drugs against HER2"),
    "extensive_intraductal_component": message("Much early cancer around the tumour"),
    "dcis_extent_mm": message("Size of the early cancer"),
    "dcis_grade": message("Grade of the early cancer"),
    "T": message("Stage of the tumour"),
    "N": message("Lymph nodes"),
    "distant_metastasis": message("Cancer in other parts of the body"),
    "detection": message("How it was found"),
    "germline_brca": message("Change in a BRCA gene"),
    "neoadjuvant_treatment": message("Cancer drugs before surgery"),
    "previous_breast_radiotherapy": message("Radiation to this breast in the past"),
    "pregnant": message("Pregnant"),
    "nodal_surgery": message("Surgery of the lymph nodes"),
    "positive_nodes": message("Lymph nodes with cancer"),
    "margin_mm": message("Healthy edge around the tumour"),
}
VALUE_WORDS: dict[str, dict[Any, str]] = {
    "histology": {
        "ductal": message("ductal (from the milk ducts)"), "lobular": message("lobular (from the milk glands)"),
        "mixed ductal and lobular": message("ductal and lobular"), "tubular": message("tubular"),
        "mucinous": message("mucinous"), "medullary": message("medullary"), "papillary": message("papillary"),
        "cribriform": message("cribriform"), "metaplastic": message("metaplastic"),
        "other invasive": message("another kind"), "dcis": message("early cancer only (DCIS)"),
    },
    "focality": {"unifocal": message("one"), "multifocal": message("more than one")},
    "centricity": {"unicentric": message("one"), "multicentric": message("more than one")},
    "lymphovascular_invasion": {"none": message("none found"), "focal": message("a little"),
                                "extensive": message("a lot")},
    "oestrogen_receptor": RECEPTOR, "progesterone_receptor": RECEPTOR, "her2": RECEPTOR,
    "dcis_grade": {"low": message("low"), "intermediate": message("medium"), "high": message("high")},
    "detection": {"screening": message("at screening"), "clinical": message("by touch or other signs")},
    "germline_brca": {"absent": message("none found"), "present": message("found")},
    "nodal_surgery": {"none": message("none"), "sentinel node": message("first node taken out"),
                      "axillary dissection": message("nodes in the armpit taken out")},
}


def fact_label(fact: str, phase: str, say: Catalogue) -> str:
    """Name of a fact; it says so where it was found before surgery and the specimen is known."""
    kind = "T" if fact in STAGES else "N" if fact in STAGES_OF_NODES else fact.removeprefix("clinical_")
    label = say.text(FACT_WORDS[kind])
    seen_before = fact in SEEN_BEFORE and phase != BEFORE_SURGERY
    return say.text("{fact}, before surgery", fact=label) if seen_before else label


def fact_value(fact: str, value: Any, say: Catalogue) -> str:
    """Value of a fact: `62 years`, `no cancer found`."""
    kind = FACTS[fact]
    if fact in STAGES:
        return str(value) if fact == "T" else broad_stage(value)
    if fact in STAGES_OF_NODES:
        stage = value if fact == "N" else broad_stage(value)
        return say.text(NODES.get(stage, NODES[""]))
    if isinstance(value, bool):
        return say.text(YES_NO[value])
    if fact == "grade":
        return say.text("{grade} of {highest}", grade=value, highest=max(kind.codes))
    if fact == "margin_mm" and value == 0:
        return say.text("none, the cancer is at the edge")
    if kind.unit == "years":
        return say.plural("{count} year", "{count} years", value, count=value)
    if kind.is_number:
        return f"{say.shortest(value)} {kind.unit}".strip()
    return say.text(VALUE_WORDS[fact.removeprefix("clinical_")][value])
