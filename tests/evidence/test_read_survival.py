"""Reader of follow-up: what it takes, and what it says of what it does not take."""

from __future__ import annotations

import pickle
from decimal import Decimal
from pathlib import Path

import numpy as np
import pyarrow
import pyarrow.parquet
import pytest

from openiort.core.errors import InputError
from openiort.evidence.read_survival import SurvivalColumns, read_codes, read_survival

GOOD = "time,event,group\n1.5,0,IORT\n2,1,EBRT\n0,2,IORT\n"


def written(folder: Path, content: str | bytes, name: str = "a.csv") -> Path:
    place = folder / name
    place.write_bytes(content if isinstance(content, bytes) else content.encode())
    return place


def refused(folder: Path, content: str | bytes, columns: SurvivalColumns | None = None, name: str = "a.csv") -> str:
    with pytest.raises(InputError) as caught:
        read_survival(written(folder, content, name), columns)
    assert caught.value.allowed
    assert caught.value.fix
    return caught.value.text()


def test_columns_by_default(tmp_path: Path) -> None:
    found = read_survival(written(tmp_path, GOOD))
    assert found.table.group_names == ("EBRT", "IORT")
    assert found.group_title == "group"
    assert found.table.time_years.tolist() == [1.5, 2, 0]
    assert found.table.code.tolist() == [0, 1, 2]
    assert found.table.group_index.tolist() == [1, 0, 1]


def test_columns_by_name_unit_and_codes(tmp_path: Path) -> None:
    content = "arm;what;lost;age;days\nA;alive;1;60;731\nB;recurrence;2;;365\nA;died;3;50;10\n"
    columns = SurvivalColumns("days", "what", "arm", "days", 800, None,
                              read_codes("alive=censored, recurrence=event, died=competing"), ("age",))
    found = read_survival(written(tmp_path, content), columns)
    assert found.table.time_years == pytest.approx(np.array([731, 365, 10]) / 365.25, rel=1e-15)
    assert found.table.code.tolist() == [0, 1, 2]
    assert [found.covariates["age"][row] for row in range(3)] == ["60", "", "50"]


def test_no_column_of_groups_is_one_group(tmp_path: Path) -> None:
    found = read_survival(written(tmp_path, "time,event\n1,1\n"))
    assert (found.table.group_names, found.group_title) == (("all",), None)


def test_parquet_reads_as_csv_does(tmp_path: Path) -> None:
    table = pyarrow.table({"time": [1.5, 2.0, 0.0], "event": [0, 1, 2], "group": [1.0, 2.0, 1.0]})
    pyarrow.parquet.write_table(table, tmp_path / "a.parquet")
    found = read_survival(tmp_path / "a.parquet")
    assert found.table.group_names == ("1", "2")
    assert found.table.code.tolist() == [0, 1, 2]


def test_true_and_1_0_are_events(tmp_path: Path) -> None:
    pyarrow.parquet.write_table(pyarrow.table({"time": [1, 2], "event": [True, False]}), tmp_path / "a.parquet")
    assert read_survival(tmp_path / "a.parquet").table.code.tolist() == [1, 0]
    assert read_survival(written(tmp_path, "time,event\n1,1.0\n2,0\n")).table.code.tolist() == [1, 0]


def test_decimals_of_a_database_are_numbers(tmp_path: Path) -> None:
    table = pyarrow.table({"time": [Decimal("1.5"), Decimal("0.2")], "event": [Decimal("1.0"), Decimal("0.0")]})
    pyarrow.parquet.write_table(table, tmp_path / "a.parquet")
    found = read_survival(tmp_path / "a.parquet").table
    assert (found.time_years.tolist(), found.code.tolist()) == ([1.5, 0.2], [1, 0])


