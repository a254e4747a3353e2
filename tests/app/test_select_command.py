"""`openiort select`: what each command shows, writes and refuses."""

from __future__ import annotations

import csv
import hashlib
import json
import textwrap
from pathlib import Path
from typing import Any

import pytest

from openiort.app.command_line import run
from openiort.select.candidate import TABLES
from openiort.select.guideline import INSUFFICIENT
from openiort.select.read_guideline import guideline_names, shipped_guideline
from openiort.select.write_decisions import TITLES
from openiort.version import __version__

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = Path("docs/examples/selection")
CANDIDATE, CANDIDATES = str(ROOT / EXAMPLES / "candidate.toml"), ROOT / EXAMPLES / "candidates.csv"
OWN = """
[guideline]
name = "{name}"
title = "made for a test [red]"
family = "own"
version = "1"
published = "2026"
scope = ["IORT"]
citation = "none"
statements = [{{ text = "Never [bold] alone.", source = "none", mark = "R", limits = {limits} }}]
[[class]]
name = "yes"
meaning = "suitable"
holds = "all"
[[class]]
name = "no"
meaning = "unsuitable"
holds = "otherwise"
[[criterion]]
name = "age"
class = "yes"
fact = "age_years"
op = ">="
value = 60
phase = "both"
text = "60 [years] or older"
source = "none"
mark = "R"
"""


def own_guideline(folder: Path, name: str = "own", limits: str = "true") -> str:
    file = folder / f"{name}.toml"
    file.write_text(OWN.format(name=name, limits=limits))
    return str(file)


