"""What is missing, and which values of it lead where."""

from __future__ import annotations

import pytest

from openiort.select.candidate import BEFORE_SURGERY, PATHOLOGY, Candidate
from openiort.select.criterion import Test as FactTest
from openiort.select.decide import decide
from openiort.select.fact_type import NUMBER, WHOLE, FactType
from openiort.select.facts import with_value
from openiort.select.guideline import INSUFFICIENT
from openiort.select.read_guideline import shipped_guideline
from openiort.select.value_bands import bands_of
from tests.select.women import before_surgery, woman

SIZE_mm = FactType("size_mm", NUMBER, low=0, high=150)
AGE_years = FactType("age_years", WHOLE, low=18, high=110)


def missing(guideline: str, candidate: Candidate) -> dict[str, dict[str, str]]:
    """Place of the fact -> values in words -> class."""
    decision = decide(shipped_guideline(guideline), candidate)
    return {fact.fact: dict(fact.outcomes) for fact in decision.missing}


def test_number_in_the_bands_of_the_guideline() -> None:
    """ASTRO 2009: up to 20 mm suitable, 21-30 mm cautionary, over 30 mm unsuitable."""
    assert missing("astro-2009", woman(size_mm=None)) == {"pathology.size_mm": {
        "up to 20 mm": "suitable", "over 20 to 30 mm": "cautionary", "over 30 mm": "unsuitable"}}
    assert missing("astro-2009", woman(age_years=None)) == {"before_surgery.age_years": {
        "under 50 years": "unsuitable", "50 to under 60 years": "cautionary", "60 years or more": "suitable"}}
    assert missing("astro-2009", woman(margin_mm=None)) == {"pathology.margin_mm": {
        "0 mm": "unsuitable", "over 0 to under 2 mm": "cautionary", "2 mm or more": "suitable"}}


def test_codes_and_answers() -> None:
    assert missing("astro-2009", woman(germline_brca=None)) == {
        "before_surgery.germline_brca": {"absent": "suitable", "present": "unsuitable"}}
    assert missing("astro-2009", before_surgery(neoadjuvant_treatment=None)) == {
        "before_surgery.neoadjuvant_treatment": {"false": "suitable", "true": "unsuitable"}}
    assert missing("astro-2009", woman(lymphovascular_invasion=None)) == {"pathology.lymphovascular_invasion": {
        "none": "suitable", "focal": "cautionary", "extensive": "unsuitable"}}


def test_stages_are_asked_as_they_are_given() -> None:
    assert missing("founding-rule", before_surgery(cN=None)) == {
        "before_surgery.cN": {"cN0": "suitable", "cN1, cN2, cN3": "not suitable"}}
    found = missing("founding-rule", woman(pN=None, cN="cN1"))["pathology.pN"]
    assert found["pN0, pN0(i-), pN0(i+)"] == "suitable"
    assert set(found.values()) == {"suitable", "not suitable"}
    assert missing("founding-rule", woman(pT=None))["pathology.pT"]["pTis, pT0, pT3, pT4"] == "not suitable"


def test_focality_of_the_phase() -> None:
    assert missing("astro-2017", before_surgery(focality=None)) == {
        "before_surgery.focality": {"unifocal": "suitable", "multifocal": "unsuitable"}}
    assert missing("astro-2017", woman(before={"focality": None})) == {
        "before_surgery.focality": {"unifocal": "suitable", "multifocal": "unsuitable"}}


def test_where_more_is_missing_no_value_may_be_enough() -> None:
    found = missing("astro-2009", woman(size_mm=None, margin_mm=None))
    assert found["pathology.size_mm"] == {"up to 30 mm": INSUFFICIENT, "over 30 mm": "unsuitable"}
    assert found["pathology.margin_mm"] == {"0 mm": "unsuitable", "over 0 mm": INSUFFICIENT}


def test_what_cannot_matter_is_not_asked() -> None:
    """HER2 therapy matters with HER2 positive only, the extent of in situ with an intraductal component only."""
    assert missing("astro-2023", woman(anti_her2_therapy=None)) == {}
    assert list(missing("astro-2023", woman(her2="positive"))) == ["pathology.anti_her2_therapy"]
    assert missing("astro-2009", woman(dcis_extent_mm=None)) == {}
    decided = decide(shipped_guideline("astro-2009"), woman(age_years=49, margin_mm=None, size_mm=None))
    assert decided.class_name == "unsuitable"
    assert decided.missing == ()


def test_nothing_is_asked_before_pathology() -> None:
    """The risk-adapted step has no criterion before surgery: there is nothing to say, and nothing to fill in."""
    decision = decide(shipped_guideline("targit-a-risk-adapted"), woman(), BEFORE_SURGERY)
    assert (decision.class_name, decision.missing) == (INSUFFICIENT, ())
    assert decide(shipped_guideline("targit-a-risk-adapted"), woman(), PATHOLOGY).class_name == "IORT alone"


@pytest.mark.parametrize(("operator", "value", "words"), [
    ("<=", 20, ["up to 20 mm", "over 20 mm"]), (">", 20, ["up to 20 mm", "over 20 mm"]),
    ("<", 20, ["under 20 mm", "20 mm or more"]), (">=", 20, ["under 20 mm", "20 mm or more"]),
    ("=", 20, ["under 20 mm", "20 mm", "over 20 mm"]), ("=", 0, ["0 mm", "over 0 mm"]),
    ("in", (10, 20), ["under 10 mm", "10 mm", "over 10 to under 20 mm", "20 mm", "over 20 mm"]),
])
def test_bands(operator: str, value: float, words: list[str]) -> None:
    bands = bands_of(SIZE_mm, [FactTest("size_mm", operator, value)])
    assert [band.words(SIZE_mm) for band in bands] == words


def test_examples_lie_in_their_band() -> None:
    limits = [("<", 40), (">=", 50), ("<=", 50), ("=", 60), (">", 18)]
    bands = bands_of(AGE_years, [FactTest("age_years", *limit) for limit in limits])
    assert [(band.words(AGE_years), band.example) for band in bands] == [
        ("up to 18 years", 18), ("over 18 to under 40 years", 19), ("40 to under 50 years", 40), ("50 years", 50),
        ("over 50 to under 60 years", 51), ("60 years", 60), ("over 60 years", 61)]


def test_bands_without_a_whole_number_are_left_out() -> None:
    bands = bands_of(AGE_years, [FactTest("age_years", "<=", 49), FactTest("age_years", ">=", 50)])
    assert [band.example for band in bands] == [18, 50]


def test_focality_of_imaging_is_not_that_of_the_specimen():
    """On pathology a focality given before surgery is known as that alone, as `known_facts` has it."""
    assert with_value({}, "before_surgery.focality", "unifocal", PATHOLOGY) == {"clinical_focality": "unifocal"}
    assert with_value({}, "pathology.focality", "unifocal", PATHOLOGY) == {"focality": "unifocal"}
    assert with_value({}, "before_surgery.focality", "unifocal", BEFORE_SURGERY) == {
        "focality": "unifocal", "clinical_focality": "unifocal"}