@pytest.mark.parametrize(("rows", "said"), [
    ("-1,0,A", "line 3, time: '-1' is not a time"),
    (",0,A", "line 3, time: an empty cell is not a time"),
    ("nan,0,A", "'nan' is not a time"),
    ("inf,0,A", "'inf' is not a time"),
    ("1_0,0,A", "'1_0' is not a time"),
    ('"1,5",0,A', "write the number with a decimal point"),
    ("1838,0,A", "--unit days"),
    ("1,3,A", "line 3, event: '3' is not a known code"),
    ("1,,A", "line 3, event: an empty cell is not a known code"),
    ("1,yes,A", "'yes' is not a known code"),
    ("1,0.5,A", "'0.5' is not a known code"),
    ("1,0.99999999,A", "'0.99999999' is not a known code"),
    ("1,0,", "line 3, group: no group"),
    ("1,0", "line 3: 2 cells"),
    ('"2\n",0,A\n1,5,A', "line 5, event: '5'"),
])
def test_bad_rows_are_named_with_their_line(rows: str, said: str, tmp_path: Path) -> None:
    assert said in refused(tmp_path, f"time,event,group\n1,0,A\n{rows}\n")


def test_all_bad_rows_are_counted_and_the_first_ones_named(tmp_path: Path) -> None:
    told = refused(tmp_path, "time,event\n" + "-1,7\n" * 30)
    assert "30 rows of a.csv cannot be used" in told
    assert "and 40 more" in told


def test_follow_up_after_the_cut_off(tmp_path: Path) -> None:
    content = "time,event,possible\n12,0,11.5\n3,1,4\n5,1,6\n"
    assert "line 2, time: 12 months are after the cut-off at 10" in refused(
        tmp_path, content, SurvivalColumns(unit="months", cut_off=10))
    assert "line 2, time: 12 months are after the cut-off at 11.5" in refused(
        tmp_path, content, SurvivalColumns(unit="months", cut_off=24, cut_off_column="possible"))
    assert "--cut-off" in refused(tmp_path, content, SurvivalColumns(cut_off=-1))
    found = read_survival(written(tmp_path, content), SurvivalColumns(unit="months", cut_off=12))
    assert found.table.cut_off_years is not None


@pytest.mark.parametrize(("content", "columns", "said"), [
    ("time,event\n", None, "no rows"),
    ("", None, "no titles"),
    ("a,b\n1,2\n", None, "no column 'time'"),
    (GOOD, SurvivalColumns(group="arm"), "no column 'arm'"),
    (GOOD, SurvivalColumns(covariates=("age",)), "no column 'age'"),
    (GOOD, SurvivalColumns(unit="weeks"), "unit 'weeks'"),
    ("time,event,group\n" + "".join(f"1,0,{n}\n" for n in range(50)), None, "50 different values"),
    ("time,event,group\n1,0,\"A\n", None, "quotes"),
    (pickle.dumps({"time": [1]}), None, "no column 'time'"),
])
def test_files_that_cannot_be_used(content: str | bytes, columns: SurvivalColumns | None, said: str,
                                   tmp_path: Path) -> None:
    assert said in refused(tmp_path, content, columns)


def test_bytes_that_are_no_utf_8_are_named(tmp_path: Path) -> None:
    assert "line 2, group: not UTF-8" in refused(tmp_path, b"time,event,group\n1,0,M\xfcnchen\n")


def test_other_formats_are_refused(tmp_path: Path) -> None:
    assert ".parquet" in refused(tmp_path, pickle.dumps([1]), name="a.pkl")
    assert "no Parquet file" in refused(tmp_path, b"PAR1 nothing", name="a.parquet")


@pytest.mark.parametrize("text", ["", "0", "0=alive", "0=censored", "=event", "1=event,1=censored"])
def test_codes_that_say_nothing(text: str) -> None:
    with pytest.raises(InputError):
        read_codes(text)


def test_a_code_may_hold_an_equals_sign() -> None:
    assert read_codes("a=b=event,0=censored") == {"a=b": 1, "0": 0}