def shown(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> str:
    assert run(["select", *arguments]) == code
    return capsys.readouterr().out


def shown_json(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> Any:
    out = shown(capsys, *arguments, "--json", code=code)
    assert len(out.splitlines()) == 1
    return json.loads(out)


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """The message; it has all its parts, and nothing is on stdout."""
    assert run(["select", *arguments]) == 2
    out, error = capsys.readouterr()
    assert out == ""
    assert all(part in error for part in ("where:", "allowed:", "fix:"))
    return error


def words(text: str) -> str:
    """Text of a screen without borders and line breaks, cells of a row one after the other."""
    return " ".join("".join(" " if "\u2500" <= letter <= "\u257f" else letter for letter in text).split())


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


# --- table


def test_table_decides_good_rows_and_tells_bad_ones(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out, faults = tmp_path / "d.csv", tmp_path / "f.csv"
    text = words(shown(capsys, "table", str(CANDIDATES), "--out", str(out), "--faults", str(faults), code=2))
    assert "2 rows left out" in text
    assert "7 size_mm size_mm = 1.6: is that in" in text
    assert "5 patients of candidates.csv: 0 on pathology, 5 before surgery (provisional)" in text
    assert "5 asked nothing before surgery" in text  # the risk-adapted step
    decided = list(csv.DictReader(out.read_text().splitlines()))
    assert tuple(decided[0]) == TITLES
    rows = list(csv.DictReader(faults.read_text().splitlines()))
    assert len(decided) == 5 * len(guideline_names())
    assert [(row["row"], row["column"]) for row in rows] == [("7", "size_mm"), ("8", "cT")]


def test_table_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Ages of the good rows: 62, 52, 47, 66, 71; 47 is not 50 or older."""
    found = shown_json(capsys, "table", str(CANDIDATES), "--out", str(tmp_path / "d.csv"), "--guideline", "abs-2013",
                       code=2)
    assert (found["patients"], found["bad_rows"]) == (5, 2)
    assert {fault["row"] for fault in found["faults"]} == {7, 8}
    assert set(found["faults"][0]) == {"row", "column", "what", "allowed", "fix"}
    (abs_2013,) = found["guidelines"]
    assert abs_2013["classes"] == {"suitable": 4, "not suitable": 1}
    assert abs_2013["meanings"] == {"suitable": 4, "unsuitable": 1}
    assert Path(found["out"]) == tmp_path / "d.csv"


def test_table_counts_what_was_not_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The founding rule asks for metastases (its file), ABS 2013 does not; neither asks for pregnancy."""
    table, names = tmp_path / "t.csv", ("--guideline", "founding-rule", "--guideline", "abs-2013")
    table.write_text("id,pregnant,distant_metastasis\nA,true,true\nB,true,false\nC,,\n")
    text = words(shown(capsys, "table", str(table), *names))
    assert "pregnant, 2 patients: not asked by founding-rule, abs-2013" in text
    assert "1 patient: not asked by abs-2013" in text
    rows = list(csv.DictReader((tmp_path / "t-decisions.csv").read_text().splitlines()))
    assert [row["not_asked"] for row in rows] == ["pregnant", "distant_metastasis; pregnant",
                                                  "pregnant", "pregnant", "", ""]
    found = shown_json(capsys, "table", str(table), "--out", str(tmp_path / "e.csv"), *names)
    assert [item["not_asked"] for item in found["guidelines"]] == [
        {"pregnant": 2}, {"distant_metastasis": 1, "pregnant": 2}]


def test_answers_name_program_guideline_and_input(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Hashes are of the bytes: a guideline saved with line breaks of Windows has another one."""
    own, table = Path(own_guideline(tmp_path)), tmp_path / "t.csv"
    own.write_bytes(own.read_bytes().replace(b"\n", b"\r\n"))
    table.write_text("id,age_years\nA,61\n")
    asked = hashlib.sha256(own.read_bytes()).hexdigest()
    (found,) = shown_json(capsys, "assess", CANDIDATE, "--guideline", str(own))
    assert (found["guideline_sha256"], found["program_version"]) == (asked, __version__)
    of_table = shown_json(capsys, "table", str(table), "--guideline", str(own))
    assert of_table["input_sha256"] == hashlib.sha256(table.read_bytes()).hexdigest()
    assert (of_table["guidelines"][0]["guideline_sha256"], of_table["program_version"]) == (asked, __version__)
    (row,) = csv.DictReader((tmp_path / "t-decisions.csv").read_text().splitlines())
    assert (row["guideline_sha256"], row["program_version"]) == (asked, __version__)


def test_table_without_bad_rows_is_written_beside_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = tmp_path / "mine.csv"
    table.write_text("id,age_years\nA,50\nB,\n")
    found = shown_json(capsys, "table", str(table), "--guideline", "astro-2017")
    assert found["guidelines"][0]["meanings"] == {INSUFFICIENT: 2}
    written = (tmp_path / "mine-decisions.csv").read_text()
    assert "exists already" in refused(capsys, "table", str(table))
    assert (tmp_path / "mine-decisions.csv").read_text() == written
    assert table.read_text() == "id,age_years\nA,50\nB,\n"


def test_no_column_of_a_table_is_cut_off_at_80_columns(tmp_path: Path, capsys: pytest.CaptureFixture[str],
                                                       monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("openiort.app.console.PLAIN_WIDTH", 80)
    lines = shown(capsys, "table", str(CANDIDATES), "--out", str(tmp_path / "d.csv"), code=2).splitlines()
    rows = [line for line in lines if line.startswith("\u2502 a")]
    assert len(rows) == 8  # abs, asbrs, astro
    assert all(line.rstrip().endswith("\u2502") and line.count("\u2502") == 6 for line in rows)


def test_many_bad_rows_are_cut_on_the_screen(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = tmp_path / "t.csv"
    table.write_text("id,cT\n" + "".join(f"A{i},[red]T9\n" for i in range(30)))
    text = words(shown(capsys, "table", str(table), code=2))
    assert "30 rows left out" in text
    assert "10 more faults: --faults FILE writes all of them" in text
    assert "[red]T9" in text
    assert len(shown_json(capsys, "table", str(table), "--out", str(tmp_path / "e.csv"), code=2)["faults"]) == 30


@pytest.mark.parametrize(("options", "said"), [
    (["--guideline", "nobody"], "no guideline"), (["--out", "{here}/t.csv"], "exists already"),
    (["--out", "{here}/x.txt"], "neither CSV nor Parquet"), (["--out", "{here}/no/x.csv"], "does not exist"),
    (["--faults", "{here}/t.csv"], "exists already"), (["--faults", "{here}/x.json"], "no CSV file"),
    (["--out", "{here}/x.csv", "--faults", "{here}/x.csv"], "cannot both go"),
])
def test_what_cannot_be_done_is_refused_before_anything_is_written(options: list[str], said: str, tmp_path: Path,
                                                                   capsys: pytest.CaptureFixture[str]) -> None:
    table = tmp_path / "t.csv"
    table.write_text("id,age_years\nA,50\n")
    assert said in refused(capsys, "table", str(table), *(text.format(here=tmp_path) for text in options))
    assert [file.name for file in tmp_path.iterdir()] == ["t.csv"]


@pytest.mark.parametrize(("name", "content", "said"), [
    ("none.csv", None, "cannot read"), ("t.xlsx", b"PK", "neither CSV nor Parquet"), ("t.csv", b"", "no titles"),
    ("t.csv", b"id,colour\nA,red\n", "unknown columns"), ("t.csv", b'id,cT\nA,"cT1\n', "cannot be cut into cells"),
])
def test_bad_tables_are_refused(name: str, content: bytes | None, said: str, tmp_path: Path,
                                capsys: pytest.CaptureFixture[str]) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    assert said in refused(capsys, "table", str(tmp_path / name))
    assert said in refused(capsys, "compare", "astro-2009", "astro-2017", "--table", str(tmp_path / name))
    assert not list(tmp_path.glob("*-decisions*"))


def test_folders_are_no_tables(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "t.csv").mkdir()
    assert "no plain file" in refused(capsys, "table", str(tmp_path / "t.csv"))
    assert "neither CSV nor Parquet" in refused(capsys, "table", str(tmp_path))


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
