"""A table takes and refuses the same as a candidate alone, and says of every bad row what is wrong."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet
import pytest

from openiort.core.errors import InputError
from openiort.core.row_fault import RowFault
from openiort.select.candidate import PATHOLOGY, TABLES, Candidate
from openiort.select.candidate_fault import CandidateError
from openiort.select.candidate_table import CandidateTable
from openiort.select.cell_value import cell_reader
from openiort.select.contradictions import rules
from openiort.select.read_candidate_table import read_candidate_table
from tests.select.random_candidates import csv_text, random_row


def read(folder: Path, content: bytes | str, name: str = "a.csv") -> CandidateTable:
    (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return read_candidate_table(folder / name)


def fault_of(folder: Path, content: bytes | str) -> RowFault:
    faults = read(folder, content).faults
    assert len(faults) == 1
    assert faults[0].what and faults[0].allowed and faults[0].fix
    return faults[0]


def alone(row: dict[str, str]) -> Candidate:
    """A candidate made of the cells of a row, one fact after another."""
    tables: dict[str, dict[str, Any]] = {table: {} for table in TABLES}
    for title, text in row.items():
        if title != "id":
            table, fact = title.split(".")
            tables[table][fact] = cell_reader(TABLES[table], fact)(text)
    return Candidate.model_validate({"id": row["id"], **tables})


@pytest.mark.parametrize("consistent", [True, False])
def test_random_rows_are_taken_and_refused_as_alone(tmp_path: Path, consistent: bool) -> None:
    rows = [random_row(seed, 0.3, consistent) for seed in range(400)]
    table = read(tmp_path, csv_text(rows))
    taken = {name: table.candidate(row) for row, name in enumerate(table.ids)}
    refused: dict[int, list[str]] = {}
    for fault in table.faults:
        refused.setdefault(fault.row, []).append(f"{fault.column}: {fault.what}")
    for number, row in enumerate(rows, start=2):
        try:
            hers = alone(row)
            assert taken[row["id"]] == hers
        except CandidateError as error:
            assert row["id"] not in taken
            assert sorted(refused[number]) == sorted(f"{fault.place}: {fault.what}" for fault in error.faults)
    assert len(taken) + len(refused) == len(rows)
    assert len(refused) > 50 or consistent  # both ways are seen
    assert len(taken) > 10


@pytest.mark.parametrize(("title", "text", "what", "fix"), [
    ("cN", "CN0", "cN = 'CN0' is no code (did you mean cN0?)", "correct the cell"),
    ("cN", "n/a", "cN = 'n/a' is no code", "leave the cell empty, or write unknown"),
    ("grade", "4", "grade = 4 is no code", "correct the cell"),
    ("age_years", "61.5", "age_years = 61.5 cannot be used", "correct the cell"),
    ("age_years", "200", "age_years = 200 cannot be used", "correct the cell"),
    ("age_years", "1_0", "age_years = '1_0' cannot be used", "correct the cell"),
    ("before_surgery.size_mm", "12,5", "size_mm = '12,5' cannot be used", "write the number with a decimal point"),
    ("size_mm", "nan", "size_mm = 'nan' cannot be used", "leave the cell empty, or write unknown"),
    ("size_mm", "1.2", "size_mm = 1.2: is that in cm?", "write 12 if it is"),
    ("her2", "positiv", "her2 = 'positiv' is no code (did you mean positive?)", "correct the cell"),
    ("pathology.date", "1.3.2025", "date = '1.3.2025' cannot be used", "correct the cell"),
    ("pathology.date", "2999-01-01", "date = 2999-01-01 is in the future", "correct it"),
    ("pregnant", "perhaps", "pregnant = 'perhaps' cannot be used", "correct the cell"),
])
def test_cells_that_cannot_be(tmp_path: Path, title: str, text: str, what: str, fix: str) -> None:
    fault = fault_of(tmp_path, f"id;{title}\nA;\nB;{text}\n")
    assert (fault.row, fault.column) == (3, title)
    assert fault.what.startswith(what)
    assert fault.fix.startswith(fix)


@pytest.mark.parametrize(("title", "text", "value"), [
    ("age_years", "61.0", 61), ("age_years", " 61 ", 61), ("pathology.size_mm", "12", 12.0),
    ("pregnant", "FALSE", False), ("pregnant", "yes", True), ("grade", "3", 3), ("cN", "unknown", None),
    ("cN", "", None), ("size_mm", "1.2e1", 12.0),
])
def test_cells_that_can_be(tmp_path: Path, title: str, text: str, value: object) -> None:
    table = read(tmp_path, f"id,{title}\nA,{text}\n")
    assert not table.faults
    read_value = next(iter(table.columns.values()))[0]
    assert (read_value, type(read_value)) == (value, type(value))


def test_titles_with_and_without_phase(tmp_path: Path) -> None:
    table = read(tmp_path, "id,size_mm,pathology.size_mm,cN,pN,before_surgery.age_years\nA,12,13,cN0,pN0,61\n")
    hers = table.candidate(0)
    assert hers.pathology is not None
    assert (hers.before_surgery.size_mm, hers.pathology.size_mm) == (12, 13)
    assert (hers.before_surgery.cN, hers.pathology.pN, hers.before_surgery.age_years) == ("cN0", "pN0", 61)


@pytest.mark.parametrize(("titles", "said"), [
    ("id,sizemm", "unknown columns: 'sizemm' (did you mean size_mm"), ("cN", "no column id"),
    ("id,size_mm,before_surgery.size_mm", "hold the same fact"), ("id,pathology.cN", "unknown columns"),
    ("id,a,b", "'a'; 'b'"),
])
def test_wrong_titles(tmp_path: Path, titles: str, said: str) -> None:
    with pytest.raises(InputError) as caught:
        read(tmp_path, titles + "\n")
    assert said in caught.value.what
    assert caught.value.allowed and caught.value.fix and "a.csv" in caught.value.where


@pytest.mark.parametrize("content", ["id,cN\nA,cN0\n".encode("utf-16"), "id,Größe\n".encode("latin-1"), b"id\tcN\n",
                                     b"PK\x03\x04\x00\xff\n"])
def test_files_in_another_form(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(InputError) as caught:
        read(tmp_path, content)
    assert caught.value.fix == "save the file as CSV (UTF-8) with cells separated by commas or semicolons"
    assert caught.value.text().replace("\n", "").isprintable()


def test_rules_find_nothing_where_nothing_is_known() -> None:
    for rule in rules(datetime.date(2026, 1, 1)):
        assert not list(rule.check(*[None] * len(rule.reads)))


def test_same_patient_twice(tmp_path: Path) -> None:
    table = read(tmp_path, "id\nA\nB\nA\n A \nC\n")
    assert table.ids == ("B", "C")
    assert [(fault.row, fault.what) for fault in table.faults] == [(row, "A comes 3 times") for row in (2, 4, 5)]


@pytest.mark.parametrize("name", ["", "=1+1", "@x", "-1", "+1", "a b", "a,b", "ä", "x" * 65, "a/b"])
def test_names_that_are_no_pseudonym(tmp_path: Path, name: str) -> None:
    fault = fault_of(tmp_path, f'id,cN\n"{name}",cN0\nB,cN0\n')
    assert fault.column == "id"
    with pytest.raises(CandidateError):
        Candidate(id=name)


def test_every_bad_row_is_reported_and_the_others_are_there(tmp_path: Path) -> None:
    table = read(tmp_path, b"id,size_mm,cT,histology\nA,12,cT1c,ductal\nB,12,cT3,dcis\nC,1\nD,\xff,cT9,\nE,13,cT1c,\n")
    assert table.ids == ("A", "E")
    assert list(table.row_numbers) == [2, 6]
    assert [(fault.row, fault.column) for fault in table.faults] == [
        (3, "cT"), (3, "size_mm"), (4, ""), (5, "cT"), (5, "size_mm")]
    assert table.faults[-1].fix == "save the file as UTF-8"


def test_parquet_and_csv_are_the_same(tmp_path: Path) -> None:
    rows = [random_row(seed, 0.2) for seed in range(60)]
    of_csv = read(tmp_path, csv_text(rows))
    typed = {title: [row[title] or None for row in rows] for title in rows[0]}
    for title in ("before_surgery.size_mm", "before_surgery.age_years", "pathology.positive_nodes"):
        typed[title] = [None if text is None else float(text) for text in typed[title]]  # type: ignore[misc]
    pyarrow.parquet.write_table(pyarrow.table(typed), tmp_path / "a.parquet")
    of_parquet = read_candidate_table(tmp_path / "a.parquet")
    assert [of_csv.candidate(row) for row in range(60)] == [of_parquet.candidate(row) for row in range(60)]


def test_whole_numbers_as_pseudonyms_in_parquet(tmp_path: Path) -> None:
    pyarrow.parquet.write_table(pyarrow.table({"id": [7, 8, 8]}), tmp_path / "a.parquet")
    table = read_candidate_table(tmp_path / "a.parquet")
    assert table.ids == ("7",)
    assert [fault.row for fault in table.faults] == [2, 3]


def test_a_date_alone_is_no_pathology(tmp_path: Path) -> None:
    table = read(tmp_path, "id,pathology.date,pN\nA,2026-01-01,\nB,2026-01-01,pN0\nC,,pN0\nD,,\n")
    assert list(table.has_pathology) == [False, True, True, False]
    assert [table.candidate(row).phase == PATHOLOGY for row in range(4)] == list(table.has_pathology)


def test_no_rows(tmp_path: Path) -> None:
    table = read(tmp_path, "id,cN\n")
    assert len(table) == 0
    assert not table.faults
