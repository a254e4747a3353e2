"""A column of a table as numbers that point to its distinct values: what repeats is looked at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.int32]
LARGEST_PACKED = 2**62


@dataclass(frozen=True, slots=True)
class Column:
    """A column.

    Attributes:
        codes: place in `values`, one a row.
        values: the distinct values; None is unknown.
    """

    codes: Codes
    values: tuple[Any, ...]

    def __getitem__(self, row: int | np.integer[Any]) -> Any:
        return self.values[self.codes[row]]

    def of(self, rows: NDArray[Any]) -> Column:
        """The column of some rows."""
        return Column(self.codes[rows], self.values)

    def mapped(self, change: Callable[[Any], Any]) -> Column:
        """The column of what becomes of its values."""
        writer = ColumnWriter()
        writer.add_coded(self.codes, [change(value) for value in self.values])
        return writer.column()

    def known(self) -> NDArray[np.bool_]:
        """Whether it is known, row by row."""
        return np.array([value is not None for value in self.values], bool)[self.codes]

    def looked_up(self, answer: Callable[[Any], int]) -> NDArray[np.int8]:
        """A small number for each row, asked once for each distinct value."""
        return np.fromiter(map(answer, self.values), np.int8, len(self.values))[self.codes]


class _Places(dict[Any, int]):
    """Value -> its place; a new value takes the next one."""

    def __missing__(self, value: Any) -> int:
        self[value] = place = len(self)
        return place


class ColumnWriter:
    """A column that grows piece by piece."""

    def __init__(self) -> None:
        self._place_of = _Places()
        self._pieces: list[Codes] = []

    def add(self, values: Sequence[Any]) -> None:
        """Append values, which must be hashable."""
        self._pieces.append(np.fromiter(map(self._place_of.__getitem__, values), np.int32, len(values)))

    def add_coded(self, codes: NDArray[Any], values: Sequence[Any]) -> None:
        """Append values given as places in a list of them."""
        places = [self._place_of[value] for value in values]
        self._pieces.append(np.array(places, np.int32)[codes])

    def column(self) -> Column:
        """All of it."""
        codes = np.concatenate(self._pieces) if self._pieces else np.empty(0, np.int32)
        return Column(codes, tuple(self._place_of))


def overridden(earlier: Column, later: Column) -> Column:
    """A column of the later values, where they are known, else of the earlier ones."""
    codes = np.where(later.known(), later.codes + len(earlier.values), earlier.codes)
    return Column(codes.astype(np.int32), earlier.values + later.values)


def distinct_rows(columns: Iterable[NDArray[Any]], rows: int) -> tuple[Codes, NDArray[np.intp]]:
    """Which rows are alike in all of several columns of small numbers.

    Args:
        columns: non-negative integers below 2**31, one a row.
        rows: how many.

    Returns:
        Number of its kind for each row; the first row of each kind.
    """
    packed, width = np.zeros(rows, np.int64), 1
    for column in columns:
        size = int(column.max(initial=0)) + 1
        if width * size > LARGEST_PACKED:
            kinds, packed = np.unique(packed, return_inverse=True)
            width = kinds.size
        packed = packed * size + column
        width *= size
    _, firsts, numbers = np.unique(packed, return_index=True, return_inverse=True)
    return numbers.astype(np.int32), firsts
