"""Who was followed for how long and what happened then: the input of every estimate of own data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from openiort.core.errors import InputError

CENSORED, EVENT, COMPETING = 0, 1, 2
CODES: Mapping[int, str] = MappingProxyType({CENSORED: "censored", EVENT: "event", COMPETING: "competing event"})
UNITS_PER_YEAR: Mapping[str, float] = MappingProxyType({"years": 1.0, "months": 12.0, "days": 365.25})
SHOWN_ROWS = 20


@dataclass(frozen=True, slots=True)
class SurvivalTable:
    """Follow-up of patients, one a row; arrays are copied and read-only.

    Times tie when they are the same number: no rounding, so the order of rows never matters.

    Attributes:
        time_years: from entry to the event or to the last time known without one, shape (rows,).
        code: what happened then, a key of `codes`, shape (rows,).
        group_index: which of `group_names` a row belongs to, shape (rows,).
        group_names: names of the groups, at least one.
        cut_off_years: longest follow-up that the data can hold, one for all or one a row; None if not known.
        codes: code -> its meaning; 0 is censored, 1 the event of interest, others compete with it.

    Raises:
        InputError: a time that is negative, missing or infinite, an unknown code or group, or follow-up after the
            cut-off, each with its row (the first row is 1); no rows, or columns of different lengths.
    """

    time_years: NDArray[np.float64]
    code: NDArray[np.int64]
    group_index: NDArray[np.int64]
    group_names: tuple[str, ...] = ("all",)
    cut_off_years: float | NDArray[np.float64] | None = None
    codes: Mapping[int, str] = field(default_factory=lambda: CODES)

    def __post_init__(self) -> None:
        """Check everything, together; then make the arrays read-only."""
        columns = {"time_years": _numbers(self.time_years, "time_years"), "code": _numbers(self.code, "code"),
                   "group_index": _numbers(self.group_index, "group_index")}
        _check_shapes(columns)
        if CENSORED not in self.codes or not self.group_names or len(set(self.group_names)) < len(self.group_names):
            raise InputError(f"codes {dict(self.codes)}, groups {list(self.group_names)}", where="codes, group_names",
                             allowed="a code 0 for censored, and different names of groups", fix="correct these lists")
        faults = _row_faults(columns, len(self.group_names), self.codes)
        if self.cut_off_years is not None:
            faults += _cut_off_faults(columns["time_years"], _cut_off(self.cut_off_years, columns["time_years"].size))
        if faults:
            raise _rows_refused(faults, self.codes)
        for name, values in columns.items():
            kept = values if name == "time_years" else values.astype(np.int64)
            kept.flags.writeable = False
            object.__setattr__(self, name, kept)

    def __len__(self) -> int:
        """Number of rows."""
        return int(self.time_years.size)

    def rows_of(self, group: str) -> NDArray[np.bool_]:
        """Which rows belong to a group, shape (rows,); InputError when there is no such group."""
        if group not in self.group_names:
            raise InputError(f"no group {group!r}", where="group", allowed=", ".join(self.group_names),
                             fix="choose one of the table's groups")
        return np.asarray(self.group_index == self.group_names.index(group))

    def check_event(self, code: int) -> None:
        """InputError unless the code is one of an event."""
        if code == CENSORED or code not in self.codes:
            raise InputError(f"{code} is not an event of the table", where="event",
                             allowed=", ".join(f"{c} {what}" for c, what in self.codes.items() if c != CENSORED),
                             fix="choose one of these codes")


def survival_table(follow_up: ArrayLike, code: ArrayLike, group: ArrayLike | None = None, *, unit: str = "years",
                   cut_off: ArrayLike | None = None) -> SurvivalTable:
    """Table from columns as a file has them.

    Args:
        follow_up: times in `unit`, shape (rows,).
        code: 0 censored, 1 event, 2 competing event (death without it), shape (rows,).
        group: name or number of each row's group, shape (rows,); None: one group, "all". Groups are sorted.
        unit: years, months (a twelfth of a year) or days (365.25 a year).
        cut_off: longest possible follow-up in `unit`, one for all or one a row.

    Raises:
        InputError: as `SurvivalTable`, an unknown unit, or a row without a group.
    """
    if unit not in UNITS_PER_YEAR:
        raise InputError(f"unit {unit!r} is not known", where="unit", allowed=", ".join(UNITS_PER_YEAR),
                         fix="give the unit of the times")
    per_year = UNITS_PER_YEAR[unit]
    time_years = _numbers(follow_up, "follow_up") / per_year
    names: tuple[str, ...] = ("all",)
    index = np.zeros(time_years.size, np.int64)
    if group is not None:
        found, index = np.unique(_groups(group), return_inverse=True)
        names = tuple(str(name) for name in found)
    limit = None if cut_off is None else _numbers(cut_off, "cut_off") / per_year
    return SurvivalTable(time_years, np.asarray(code), index, names, limit)


def _numbers(values: ArrayLike, where: str) -> NDArray[np.float64]:
    """A copy as numbers."""
    try:
        return np.array(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise InputError(f"{where} holds something that is not a number: {error}", where=where,
                         allowed="numbers", fix="correct the column") from error


def _groups(group: ArrayLike) -> NDArray[Any]:
    """Groups as one kind of value; InputError when a row has none: empty text, None or NaN."""
    found = group if isinstance(group, np.ndarray) else np.array(group, dtype=object)
    if found.dtype.kind == "O":
        missing = np.array([value is None or value != value or value == "" for value in found.ravel()], np.bool_)
    else:
        missing = np.asarray(found == "" if found.dtype.kind == "U" else found != found)
    if missing.any():
        raise _rows_refused([(int(row) + 1, "no group") for row in np.flatnonzero(missing)], CODES)
    return np.array(found.tolist()) if found.dtype.kind == "O" else found


def _check_shapes(columns: Mapping[str, NDArray[np.float64]]) -> None:
    shapes = {name: values.shape for name, values in columns.items()}
    if len(set(shapes.values())) > 1 or any(len(shape) != 1 for shape in shapes.values()):
        raise InputError("columns differ in shape: " + ", ".join(f"{name} {shape}" for name, shape in shapes.items()),
                         where="table", allowed="one value a row in every column", fix="complete the shorter columns")
    if shapes["time_years"] == (0,):
        raise InputError("the table has no rows", where="table", allowed="at least one row", fix="add the patients")


def _row_faults(columns: Mapping[str, NDArray[np.float64]], groups: int,
                codes: Mapping[int, str]) -> list[tuple[int, str]]:
    """(row, what is wrong) of single values; the first row is 1."""
    time_years, code, group = columns["time_years"], columns["code"], columns["group_index"]
    bad_time = ~(np.isfinite(time_years) & (time_years >= 0))
    bad_code = np.logical_and.reduce([code != known for known in codes])
    bad_group = ~((group >= 0) & (group < groups) & (group == np.floor(group)))
    return [*((int(row) + 1, f"time {time_years[row]:g} years") for row in np.flatnonzero(bad_time)),
            *((int(row) + 1, f"code {code[row]:g}") for row in np.flatnonzero(bad_code)),
            *((int(row) + 1, f"group {group[row]:g} of {groups}") for row in np.flatnonzero(bad_group))]


def _cut_off(cut_off_years: float | NDArray[np.float64], rows: int) -> NDArray[np.float64]:
    limit = _numbers(cut_off_years, "cut_off_years")
    if limit.shape not in ((), (rows,)) or not np.isfinite(limit).all() or (limit < 0).any():
        raise InputError("the cut-off is not a time", where="cut_off_years",
                         allowed="a time from 0 up, one for all rows or one a row", fix="correct the cut-off")
    return np.broadcast_to(limit, (rows,))


def _cut_off_faults(time_years: NDArray[np.float64], limit: NDArray[np.float64]) -> list[tuple[int, str]]:
    return [(int(row) + 1, f"time {time_years[row]:g} years is after the cut-off at {limit[row]:g}")
            for row in np.flatnonzero((time_years > limit) & np.isfinite(time_years))]


def _rows_refused(faults: list[tuple[int, str]], codes: Mapping[int, str]) -> InputError:
    lines = [f"row {row}: {what}" for row, what in sorted(faults)]
    more = [f"and {len(lines) - SHOWN_ROWS} more"] if len(lines) > SHOWN_ROWS else []
    known = ", ".join(f"{code} {meaning}" for code, meaning in codes.items())
    return InputError(f"{len(lines)} values of the table cannot be used",
                      where="; ".join(lines[:SHOWN_ROWS] + more),
                      allowed=f"times from 0 to the cut-off; codes {known}; a group in every row",
                      fix="correct or leave out these rows")
