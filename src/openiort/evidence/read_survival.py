"""Reader of follow-up from a CSV or Parquet file: columns by their titles, every bad row with its line."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from openiort.core.column import Column
from openiort.core.errors import InputError
from openiort.core.row_fault import RowFault
from openiort.core.table_file import CSV_SUFFIX, FileTable, read_table_file
from openiort.evidence.survival_table import CENSORED, CODES, COMPETING, EVENT, UNITS_PER_YEAR, SurvivalTable

FloatArray = NDArray[np.float64]
TIME, HAPPENED, GROUP = "time", "event", "group"
MEANINGS: Mapping[str, int] = {"censored": CENSORED, "event": EVENT, "competing": COMPETING}
MOST_GROUPS, LONGEST_years, SHOWN_FAULTS = 20, 60.0, 20
NOT_UTF8 = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class SurvivalColumns:
    """Which columns of a file hold what.

    Attributes:
        follow_up: title of the times.
        happened: title of the codes.
        group: title of the groups; None: `group` where there is such a column, else one group.
        unit: of the times: years, months or days.
        cut_off: longest follow-up that the data can hold, in `unit`; None if not known.
        cut_off_column: title of one cut-off a row, in `unit`; None without.
        codes: text of a cell -> censored (0), event (1) or competing event (2); None: 0, 1 and 2 stand for themselves.
        covariates: titles of the columns kept for a regression.
    """

    follow_up: str = TIME
    happened: str = HAPPENED
    group: str | None = None
    unit: str = "years"
    cut_off: float | None = None
    cut_off_column: str | None = None
    codes: Mapping[str, int] | None = None
    covariates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SurvivalFile:
    """A file of follow-up.

    Attributes:
        name: of the file.
        table: the follow-up, rows as in the file.
        covariates: title -> cells as the file has them, one a row.
        group_title: title of the column of groups; None where there is one group.
    """

    name: str
    table: SurvivalTable
    covariates: Mapping[str, Column] = field(default_factory=dict)
    group_title: str | None = None


def read_survival(file: str | Path, columns: SurvivalColumns | None = None) -> SurvivalFile:
    """Read a table of follow-up, one patient a row.

    Raises:
        InputError: the file is no table, a column is not there, or any row cannot be used: none is left out in
            silence, for what is missing seldom is missing by chance.
    """
    asked = columns or SurvivalColumns()
    if asked.unit not in UNITS_PER_YEAR:
        raise InputError(f"unit {asked.unit!r} is not known", where="unit", allowed=", ".join(UNITS_PER_YEAR),
                         fix="give the unit of the times")
    found = read_table_file(file)
    group = asked.group or (GROUP if GROUP in found.columns else None)
    titles = (asked.follow_up, asked.happened, group, asked.cut_off_column, *asked.covariates)
    _check_titles(found, [title for title in titles if title is not None])
    if not found.row_numbers.size and not found.faults:
        raise InputError(f"{found.name} has no rows", where=str(file), allowed="at least one row",
                         fix="add the patients")
    faults = list(found.faults)
    times = _values(found, asked.follow_up, _time_reader(asked.unit), faults)
    codes = _values(found, asked.happened, _code_reader(asked.codes), faults)
    limit = None if asked.cut_off is None else np.full(times.size, _checked_cut_off(asked.cut_off, asked.unit))
    if asked.cut_off_column is not None:
        each = _values(found, asked.cut_off_column, _time_reader(asked.unit), faults)
        limit = each if limit is None else np.fmin(each, limit)
    names, index = _groups(found, group, faults)
    if limit is not None:
        faults += _after_cut_off(found, asked, times, limit)
    if faults:
        raise _refused(found, faults)
    per_year = UNITS_PER_YEAR[asked.unit]
    table = SurvivalTable(times / per_year, codes.astype(np.int64), index, names,
                          None if limit is None else limit / per_year)
    return SurvivalFile(found.name, table, {title: found.columns[title] for title in asked.covariates}, group)


def read_codes(text: str) -> dict[str, int]:
    """Meanings of a file's own codes, given as `alive=censored,recurrence=event,death=competing`.

    Raises:
        InputError: another form, an unknown meaning, a code given twice, or no code of the event.
    """
    found: dict[str, int] = {}
    allowed = "CODE=MEANING, separated by commas, with the meanings " + ", ".join(MEANINGS)
    for part in text.split(","):
        code, _, meaning = (piece.strip() for piece in part.rpartition("="))
        if not code or meaning not in MEANINGS or code in found:
            raise InputError(f"'{part.strip()[:60]}' does not say what a code means", where="--codes", allowed=allowed,
                             fix="for instance --codes alive=censored,recurrence=event,death=competing")
        found[code] = MEANINGS[meaning]
    if EVENT not in found.values():
        raise InputError("no code means the event", where="--codes", allowed=allowed, fix="add CODE=event")
    return found


def cell_number(cell: Any) -> float | None:
    """A cell as a number; None where it is empty or not one number, such as `1,5`, `nan` or `1_000`."""
    if isinstance(cell, str):
        try:
            number = float(cell) if "_" not in cell else math.nan
        except ValueError:
            return None
    elif isinstance(cell, (bool, int, float, Decimal)):
        number = float(cell)
    else:
        return None
    return number if math.isfinite(number) else None


def cell_text(cell: Any) -> str:
    """Text of a cell; whole numbers of Parquet as CSV would have them."""
    return repr(cell).removesuffix(".0") if isinstance(cell, float) else str(cell)


def is_empty(cell: Any) -> bool:
    """Whether nothing stands in a cell."""
    return cell is None or cell == ""


def _check_titles(found: FileTable, titles: Sequence[str]) -> None:
    for title in titles:
        if title not in found.columns:
            raise InputError(f"{found.name} has no column '{title[:60]}'", where="titles of the columns",
                             allowed=", ".join(list(found.columns)[:30]),
                             fix="name the column: --time, --event, --group, --cut-off-column, --covariates")


def _values(found: FileTable, title: str, read: Callable[[Any], float], faults: list[RowFault]) -> FloatArray:
    """The column as numbers, NaN where a cell is refused; each distinct cell is looked at once."""
    column, refused = found.columns[title], dict[int, InputError]()
    values = np.full(len(column.values), math.nan)
    for place, cell in enumerate(column.values):
        try:
            values[place] = read(cell)
        except InputError as error:
            refused[place] = error
    faults += _row_faults(found, title, refused)
    return values[column.codes]


def _row_faults(found: FileTable, title: str, refused: Mapping[int, InputError]) -> Iterator[RowFault]:
    """What is wrong with each row whose cell, given by its place among the distinct ones, is refused."""
    codes = found.columns[title].codes
    for row in np.flatnonzero(np.isin(codes, list(refused))):
        error = refused[int(codes[row])]
        yield RowFault(int(found.row_numbers[row]), title, error.what, error.allowed, error.fix)


def _time_reader(unit: str) -> Callable[[Any], float]:
    longest = LONGEST_years * UNITS_PER_YEAR[unit]

    def read(cell: Any) -> float:
        number = cell_number(cell)
        if number is None or number < 0:
            raise InputError(f"{_shown(cell)} is not a time", where="a cell of times", allowed=f"{unit} from 0 up",
                             fix=_mend(cell))
        if number > longest:
            raise InputError(f"{number:g} {unit} are more than {LONGEST_years:g} years",
                             where="a cell of times", allowed=f"0 to {longest:g} {unit}",
                             fix="say in which unit the times are: --unit days")
        return number

    return read


def _checked_cut_off(cut_off: float, unit: str) -> float:
    try:
        return _time_reader(unit)(cut_off)
    except InputError as error:
        raise InputError(error.what, where="--cut-off", allowed=error.allowed, fix="correct the cut-off") from error


def _code_reader(codes: Mapping[str, int] | None) -> Callable[[Any], float]:
    known = codes if codes is not None else {str(code): code for code in CODES}
    allowed = ", ".join(f"{text} ({CODES[code]})" for text, code in known.items())

    def read(cell: Any) -> float:
        number = cell_number(cell)  # 1.0 and true are 1 too
        whole = str(int(number)) if number is not None and number.is_integer() else ""
        for written in (str(cell), whole):
            if cell is not None and written in known:
                return float(known[written])
        raise InputError(f"{_shown(cell)} is not a known code", where="a cell of codes", allowed=allowed,
                         fix="correct the cell, or give the codes' meanings by --codes")

    return read


def _groups(found: FileTable, title: str | None, faults: list[RowFault]) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    """Names, sorted, and which of them each row has."""
    if title is None:
        return ("all",), np.zeros(found.row_numbers.size, np.int64)
    column = found.columns[title]
    texts = ["" if is_empty(cell) else cell_text(cell) for cell in column.values]
    faults += _row_faults(found, title, {
        place: InputError("not UTF-8" if text else "no group", where="a cell of groups",
                          allowed="a name in every row", fix="name the group")
        for place, text in enumerate(texts) if not text or NOT_UTF8.search(text)})
    names = sorted(set(filter(None, texts)))
    if len(names) > MOST_GROUPS:
        raise InputError(f"column '{title}' has {len(names):,} different values", where=found.name,
                         allowed=f"at most {MOST_GROUPS} groups", fix="name the column of the groups by --group")
    place_of = {name: place for place, name in enumerate(names)} | {"": 0}
    places = np.array([place_of[text] for text in texts] or [0], np.int64)
    return tuple(names) or ("all",), places[column.codes]


def _after_cut_off(found: FileTable, asked: SurvivalColumns, times: FloatArray,
                   limit: FloatArray) -> Iterator[RowFault]:
    for row in np.flatnonzero(times > limit):
        yield RowFault(int(found.row_numbers[row]), asked.follow_up,
                       f"{times[row]:g} {asked.unit} are after the cut-off at {limit[row]:g}",
                       "times up to the cut-off", "correct the time or the cut-off")


def _shown(cell: Any) -> str:
    return "an empty cell" if is_empty(cell) else ascii(str(cell) if isinstance(cell, Decimal) else cell)[:40]


def _mend(cell: Any) -> str:
    return "write the number with a decimal point" if isinstance(cell, str) and "," in cell else "correct the cell"


def _refused(found: FileTable, faults: Sequence[RowFault]) -> InputError:
    """All that is wrong with rows, as one error: the first ones, each with its line."""
    word = "line" if found.name.lower().endswith(CSV_SUFFIX) else "row"
    ordered = sorted(faults)
    lines = [f"{word} {fault.row}{', ' * bool(fault.column)}{fault.column}: {fault.what}" for fault in ordered]
    more = [f"and {len(lines) - SHOWN_FAULTS:,} more"] if len(lines) > SHOWN_FAULTS else []
    rows = len({fault.row for fault in faults})
    allowed, fixes = (dict.fromkeys(getattr(fault, name) for fault in ordered) for name in ("allowed", "fix"))
    return InputError(f"{rows:,} row{'s' * (rows != 1)} of {found.name} cannot be used",
                      where="; ".join(lines[:SHOWN_FAULTS] + more), allowed="; ".join(allowed), fix="; ".join(fixes))
