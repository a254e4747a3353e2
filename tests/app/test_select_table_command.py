"""`openiort select table`: what it shows, writes and refuses."""

from __future__ import annotations

import csv
import hashlib
from pathlib import Path

import pytest

from openiort.select.guideline import INSUFFICIENT
from openiort.select.read_guideline import guideline_names
from openiort.select.write_decisions import TITLES
from openiort.version import __version__
from tests.app.select_runs import CANDIDATE, CANDIDATES, own_guideline, refused, shown, shown_json, words


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
