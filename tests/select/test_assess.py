"""Guidelines side by side: where they disagree, and what changed between versions."""

from __future__ import annotations

from pathlib import Path

import pytest

import openiort as oi
from openiort.core.errors import InputError
from openiort.select.assess import Assessment, assess
from openiort.select.candidate import PATHOLOGY, Candidate
from openiort.select.compare_versions import compare_versions
from openiort.select.read_guideline import guideline_names, shipped_guideline
from tests.select.one_by_one import changed_for
from tests.select.women import before_surgery, woman


def classes(assessment: Assessment) -> dict[str, str]:
    return {decision.guideline: decision.class_name for decision in assessment.decisions}


def test_all_that_ask_something_at_the_phase() -> None:
    assert set(classes(assess(before_surgery()))) == set(guideline_names()) - {"targit-a-risk-adapted"}
    assert set(classes(assess(woman()))) == set(guideline_names())


def test_public_way() -> None:
    found = oi.assess(oi.Candidate(before_surgery={"age_years": 50}), ["founding-rule", "abs-2013"])
    assert str(found) == ("founding-rule: not suitable (provisional): not: over 50 years; 50 is not over 50\n"
                          "abs-2013: insufficient information (provisional): missing before_surgery.histology, "
                          "before_surgery.size_mm, before_surgery.dcis_extent_mm, before_surgery.cN")


def test_chosen_by_name_file_and_value(tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    source = Path(oi.__file__).parent / "tables" / "guidelines" / "abs-2013.toml"
    file.write_text(source.read_text().replace('name = "abs-2013"', 'name = "own"').replace("value = 50", "value = 55"))
    chosen = ["abs-2013", file, shipped_guideline("asbrs-2008")]
    assert classes(assess(woman(age_years=50), chosen)) == {
        "abs-2013": "suitable", "own": "not suitable", "asbrs-2008": "suitable"}
    with pytest.raises(InputError, match="did you mean abs-2013"):
        assess(woman(), ["abs2013"])
    with pytest.raises(InputError, match="phase"):
        assess(woman(), phase="later")


def test_a_textbook_case_has_no_disagreement() -> None:
    """Low-kV in a registry only is her class by astro-2017-iort for no fact of hers."""
    assert assess(woman()).disagreements == ()


def test_disagreement_names_fact_and_criteria() -> None:
    """At 45 with all else suitable it is the age: 45 or older, 50 or older, over 50 (FACTS of each table)."""
    found = assess(woman(age_years=45), ["founding-rule", "targit-a", "abs-2013", "asbrs-2008"]).disagreements
    assert [item.fact for item in found] == ["age_years"]
    assert {name: criterion.name for name, criterion in found[0].against} == {"founding-rule": "age", "abs-2013": "age"}
    assert [name for name, _ in found[0].not_against] == ["targit-a", "asbrs-2008"]


def test_who_does_not_ask_is_told_apart() -> None:
    found = assess(woman(oestrogen_receptor="negative"), ["astro-2017", "abs-2013"]).disagreements
    assert [(item.fact, item.not_against) for item in found] == [("oestrogen_receptor", (("abs-2013", None),))]


def test_who_does_not_hold_it_against_her_is_shown_by_what_hangs_on_it() -> None:
    """ABS 2013 asks histology only to tell carcinoma in situ apart; ASTRO 2017 is shown by the age it wants, which is
    met, not by the age it excludes (FACTS of each table)."""
    found = assess(woman(histology="lobular", age_years=55), ["astro-2009", "astro-2017", "abs-2013"]).disagreements
    by_fact = {item.fact: {name: criterion and criterion.name for name, criterion in item.not_against}
               for item in found}
    assert by_fact == {"histology": {"abs-2013": None}, "age_years": {"astro-2017": "age", "abs-2013": "age"}}


def test_open_questions_are_no_disagreement() -> None:
    assert assess(woman(germline_brca=None), ["astro-2017", "abs-2013"]).disagreements == ()


def test_versions_criterion_by_criterion() -> None:
    old, new = shipped_guideline("astro-2009"), shipped_guideline("astro-2017")
    changes = {change.name: change for change in compare_versions(old, new)}
    assert changes["age"].kind == "changed"
    assert (changes["age"].before.text, changes["age"].after.text) == ("60 years or older", "50 years or older")
    assert changes["in-situ"].kind == "added"
    assert changes["in-situ"].before is None
    assert "too-large" not in changes
    assert {change.name: change.kind for change in compare_versions(new, old)}["in-situ"] == "removed"
    assert compare_versions(old, old) == ()


def test_versions_for_whom() -> None:
    """Between ASTRO 2009 and 2017 the class changes from 40 to 59 years; at 39 and 60 it does not."""
    women = [woman(age_years=age) for age in (39, 40, 49, 50, 59, 60)]
    found = list(changed_for(shipped_guideline("astro-2009"), shipped_guideline("astro-2017"), women, PATHOLOGY))
    assert [(w.before_surgery.age_years, old.class_name, new.class_name) for w, old, new in found] == [
        (40, "unsuitable", "cautionary"), (49, "unsuitable", "cautionary"), (50, "cautionary", "suitable"),
        (59, "cautionary", "suitable")]


def test_empty_candidate_is_told_what_to_give() -> None:
    for decision in assess(Candidate()).decisions:
        assert decision.meaning == "insufficient information"
        assert decision.missing


def test_what_no_table_asks_is_told() -> None:
    """Of distant metastasis only the founding rule asks; of pregnancy nobody does (FACTS of each table)."""
    found = assess(before_surgery(distant_metastasis=True, pregnant=True), ["founding-rule", "astro-2017"])
    assert dict(found.not_asked) == {"distant_metastasis": ("astro-2017",), "pregnant": ("founding-rule", "astro-2017")}
    assert assess(before_surgery(pregnant=False)).not_asked == {}
