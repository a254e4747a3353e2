"""Facts for and against: each guideline on one side only, recalled criteria not heard."""

from __future__ import annotations

from openiort.select.assess import assess
from openiort.select.candidate import Candidate
from openiort.select.facts_weighed import FactWeighed, facts_not_known, facts_weighed
from tests.select.women import before_surgery, woman

FOUND = ("F", "C")
ASKED = ("astro-2017-iort", "astro-2023", "gec-estro-2010")


def weighed(candidate: Candidate, marks: tuple[str, ...] = FOUND) -> dict[str, FactWeighed]:
    return {each.fact: each for each in facts_weighed(assess(candidate, ASKED), marks)}


def test_clearly_suitable_has_nothing_against_her() -> None:
    assert [each for each in weighed(woman()).values() if each.against] == []


def test_age_on_which_guidelines_differ() -> None:
    """45 years: ASTRO 2017 wants 50, GEC-ESTRO 2010 calls over 40 to 50 intermediate, ASTRO 2023 wants 40."""
    age = weighed(before_surgery(age_years=45))["age_years"]
    assert age == FactWeighed("age_years", 45, ("astro-2023",), ("astro-2017-iort", "gec-estro-2010"))


def test_gene_and_age_against() -> None:
    found = weighed(before_surgery(age_years=36, germline_brca="present"))
    assert found["age_years"].against == ASKED
    assert found["age_years"].agreed_by == ()
    assert found["germline_brca"].against == ("astro-2017-iort", "astro-2023")  # GEC-ESTRO asks nothing of it


def test_stage_of_the_nodes_is_one_fact() -> None:
    """pN1a: GEC-ESTRO 2010 calls it intermediate, so against; that it is not pN2a, which it would call high,
    is no point for her."""
    found = weighed(woman(pN="pN1a", positive_nodes=2, nodal_surgery="axillary dissection"))
    assert found["N"] == FactWeighed("N", "N1", (), ASKED)
    assert "pN" not in found


def test_recalled_criteria_are_not_heard() -> None:
    """All of ABS 2018 is recalled."""
    assessment = assess(woman(), ["abs-2018"])
    assert facts_weighed(assessment, FOUND) == ()
    assert facts_weighed(assessment, ("R",))


def test_what_is_not_known() -> None:
    missing = facts_not_known(assess(before_surgery(germline_brca=None, cN=None), ASKED), FOUND)
    assert set(missing) == {"cN", "germline_brca"}
    assert facts_not_known(assess(woman(), ASKED), FOUND) == ()
