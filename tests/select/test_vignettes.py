"""Women of whom each guideline's own words say what they are; both sides of every limit.

Each line names the criterion that it probes: its source stands beside it in the guideline's file.
"""

from __future__ import annotations

from typing import Any

import pytest

from openiort.select.candidate import Candidate
from openiort.select.decide import decide
from openiort.select.decision import Decision
from openiort.select.guideline import HOLDS_ALL, INSUFFICIENT
from openiort.select.read_guideline import guideline_names, shipped_guideline
from openiort.select.three_valued import FALSE, TRUE
from tests.select.women import before_surgery, in_situ, woman

MULTIFOCAL = {"focality": "multifocal", "before": {"focality": "unifocal"}}
CLINICALLY_MULTIFOCAL = {"before": {"focality": "multifocal"}}
UNEXAMINED = {"pN": "pNx", "nodal_surgery": "none"}
ADD, MAY = "add whole-breast radiotherapy", "centre may add whole-breast radiotherapy"
REGISTRY = "within a registry or trial only"


def answer(guideline: str, candidate: Candidate) -> Decision:
    return decide(shipped_guideline(guideline), candidate)


def deciding(decision: Decision) -> set[str]:
    return {criterion.name for criterion in decision.decided_by}


# guideline, what is different in her, class, criterion that decides
INVASIVE: list[tuple[str, dict[str, Any], str, str]] = [
    ("founding-rule", {"age_years": 51}, "suitable", "age"),
    ("founding-rule", {"age_years": 50}, "not suitable", "age"),
    ("founding-rule", {"size_mm": 30}, "suitable", "size"),
    ("founding-rule", {"size_mm": 31}, "not suitable", "size"),
    ("founding-rule", {"size_mm": 30.1}, "not suitable", "size"),
    ("founding-rule", {"size_mm": 51}, "not suitable", "stage"),
    ("founding-rule", {"size_mm": 4, "pT": "pT1a"}, "suitable", "stage"),
    ("founding-rule", {"size_mm": 20, "pT": "pT4"}, "not suitable", "stage"),
    ("founding-rule", {"pN": "pN0(i+)"}, "suitable", "nodes"),
    ("founding-rule", {"pN": "pN1mi"}, "not suitable", "nodes"),
    ("founding-rule", UNEXAMINED | {"cN": "cN0"}, "suitable", "nodes"),
    ("founding-rule", UNEXAMINED | {"cN": "cN1"}, "not suitable", "nodes"),
    ("founding-rule", {"distant_metastasis": True}, "not suitable", "metastasis"),
    ("targit-a", {"age_years": 45}, "eligible", "age"),
    ("targit-a", {"age_years": 44}, "not eligible", "age"),
    ("targit-a", {"size_mm": 35}, "eligible", "size"),
    ("targit-a", {"size_mm": 36}, "not eligible", "size"),
    ("targit-a", {"size_mm": 51}, "not eligible", "stage"),
    ("targit-a", {"histology": "lobular"}, "not eligible", "histology"),
    ("targit-a", {"focality": "multifocal"}, "not eligible", "focality"),
    ("targit-a", {"centricity": "multicentric"}, "not eligible", "centricity"),
    ("targit-a", {"cN": "cN1"}, "eligible", "nodes"),
    ("targit-a", {"cN": "cN2"}, "not eligible", "nodes"),
    ("targit-a", {"neoadjuvant_treatment": True}, "not eligible", "no-drugs-before-surgery"),
    ("targit-a-risk-adapted", {}, "IORT alone", "lobular"),
    ("targit-a-risk-adapted", {"histology": "lobular"}, ADD, "lobular"),
    ("targit-a-risk-adapted", {"extensive_intraductal_component": True}, ADD, "intraductal-component"),
    ("targit-a-risk-adapted", {"margin_mm": 0.9}, ADD, "margin"),
    ("targit-a-risk-adapted", {"margin_mm": 1.0}, "IORT alone", "margin"),
    ("targit-a-risk-adapted", {"grade": 3}, MAY, "grade"),
    ("targit-a-risk-adapted", {"pN": "pN1a"}, MAY, "nodes"),
    ("targit-a-risk-adapted", {"lymphovascular_invasion": "focal"}, MAY, "vessels"),
    ("targit-a-risk-adapted", {"grade": 3, "histology": "lobular"}, ADD, "lobular"),
    ("astro-2009", {"age_years": 60}, "suitable", "age"),
    ("astro-2009", {"age_years": 59}, "cautionary", "age"),
    ("astro-2009", {"age_years": 50}, "cautionary", "age"),
    ("astro-2009", {"age_years": 49}, "unsuitable", "too-young"),
    ("astro-2009", {"size_mm": 20}, "suitable", "size"),
    ("astro-2009", {"size_mm": 21}, "cautionary", "size"),
    ("astro-2009", {"size_mm": 30}, "cautionary", "size"),
    ("astro-2009", {"size_mm": 31}, "unsuitable", "too-large"),
    ("astro-2009", {"size_mm": 0, "pT": "pT0"}, "cautionary", "stage"),
    ("astro-2009", {"size_mm": 51}, "unsuitable", "stage-too-high"),
    ("astro-2009", {"margin_mm": 2.0}, "suitable", "margin"),
    ("astro-2009", {"margin_mm": 1.9}, "cautionary", "margin"),
    ("astro-2009", {"margin_mm": 0.1}, "cautionary", "margin"),
    ("astro-2009", {"margin_mm": 0}, "unsuitable", "margin-positive"),
    ("astro-2009", {"lymphovascular_invasion": "focal"}, "cautionary", "vessels"),
    ("astro-2009", {"lymphovascular_invasion": "extensive"}, "unsuitable", "vessels-extensive"),
    ("astro-2009", {"oestrogen_receptor": "negative"}, "cautionary", "oestrogen-receptor"),
    ("astro-2009", {"germline_brca": "present"}, "unsuitable", "brca-present"),
    ("astro-2009", {"centricity": "multicentric"}, "unsuitable", "multicentric"),
    ("astro-2009", CLINICALLY_MULTIFOCAL, "unsuitable", "clinically-multifocal"),
    ("astro-2009", MULTIFOCAL | {"foci_extent_mm": 20}, "suitable", "foci"),
    ("astro-2009", MULTIFOCAL | {"foci_extent_mm": 21}, "cautionary", "foci"),
    ("astro-2009", MULTIFOCAL | {"foci_extent_mm": 30}, "cautionary", "foci"),
    ("astro-2009", MULTIFOCAL | {"foci_extent_mm": 31}, "unsuitable", "multifocal-too-wide"),
    ("astro-2009", {"histology": "mucinous"}, "suitable", "histology"),
    ("astro-2009", {"histology": "lobular"}, "cautionary", "histology"),
    ("astro-2009", {"extensive_intraductal_component": True, "dcis_extent_mm": 30}, "cautionary",
     "no-intraductal-component"),
    ("astro-2009", {"extensive_intraductal_component": True, "dcis_extent_mm": 31}, "unsuitable",
     "intraductal-component-too-large"),
    ("astro-2009", {"pN": "pN0(i+)"}, "suitable", "nodes"),
    ("astro-2009", {"pN": "pN1mi"}, "unsuitable", "nodes-involved"),
    ("astro-2009", UNEXAMINED, "unsuitable", "nodes-not-examined"),
    ("astro-2009", {"neoadjuvant_treatment": True}, "unsuitable", "drugs-before-surgery"),
    ("astro-2017", {"age_years": 50}, "suitable", "age"),
    ("astro-2017", {"age_years": 49}, "cautionary", "age"),
    ("astro-2017", {"age_years": 40}, "cautionary", "age"),
    ("astro-2017", {"age_years": 39}, "unsuitable", "too-young"),
    ("astro-2017", {"age_years": 49, "oestrogen_receptor": "negative"}, "unsuitable",
     "forties-and-not-all-else-suitable"),
    ("astro-2017", {"age_years": 50, "oestrogen_receptor": "negative"}, "cautionary", "oestrogen-receptor"),
    ("astro-2017", {"age_years": 45, "size_mm": 21}, "unsuitable", "forties-and-not-all-else-suitable"),
    ("astro-2017", {"size_mm": 20}, "suitable", "size"),
    ("astro-2017", {"size_mm": 21}, "cautionary", "size"),
    ("astro-2017", {"size_mm": 31}, "unsuitable", "too-large"),
    ("astro-2017", {"margin_mm": 2.0}, "suitable", "margin"),
    ("astro-2017", {"margin_mm": 1.9}, "cautionary", "margin"),
    ("astro-2017", {"margin_mm": 0}, "unsuitable", "margin-positive"),
    ("astro-2017", {"histology": "lobular"}, "cautionary", "histology"),
    ("astro-2017", {"pN": "pN1a"}, "unsuitable", "nodes-involved"),
    ("astro-2017", CLINICALLY_MULTIFOCAL, "unsuitable", "clinically-multifocal"),
    ("astro-2017-iort", {"age_years": 50}, REGISTRY, "age"),
    ("astro-2017-iort", {"age_years": 49}, "not eligible", "age"),
    ("astro-2017-iort", {"size_mm": 20}, REGISTRY, "size"),
    ("astro-2017-iort", {"size_mm": 21}, "not eligible", "size"),
    ("astro-2023", {"age_years": 40}, "recommended", "age"),
    ("astro-2023", {"age_years": 39}, "not recommended", "too-young"),
    ("astro-2023", {"size_mm": 20}, "recommended", "size"),
    ("astro-2023", {"size_mm": 21}, "conditionally recommended", "size"),
    ("astro-2023", {"size_mm": 30}, "conditionally recommended", "size"),
    ("astro-2023", {"size_mm": 31}, "outside the guideline", "too-large"),
    ("astro-2023", {"grade": 3}, "conditionally recommended", "grade"),
    ("astro-2023", {"oestrogen_receptor": "negative"}, "conditionally recommended", "oestrogen-receptor"),
    ("astro-2023", {"her2": "positive", "anti_her2_therapy": True}, "recommended", "age"),
    ("astro-2023", {"her2": "positive", "anti_her2_therapy": False}, "conditionally not recommended",
     "her2-untreated"),
    ("astro-2023", {"lymphovascular_invasion": "focal"}, "conditionally not recommended", "vessels-invaded"),
    ("astro-2023", {"histology": "lobular"}, "conditionally not recommended", "lobular"),
    ("astro-2023", {"pN": "pN1mi"}, "not recommended", "nodes-involved"),
    ("astro-2023", {"margin_mm": 0}, "not recommended", "margin-positive"),
    ("astro-2023", {"margin_mm": 0.1}, "recommended", "size"),
    ("astro-2023", {"germline_brca": "present"}, "not recommended", "brca-present"),
    ("gec-estro-2010", {"age_years": 51}, "low risk", "age"),
    ("gec-estro-2010", {"age_years": 50}, "intermediate risk", "age"),
    ("gec-estro-2010", {"age_years": 41}, "intermediate risk", "age"),
    ("gec-estro-2010", {"age_years": 40}, "high risk", "too-young"),
    ("gec-estro-2010", {"size_mm": 30}, "low risk", "size"),
    ("gec-estro-2010", {"size_mm": 31}, "high risk", "too-large"),
    ("gec-estro-2010", {"size_mm": 51}, "high risk", "stage-too-high"),
    ("gec-estro-2010", {"margin_mm": 2.0}, "low risk", "margin"),
    ("gec-estro-2010", {"margin_mm": 1.9}, "intermediate risk", "margin"),
    ("gec-estro-2010", {"margin_mm": 0}, "high risk", "margin-positive"),
    ("gec-estro-2010", {"centricity": "multicentric"}, "high risk", "multicentric"),
    ("gec-estro-2010", MULTIFOCAL | {"foci_extent_mm": 20}, "intermediate risk", "focality"),
    ("gec-estro-2010", MULTIFOCAL | {"foci_extent_mm": 21}, "high risk", "multifocal-too-wide"),
    ("gec-estro-2010", {"extensive_intraductal_component": True}, "high risk", "intraductal-component"),
    ("gec-estro-2010", {"lymphovascular_invasion": "focal"}, "high risk", "vessels-invaded"),
    ("gec-estro-2010", {"histology": "medullary"}, "low risk", "histology"),
    ("gec-estro-2010", {"histology": "lobular"}, "intermediate risk", "histology"),
    ("gec-estro-2010", {"pN": "pN1mi"}, "intermediate risk", "nodes"),
    ("gec-estro-2010", {"pN": "pN1a"}, "intermediate risk", "nodes"),
    ("gec-estro-2010", {"pN": "pN2a"}, "high risk", "nodes-involved"),
    ("gec-estro-2010", UNEXAMINED, "high risk", "nodes-not-examined"),
    ("gec-estro-2010", {"neoadjuvant_treatment": True}, "high risk", "drugs-before-surgery"),
    ("abs-2013", {"age_years": 50}, "suitable", "age"),
    ("abs-2013", {"age_years": 49}, "not suitable", "age"),
    ("abs-2013", {"size_mm": 30}, "suitable", "size"),
    ("abs-2013", {"size_mm": 31}, "not suitable", "size"),
    ("abs-2013", {"margin_mm": 0.1}, "suitable", "margin"),
    ("abs-2013", {"margin_mm": 0}, "not suitable", "margin"),
    ("abs-2013", {"lymphovascular_invasion": "focal"}, "not suitable", "vessels"),
    ("abs-2013", {"histology": "lobular"}, "suitable", "age"),
    ("abs-2013", {"pN": "pN1a"}, "not suitable", "nodes"),
    ("abs-2018", {"age_years": 45}, "suitable", "age"),
    ("abs-2018", {"age_years": 44}, "not suitable", "age"),
    ("abs-2018", {"focality": "multifocal"}, "not suitable", "focality"),
    ("asbrs-2008", {"age_years": 45}, "suitable", "age"),
    ("asbrs-2008", {"age_years": 44}, "not suitable", "age"),
    ("asbrs-2008", {"histology": "lobular"}, "not suitable", "histology"),
    ("asbrs-2008", {"size_mm": 30}, "suitable", "size"),
    ("asbrs-2008", {"size_mm": 31}, "not suitable", "size"),
    ("asbrs-2008", {"margin_mm": 0}, "not suitable", "margin"),
    ("asbrs-2008", {"pN": "pN1mi"}, "not suitable", "nodes"),
    ("asbrs-2018", {"age_years": 45}, "suitable", "age"),
    ("asbrs-2018", {"age_years": 44}, "not suitable", "age"),
    ("asbrs-2018", {"size_mm": 30}, "suitable", "size"),
    ("asbrs-2018", {"size_mm": 31}, "not suitable", "size"),
    ("asbrs-2018", {"pN": "pN1mi"}, "not suitable", "nodes"),
    ("asbrs-2018", MULTIFOCAL | {"foci_extent_mm": 30}, "suitable", "foci"),
    ("asbrs-2018", MULTIFOCAL | {"foci_extent_mm": 31}, "not suitable", "foci"),
    ("asbrs-2018", {"lymphovascular_invasion": "focal"}, "suitable", "vessels"),
    ("asbrs-2018", {"lymphovascular_invasion": "extensive"}, "not suitable", "vessels"),
    ("asbrs-2018", {"germline_brca": "present"}, "not suitable", "brca"),
]
# what is the same in the tables of 2009 and 2017 and has its own line above for 2009 only
INVASIVE += [("astro-2017", facts, class_name, probed) for guideline, facts, class_name, probed in INVASIVE
             if guideline == "astro-2009" and "age_years" not in facts]
