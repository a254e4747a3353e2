"""`openiort select`: what each command but `table` shows, writes and refuses."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from openiort.select.candidate import TABLES
from openiort.select.guideline import INSUFFICIENT
from openiort.select.read_guideline import guideline_names, shipped_guideline
from tests.app.select_runs import CANDIDATE, CANDIDATES, ROOT, own_guideline, refused, shown, shown_json, words

# --- assess


def test_readme_shows_what_comes_out(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    text = (ROOT / "README.md").read_text()
    start = text.index("    .venv/bin/openiort select assess")
    command, _, rest = text[start:].partition("\n\n")
    arguments = command.replace("\\\n", " ").split()[1:]
    block = textwrap.dedent(rest[:rest.index("\n\nSo ASTRO")])
    assert arguments[:2] == ["select", "assess"]
    assert [line.rstrip() for line in shown(capsys, *arguments[1:]).splitlines()] == block.splitlines()


def test_screen_says_why_she_is_cautionary(capsys: pytest.CaptureFixture[str]) -> None:
    """ASTRO 2009 wants 60 years and ductal, mucinous or tubular for suitable (its table); she is 55, lobular."""
    text = words(shown(capsys, "assess", CANDIDATE, "--guideline", "astro-2009"))
    assert "CAUTIONARY nothing rules her out, but not met: 60 years or older" in text
    assert "(she: age 55 years)" in text.replace("earlier version ", "")
    assert "earlier version" in text
    assert "earlier version" not in shown(capsys, "assess", CANDIDATE, "--guideline", "astro-2023")
    assert "Not a medical device" in text


def test_screen_shows_all_guidelines_limits_and_reasons(capsys: pytest.CaptureFixture[str]) -> None:
    text = words(shown(capsys, "assess", CANDIDATE))
    assert not [name for name in guideline_names() if name not in text]
    assert "Limits, whatever the answer" in text
    assert "Mixed ductal and lobular carcinoma is not counted as lobular. (our reading)" in text  # risk-adapted step
    assert "only within a prospective registry or a clinical trial" in text  # ASTRO 2017
    assert "add whole-breast radiotherapy (targit-a-risk-adapted)" in text
    assert "Where guidelines disagree about her" in text
    assert "* to be confirmed" in text
    assert "gec-estro-2010 CAUTIONARY" in text
    assert "All reasons" not in text
    every = words(shown(capsys, "assess", CANDIDATE, "--reasons"))
    assert "All reasons, guideline by guideline" in every
    assert shipped_guideline("abs-2013").citation in every


def test_before_surgery_is_provisional_and_says_what_is_missing(tmp_path: Path,
                                                                capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "c.toml"
    file.write_text('[before_surgery]\nage_years = 52\nhistology = "ductal"\nsize_mm = 15\n')
    text = words(shown(capsys, "assess", str(file), "--guideline", "abs-2013", "--guideline", "targit-a-risk-adapted"))
    assert "every answer is provisional" in text
    assert "not known: clinical stage of the nodes" in text
    assert "before_surgery.cN" in text
    assert "abs-2013 cN0: suitable" in text
    assert "cN1, cN2, cN3: not suitable" in text
    assert "targit-a-risk-adapted" in text
    assert "asks nothing before surgery" in text
    (found,) = shown_json(capsys, "assess", str(file), "--guideline", "abs-2013")
    assert found["provisional"] is True
    assert found["missing"] == [{"fact": "before_surgery.cN", "outcomes": [
        {"values": "cN0", "class": "suitable"}, {"values": "cN1, cN2, cN3", "class": "not suitable"}]}]


def test_answers_before_surgery_are_called_provisional(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """ABS 2013 asks age, size and nodes before surgery (its table; margin and vessels need the specimen)."""
    file = tmp_path / "c.toml"
    file.write_text('[before_surgery]\nage_years = 62\nhistology = "ductal"\nsize_mm = 15\ncN = "cN0"\n')
    text = words(shown(capsys, "assess", str(file), "--guideline", "abs-2013"))
    assert "SUITABLE provisional all 3 criteria asked before surgery are met" in text
    assert "INFORMATION provisional" not in words(shown(capsys, "assess", str(file), "--guideline", "astro-2017"))


def test_what_no_guideline_asks_stands_before_the_answers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "c.toml"
    file.write_text('[before_surgery]\nage_years = 52\npregnant = true\n')
    text = words(shown(capsys, "assess", str(file), "--guideline", "founding-rule"))
    assert "pregnant: not asked by founding-rule" in text
    assert text.index("Known of her, and not asked") < text.index("What is said of IORT")
    (found,) = shown_json(capsys, "assess", str(file), "--guideline", "founding-rule")
    assert found["not_asked"] == ["pregnant"]


def test_our_reading_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    """Early and not spread are our reading of the founding rule (its file)."""
    text = words(shown(capsys, "assess", CANDIDATE, "--guideline", "founding-rule", "--reasons"))
    assert "all 5 criteria are met, 4 of them our reading" in text
    assert "not spread: M0 (our reading)" in text


def test_assess_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    found = {item["guideline"]: item for item in shown_json(capsys, "assess", CANDIDATE)}
    assert list(found) == guideline_names()
    astro = found["astro-2017"]
    assert (astro["class"], astro["meaning"], astro["phase"]) == ("cautionary", "cautionary", "pathology")
    assert (astro["superseded_by"], found["astro-2023"]["superseded_by"]) == ("astro-2023", None)
    assert (astro["provisional"], astro["to_be_confirmed"], astro["missing"]) == (False, False, [])
    (decided,) = astro["decided_by"]
    assert (decided["name"], decided["met"], decided["facts"]) == ("histology", False, {"histology": "lobular"})
    assert decided in astro["reasons"]
    assert len(astro["reasons"]) == len(shipped_guideline("astro-2017").criteria)
    assert any("registry" in said["text"] and said["limits"] for said in astro["statements"])
    assert astro["disagreements"][0]["not_against"] == ["abs-2013", "abs-2018", "asbrs-2018", "founding-rule"]
    grade = next(r for r in found["targit-a-risk-adapted"]["reasons"] if r["name"] == "grade")
    assert (grade["met"], grade["facts"]) == (None, {})


def test_own_guideline_beside_a_shipped_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Brackets in a user's text are no colours; a guideline named twice is asked once."""
    own = own_guideline(tmp_path)
    text = words(shown(capsys, "assess", CANDIDATE, "--guideline", own, "--guideline", own, "--guideline", "abs-2013"))
    assert "UNSUITABLE * not met: 60 [years] or older * (she: age 55 years)" in text
    assert "own: Never [bold] alone. *" in text
    assert "on IORT, 1 guideline: 1 unsuitable" in text


