"""Table files are cut into cells, or refused with what, where, allowed and fix."""

from __future__ import annotations

import datetime
import os
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet
import pytest

from openiort.core import table_file
from openiort.core.errors import InputError
from openiort.core.table_file import FileTable, read_table_file


def cells(table: FileTable, title: str) -> list[Any]:
    return [table.columns[title][row] for row in range(len(table.row_numbers))]


def read(folder: Path, content: bytes | str, name: str = "a.csv") -> FileTable:
    (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return read_table_file(folder / name)


def error_of(folder: Path, content: bytes | str, name: str = "a.csv") -> InputError:
    with pytest.raises(InputError) as caught:
        read(folder, content, name)
    assert caught.value.what and caught.value.where and caught.value.allowed and caught.value.fix
    return caught.value


@pytest.mark.parametrize("content", [
    "id,cN\nA,cN0\nB,\n", "id;cN\r\nA;cN0\r\nB;\r\n", "\ufeffid,cN\nA,cN0\nB,\n", ' id , cN \n A ,"cN0"\nB, \n',
    "id,cN\nA,cN0\nB,",
])
def test_ways_to_write_the_same(tmp_path: Path, content: str) -> None:
    table = read(tmp_path, content)
    assert cells(table, "id") == ["A", "B"]
    assert cells(table, "cN") == ["cN0", ""]
    assert list(table.row_numbers) == [2, 3]


def test_rows_have_the_line_that_they_begin_in(tmp_path: Path) -> None:
    table = read(tmp_path, 'id,cN\n\nA,"cN0\n"\n\n\nB,cN1\n')
    assert list(table.row_numbers) == [3, 7]


def test_rows_of_another_length_are_faults(tmp_path: Path) -> None:
    table = read(tmp_path, "id,size_mm\nA,12\nB,12,5\nC\nD,13\n")
    assert cells(table, "id") == ["A", "D"]
    assert [(fault.row, fault.what) for fault in table.faults] == [(3, "3 cells"), (4, "1 cells")]
    assert all(fault.allowed and fault.fix for fault in table.faults)


def test_more_rows_than_are_read_at_once(tmp_path: Path) -> None:
    count = 2 * table_file.ROWS_AT_ONCE + 1
    table = read(tmp_path, "id\n" + "".join(f"P{number}\n" for number in range(count)))
    assert cells(table, "id") == [f"P{number}" for number in range(count)]


@pytest.mark.parametrize(("content", "said"), [
    ("", "has no titles"), ("\n\n", "has no titles"), ("id,cN,cN\n", "title 'cN' comes twice"),
    ("id,,cN\n", "a column without title"), ('id,cN\nA,"cN0\nB,cN1\n', "cannot be cut into cells"),
    ('id,cN\nA,"cN0"x\n', "cannot be cut into cells"), (",".join(f"c{n}" for n in range(300)), "300 columns"),
])
def test_files_that_are_no_table(tmp_path: Path, content: str, said: str) -> None:
    assert said in error_of(tmp_path, content).what


def test_open_quotes_are_told_with_their_line(tmp_path: Path) -> None:
    assert "line 3" in error_of(tmp_path, 'id,cN\nA,cN0\nB,"cN1"x\n').where


def test_limits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_file, "MOST_ROWS", 3)
    assert cells(read(tmp_path, "id\nA\nB\nC\n"), "id") == ["A", "B", "C"]
    assert "more than" in error_of(tmp_path, "id\nA\nB\nC\nD\n").what
    monkeypatch.setattr(table_file, "LARGEST_bytes", 5)
    assert "MB" in error_of(tmp_path, "id\nABC\n").what


def test_places_that_are_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "folder.csv").mkdir()
    for name, said in (("pipe.csv", "no plain file"), ("folder.csv", "no plain file"), ("none.csv", "cannot read"),
                       ("a.xlsx", "neither CSV nor Parquet")):
        with pytest.raises(InputError) as caught:
            read_table_file(tmp_path / name)
        assert said in caught.value.what


def test_broken_utf8_stays_in_its_cell(tmp_path: Path) -> None:
    table = read(tmp_path, b"id,cN\nA,cN0\nB,cN\xff\nC,cN1\n")
    assert cells(table, "cN") == ["cN0", "cN\udcff", "cN1"]


def test_parquet_keeps_types(tmp_path: Path) -> None:
    day = datetime.date(2025, 3, 1)
    data = {"id": pyarrow.array([1, 2, 3]), "size_mm": pyarrow.array([12.5, None, float("nan")]),
            "pregnant": pyarrow.array([True, False, None]), "date": pyarrow.array([day, None, day]),
            "cN": pyarrow.array(["cN0", None, " cN1"]).dictionary_encode(), "cT": pyarrow.nulls(3)}
    pyarrow.parquet.write_table(pyarrow.table(data), tmp_path / "a.parquet", row_group_size=2)
    table = read_table_file(tmp_path / "a.parquet")
    assert {title: cells(table, title) for title in table.columns} == {
        "id": [1, 2, 3], "size_mm": [12.5, None, None], "pregnant": [True, False, None], "date": [day, None, day],
        "cN": ["cN0", None, "cN1"], "cT": [None, None, None]}
    assert list(table.row_numbers) == [1, 2, 3]


@pytest.mark.parametrize("values", [[[1, 2]], [{"a": 1}], [b"bytes"], pyarrow.array([b"ab"], pyarrow.binary(2)),
                                    pyarrow.array([b"ab"]).dictionary_encode()])
def test_parquet_of_other_types(tmp_path: Path, values: Any) -> None:
    pyarrow.parquet.write_table(pyarrow.table({"id": values}), tmp_path / "b.parquet")
    assert "column id holds" in error_of(tmp_path, (tmp_path / "b.parquet").read_bytes(), "a.parquet").what


@pytest.mark.parametrize("cut", [0, 3, 40, -20])
def test_damaged_parquet(tmp_path: Path, cut: int) -> None:
    pyarrow.parquet.write_table(pyarrow.table({"id": ["A", "B"]}), tmp_path / "b.parquet")
    content = (tmp_path / "b.parquet").read_bytes()[:cut]
    assert "no Parquet file" in error_of(tmp_path, content, "a.parquet").what


def test_dates_beyond_the_calendar(tmp_path: Path) -> None:
    """The year 36,812: a timestamp can hold it, a date cannot."""
    table = pyarrow.table({"id": pyarrow.array([2**40], pyarrow.timestamp("s"))})
    pyarrow.parquet.write_table(table, tmp_path / "b.parquet")
    assert "no Parquet file that can be read" in error_of(
        tmp_path, (tmp_path / "b.parquet").read_bytes(), "a.parquet").what


def test_parquet_without_its_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pyarrow.parquet", None)
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    assert "openiort[parquet]" in error_of(tmp_path, b"PAR1", "a.parquet").fix