INVASIVE += [("astro-2017-iort", facts, REGISTRY if class_name == "suitable" else "not eligible", probed)
             for guideline, facts, class_name, probed in INVASIVE
             if guideline == "astro-2009" and class_name != "unsuitable" and "age_years" not in facts]
INVASIVE += [("astro-2017-iort", facts, "not eligible", probed) for facts, probed in [
    ({"germline_brca": "present"}, "brca"), ({"centricity": "multicentric"}, "centricity"),
    (CLINICALLY_MULTIFOCAL, "clinical-focality"), ({"pN": "pN1mi"}, "nodes"), (UNEXAMINED, "nodes-examined"),
    ({"neoadjuvant_treatment": True}, "no-drugs-before-surgery")]]
INVASIVE += [("abs-2018", facts, class_name, probed) for guideline, facts, class_name, probed in INVASIVE
             if guideline == "abs-2013" and "age_years" not in facts]
IN_SITU: list[tuple[str, dict[str, Any], str, str]] = [
    ("founding-rule", {}, "not suitable", "stage"),
    ("targit-a", {}, "not eligible", "histology"),
    ("astro-2009", {}, "cautionary", "histology"),
    ("astro-2009", {"dcis_extent_mm": 30}, "cautionary", "histology"),
    ("astro-2009", {"dcis_extent_mm": 31}, "unsuitable", "in-situ-too-large"),
    ("astro-2017", {"dcis_extent_mm": 25}, "suitable", "in-situ"),
    ("astro-2017", {"dcis_extent_mm": 26}, "cautionary", "in-situ"),
    ("astro-2017", {"dcis_extent_mm": 31}, "unsuitable", "in-situ-too-large"),
    ("astro-2017", {"detection": "clinical"}, "cautionary", "in-situ"),
    ("astro-2017", {"dcis_grade": "high"}, "cautionary", "in-situ"),
    ("astro-2017", {"margin_mm": 3.0}, "suitable", "margin"),
    ("astro-2017", {"margin_mm": 2.9}, "cautionary", "margin"),
    ("astro-2017-iort", {}, "not eligible", "histology"),
    ("astro-2023", {"dcis_extent_mm": 20}, "recommended", "size"),
    ("astro-2023", {"dcis_extent_mm": 21}, "conditionally recommended", "size"),
    ("astro-2023", {"dcis_extent_mm": 31}, "outside the guideline", "in-situ-too-large"),
    ("astro-2023", {"dcis_grade": "high"}, "conditionally recommended", "grade"),
    ("astro-2023", {"margin_mm": 0}, "not recommended", "margin-positive-of-any-type"),
    ("astro-2023", {"age_years": 40}, "recommended", "age"),
    ("astro-2023", {"age_years": 39}, "not recommended", "too-young-of-any-type"),
    ("astro-2023", {"germline_brca": "present"}, "not recommended", "brca-present-of-any-type"),
    ("gec-estro-2010", {}, "intermediate risk", "histology"),
    ("gec-estro-2010", {"dcis_extent_mm": 31}, "high risk", "too-large"),
    ("abs-2013", {"dcis_extent_mm": 30}, "suitable", "size"),
    ("abs-2013", {"dcis_extent_mm": 31}, "not suitable", "size"),
    ("abs-2018", {}, "suitable", "size"),
    ("asbrs-2008", {"age_years": 50}, "suitable", "age"),
    ("asbrs-2008", {"age_years": 49}, "not suitable", "age"),
    ("asbrs-2018", {"margin_mm": 2.0}, "suitable", "margin"),
    ("asbrs-2018", {"margin_mm": 1.9}, "not suitable", "margin"),
]
PROVISIONAL: list[tuple[str, dict[str, Any], str, str]] = [
    ("founding-rule", {"age_years": 51}, "suitable", "age"),
    ("founding-rule", {"age_years": 50}, "not suitable", "age"),
    ("founding-rule", {"cN": "cN1"}, "not suitable", "nodes-before-surgery"),
    ("targit-a", {"size_mm": 36, "cT": "cT2"}, "not eligible", "size"),
    ("astro-2009", {"cN": "cN1"}, "unsuitable", "nodes-involved"),
    ("astro-2017", {"age_years": 45}, "cautionary", "age"),
    ("astro-2017", {"age_years": 45, "oestrogen_receptor": "negative"}, "unsuitable",
     "forties-and-not-all-else-suitable"),
    ("astro-2017-iort", {}, REGISTRY, "age"),
    ("astro-2023", {"grade": 3}, "conditionally recommended", "grade"),
    ("gec-estro-2010", {"size_mm": 31, "cT": "cT2"}, "high risk", "too-large"),
    ("abs-2013", {"age_years": 49}, "not suitable", "age"),
    ("asbrs-2008", {"age_years": 44}, "not suitable", "age"),
]