@pytest.mark.parametrize(("content", "said"), [
    (None, "cannot read the candidate"), (b"\xff", "no UTF-8"), (b"[before_surgery", "no valid TOML"),
    (b"[before_surgery]\nage_years = 17\n", "age_years = 17"),
])
def test_bad_candidates_are_refused(content: bytes | None, said: str, tmp_path: Path,
                                    capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "c.toml"
    if content is not None:
        file.write_bytes(content)
    assert said in refused(capsys, "assess", str(file))
    assert "cannot read the candidate" in refused(capsys, "assess", str(tmp_path))


def test_unknown_guideline_names_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    for command in (("assess", CANDIDATE, "--guideline"), ("guidelines",), ("compare", "astro-2009")):
        assert "astro-2017" in refused(capsys, *command, "astro-207").splitlines()[0]


def test_two_guidelines_of_one_name_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    own = own_guideline(tmp_path, "abs-2013")
    error = refused(capsys, "assess", CANDIDATE, "--guideline", own, "--guideline", "abs-2013")
    assert "two guidelines are called abs-2013" in error
    assert "limits = 'maybe'" in refused(capsys, "guidelines", own_guideline(tmp_path, "x", limits='"maybe"'))


# --- guidelines, compare, template


def test_guidelines_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    text = shown(capsys, "guidelines")
    assert not [name for name in guideline_names() if name not in text]
    found = shown_json(capsys, "guidelines")
    assert [item["name"] for item in found if item["superseded_by"] == "astro-2023"] == ["astro-2009", "astro-2017"]
    assert [item["name"] for item in found] == guideline_names()
    assert all(item["citation"] and item["criteria"] and len(item["sha256"]) == 64 for item in found)


def test_one_guideline_is_shown_with_its_criteria(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    guideline = shipped_guideline("targit-a")
    text = words(shown(capsys, "guidelines", "targit-a"))
    assert guideline.citation in text
    assert "45 years or older age_years >= 45 always F" in text
    assert all(said.text in text for said in guideline.statements)
    found = shown_json(capsys, "guidelines", "targit-a")
    assert [item["name"] for item in found["criteria"]] == [criterion.name for criterion in guideline.criteria]
    assert [item["meaning"] for item in found["classes"]] == ["suitable", "unsuitable"]
    assert "made for a test [red]" in shown(capsys, "guidelines", own_guideline(tmp_path))


def test_compare_says_what_changed_and_for_whom(capsys: pytest.CaptureFixture[str]) -> None:
    """ASTRO 2009 to 2017: suitable from 60, then from 50; unsuitable under 50, then under 40. Ages 52 and 47."""
    text = words(shown(capsys, "compare", "astro-2009", "astro-2017", "--table", str(CANDIDATES), code=2))
    assert "60 years or older 50 years or older" in text
    assert "another answer for 2 of 5 patients" in text
    assert "A-02 CAUTIONARY SUITABLE" in text
    assert "2 rows left out" in text
    found = shown_json(capsys, "compare", "astro-2009", "astro-2017", "--table", str(CANDIDATES), code=2)
    assert [(item["id"], item["before"]["meaning"], item["after"]["meaning"]) for item in found["changed_for"]] == [
        ("A-02", "cautionary", "suitable"), ("A-03", "unsuitable", "cautionary")]
    assert [fault["row"] for fault in found["faults"]] == [7, 8]
    changes = {item["name"]: item for item in found["changes"]}
    assert (changes["age"]["kind"], changes["age"]["before"]["asks"]) == ("changed", "age_years >= 60")
    assert (changes["in-situ"]["kind"], changes["in-situ"]["before"]) == ("added", None)


def test_compare_without_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert "have the same criteria" in shown(capsys, "compare", "astro-2017", "astro-2017")
    assert "changed_for" not in shown_json(capsys, "compare", "astro-2009", "astro-2017")


def test_template_is_a_candidate_that_can_be_assessed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "c.toml"
    text = shown(capsys, "template")
    assert f"select assess {file}" in shown(capsys, "template", "--out", str(file))
    assert file.read_text() == text
    assert {item["meaning"] for item in shown_json(capsys, "assess", str(file))} == {INSUFFICIENT}
    assert "What is not known" in shown(capsys, "assess", str(file))
    assert "exists already" in refused(capsys, "template", "--out", str(file))
    assert file.read_text() == text


def test_template_as_json_lists_every_fact(capsys: pytest.CaptureFixture[str]) -> None:
    found = shown_json(capsys, "template")
    assert [(item["table"], item["fact"]) for item in found] == [
        (table, fact) for table, model in TABLES.items() for fact in model.model_fields]
    (stage,) = [item for item in found if item["fact"] == "pT"]
    assert "pT1c" in stage["codes"]
