"""Writer of decisions on many candidates: one row a patient and guideline, CSV or Parquet."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from openiort.core.output_file import check_new_file, fill_output_file
from openiort.core.table_file import CSV_SUFFIX, arrow_parquet, table_suffix
from openiort.select.candidate_table import CandidateTable
from openiort.select.table_decision import Outcome, TableDecision
from openiort.version import __version__

TITLES = ("id", "guideline", "version", "guideline_sha256", "program_version", "phase", "class", "meaning",
          "decided_by", "missing", "not_asked", "to_be_confirmed")
OPTION = "--out"
BETWEEN = "; "
PATIENTS_AT_ONCE = 2_000
BYTES_A_ROW = 220


def check_decisions_file(file: str | Path) -> Path:
    """Refuse, before any work, a place that decisions cannot be written to.

    Raises:
        InputError: something is there already, the input among it; neither CSV nor Parquet by its name; a library is
            missing; the folder does not exist or cannot be written.
    """
    place = check_new_file(file, option=OPTION)
    if table_suffix(place, OPTION) != CSV_SUFFIX:
        arrow_parquet()
    return place


def write_decisions(file: str | Path, table: CandidateTable, decisions: Sequence[TableDecision]) -> None:
    """Write a new file: the patients in the order of the table, of each all guidelines.

    Raises:
        InputError: as `check_decisions_file`; disk full. Nothing is left then.
    """
    place = check_decisions_file(file)
    write = _write_csv if table_suffix(place, OPTION) == CSV_SUFFIX else _write_parquet
    fill_output_file(place, lambda opened: write(opened, table, decisions), option=OPTION,
                     needed_bytes=BYTES_A_ROW * len(table) * len(decisions))


def _cells(decision: TableDecision, outcome: Outcome) -> tuple[str, ...]:
    """A row without id."""
    guideline = decision.guideline
    return (guideline.name, guideline.version, guideline.sha256, __version__, outcome.phase, outcome.class_name,
            outcome.meaning, BETWEEN.join(outcome.decided_by),
            BETWEEN.join(outcome.missing), BETWEEN.join(outcome.not_asked),
            str(outcome.to_be_confirmed).lower())


def _write_csv(opened: BinaryIO, table: CandidateTable, decisions: Sequence[TableDecision]) -> None:
    opened.write(f"{','.join(TITLES)}\n".encode())
    endings = [np.array([f",{_csv_line(_cells(d, outcome))}" for outcome in d.outcomes.values], object)
               for d in decisions]
    ids = np.array(table.ids, object)
    for start in range(0, len(table), PATIENTS_AT_ONCE):
        part = slice(start, start + PATIENTS_AT_ONCE)
        pieces = np.empty((ids[part].size, len(decisions), 2), object)
        pieces[:, :, 0] = ids[part, np.newaxis]
        for number, (decision, found) in enumerate(zip(decisions, endings, strict=True)):
            pieces[:, number, 1] = found[decision.outcomes.codes[part]]
        opened.write("".join(pieces.ravel().tolist()).encode())


def _csv_line(cells: Sequence[str]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(cells)
    return text.getvalue()


def _write_parquet(opened: BinaryIO, table: CandidateTable, decisions: Sequence[TableDecision]) -> None:
    import pyarrow

    rows = [(decision, outcome) for decision in decisions for outcome in decision.outcomes.values]
    cells = list(zip(*(_cells(*row) for row in rows), strict=True)) or [()] * (len(TITLES) - 1)
    places = pyarrow.array(_places(decisions, len(table)))
    data = [pyarrow.array(column, pyarrow.string()).take(places) for column in cells[:-1]]
    confirmed = pyarrow.array([outcome.to_be_confirmed for _, outcome in rows], pyarrow.bool_()).take(places)
    patients = pyarrow.array(np.repeat(np.arange(len(table)), len(decisions)))
    ids = pyarrow.array(table.ids, pyarrow.string()).take(patients)
    arrow_parquet().write_table(pyarrow.table([ids, *data, confirmed], list(TITLES)), opened)


def _places(decisions: Sequence[TableDecision], patients: int) -> NDArray[Any]:
    """Where the outcome of each row stands in the list of all outcomes of all guidelines."""
    if not decisions:
        return np.empty(0, np.int64)
    starts = np.cumsum([0, *(len(decision.outcomes.values) for decision in decisions[:-1])])
    return np.stack([decision.outcomes.codes + start for decision, start in zip(decisions, starts, strict=True)],
                    axis=1).reshape(patients * len(decisions))