@pytest.mark.parametrize(("guideline", "facts", "class_name", "probed"), INVASIVE)
def test_invasive(guideline: str, facts: dict[str, Any], class_name: str, probed: str) -> None:
    decision = answer(guideline, woman(**facts))
    assert decision.class_name == class_name, decision
    assert probed in deciding(decision)
    assert not decision.is_provisional


@pytest.mark.parametrize(("guideline", "facts", "class_name", "probed"), IN_SITU)
def test_in_situ(guideline: str, facts: dict[str, Any], class_name: str, probed: str) -> None:
    decision = answer(guideline, in_situ(**facts))
    assert decision.class_name == class_name, decision
    assert probed in deciding(decision)


@pytest.mark.parametrize(("guideline", "facts", "class_name", "probed"), PROVISIONAL)
def test_before_surgery(guideline: str, facts: dict[str, Any], class_name: str, probed: str) -> None:
    decision = answer(guideline, before_surgery(**facts))
    assert decision.class_name == class_name, decision
    assert probed in deciding(decision)
    assert decision.is_provisional


@pytest.mark.parametrize("name", guideline_names())
def test_every_criterion_is_probed(name: str) -> None:
    """Each criterion speaks against some woman: unmet where all of a class are needed, met where one is enough."""
    guideline = shipped_guideline(name)
    speaks_against = {asked.name: FALSE if asked.holds == HOLDS_ALL else TRUE for asked in guideline.classes}
    probed: set[str] = set()
    for group, make in ((INVASIVE, woman), (IN_SITU, in_situ), (PROVISIONAL, before_surgery)):
        for decision in (answer(name, make(**facts)) for asked, facts, _, _ in group if asked == name):
            probed |= {reason.criterion.name for reason in decision.reasons
                       if reason.value == speaks_against[reason.criterion.class_name]}
    assert {criterion.name for criterion in guideline.criteria} - probed == set()


