"""Decisions are written whole, to a new file, one row a patient and guideline."""

from __future__ import annotations

import csv
import errno
from pathlib import Path
from typing import Any

import pyarrow.parquet
import pytest

from openiort.core.errors import InputError
from openiort.select import write_decisions as module
from openiort.select.assess_table import assess_table
from openiort.select.candidate_table import CandidateTable
from openiort.select.read_candidate_table import read_candidate_table
from openiort.select.table_decision import TableDecision
from openiort.select.write_decisions import TITLES, check_decisions_file, write_decisions
from openiort.version import __version__
from tests.select.random_candidates import csv_text, random_row
from tests.select.sample_guidelines import sample_guidelines

Decided = tuple[CandidateTable, tuple[TableDecision, ...]]


@pytest.fixture(scope="module")
def decided(tmp_path_factory: pytest.TempPathFactory) -> Decided:
    file = tmp_path_factory.mktemp("in") / "a.csv"
    file.write_text(csv_text([random_row(seed) for seed in range(50)]))
    table = read_candidate_table(file)
    return table, assess_table(table, sample_guidelines())


def expected_rows(decided: Decided) -> list[list[Any]]:
    table, decisions = decided
    rows = []
    for row, name in enumerate(table.ids):
        for decision in decisions:
            outcome = decision[row]
            rows.append([name, decision.guideline.name, decision.guideline.version, decision.guideline.sha256,
                         __version__, outcome.phase, outcome.class_name, outcome.meaning, "; ".join(outcome.decided_by),
                         "; ".join(outcome.missing), "; ".join(outcome.not_asked), outcome.to_be_confirmed])
    return rows


def test_csv(decided: Decided, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PATIENTS_AT_ONCE", 7)
    write_decisions(tmp_path / "out.csv", *decided)
    with (tmp_path / "out.csv").open(newline="", encoding="utf-8") as opened:
        rows = list(csv.reader(opened))
    assert rows[0] == list(TITLES)
    assert rows[1:] == [[*row[:-1], "true" if row[-1] else "false"] for row in expected_rows(decided)]
    assert {row[-1] for row in rows[1:]} == {"true", "false"}
    assert "perhaps, with care" in {row[6] for row in rows}  # a comma that needs quotes


def test_parquet(decided: Decided, tmp_path: Path) -> None:
    write_decisions(tmp_path / "out.parquet", *decided)
    found = pyarrow.parquet.read_table(tmp_path / "out.parquet")
    assert found.column_names == list(TITLES)
    assert [list(row.values()) for row in found.to_pylist()] == expected_rows(decided)


@pytest.mark.parametrize("name", ["out.csv", "out.parquet"])
def test_nobody_and_no_guideline(decided: Decided, tmp_path: Path, name: str) -> None:
    nobody = decided[0].part(0, 0)
    write_decisions(tmp_path / name, nobody, assess_table(nobody, sample_guidelines()))
    write_decisions(tmp_path / f"none-{name}", decided[0], ())
    if name == "out.csv":
        assert (tmp_path / name).read_text() == (tmp_path / "none-out.csv").read_text() == ",".join(TITLES) + "\n"
    else:
        assert pyarrow.parquet.read_table(tmp_path / name).num_rows == 0
        assert pyarrow.parquet.read_table(tmp_path / f"none-{name}").num_rows == 0


def test_nothing_is_replaced(decided: Decided, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("mine")
    for call in (lambda: check_decisions_file(tmp_path / "a.csv"),
                 lambda: write_decisions(tmp_path / "a.csv", *decided)):
        with pytest.raises(InputError) as caught:
            call()
        assert "exists already" in caught.value.what
        assert "--force" not in caught.value.text()
    assert (tmp_path / "a.csv").read_text() == "mine"


@pytest.mark.parametrize(("name", "said"), [("out.xlsx", "neither CSV nor Parquet"), ("no/out.csv", "does not exist"),
                                            (".", "is a folder")])
def test_places_that_cannot_be(tmp_path: Path, name: str, said: str) -> None:
    with pytest.raises(InputError) as caught:
        check_decisions_file(tmp_path / name)
    assert said in caught.value.what


def test_full_disk_leaves_nothing(decided: Decided, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> str:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(module, "_csv_line", full)
    with pytest.raises(InputError) as caught:
        write_decisions(tmp_path / "out.csv", *decided)
    assert "disk full" in caught.value.what
    assert not list(tmp_path.iterdir())