@pytest.mark.parametrize("name", guideline_names())
def test_nothing_known_decides_nothing(name: str) -> None:
    assert answer(name, Candidate()).class_name == INSUFFICIENT


@pytest.mark.parametrize("facts", [{"age_years": 39}, {"margin_mm": 0}, {"germline_brca": "present"}])
def test_what_astro_2023_says_of_every_type_needs_no_type(facts: dict[str, Any]) -> None:
    """Found for invasive cancer, recalled for pure carcinoma in situ: to be confirmed unless she is known invasive."""
    invasive, pure, open_one = (answer("astro-2023", her) for her in (
        woman(**facts), in_situ(**facts), woman(histology=None, **facts)))
    assert {decision.class_name for decision in (invasive, pure, open_one)} == {"not recommended"}
    assert [decision.to_be_confirmed for decision in (invasive, pure, open_one)] == [False, True, True]


def test_low_kv_is_for_the_invasive_cancers_that_are_suitable() -> None:
    """astro-2017-iort asks what astro-2017 asks of invasive cancer: the same class by both."""
    assert answer("astro-2017", in_situ()).meaning == "suitable"
    for guideline, facts, _, _ in INVASIVE:
        if guideline == "astro-2017":
            both = [answer(name, woman(**facts)).class_name for name in ("astro-2017", "astro-2017-iort")]
            assert (both[0] == "suitable") == (both[1] == REGISTRY), facts
