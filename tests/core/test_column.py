"""Columns of distinct values behave like the lists that they stand for."""

from __future__ import annotations

import numpy as np
import pytest

from openiort.core import column as module
from openiort.core.column import Column, ColumnWriter, distinct_rows, overridden


def column_of(values: list[object]) -> Column:
    writer = ColumnWriter()
    writer.add(values)
    return writer.column()


def listed(column: Column) -> list[object]:
    return [column[row] for row in range(column.codes.size)]


def test_pieces_are_joined_and_values_kept_once() -> None:
    writer = ColumnWriter()
    writer.add(["a", "b", "a"])
    writer.add_coded(np.array([1, 0, 1]), ["c", "a"])
    writer.add([])
    assert listed(writer.column()) == ["a", "b", "a", "a", "c", "a"]
    assert writer.column().values == ("a", "b", "c")
    assert listed(ColumnWriter().column()) == []


def test_later_values_hold_where_they_are_known() -> None:
    found = overridden(column_of(["a", "b", None, None]), column_of([None, "c", "d", None]))
    assert listed(found) == ["a", "c", "d", None]
    assert list(found.known()) == [True, True, True, False]


def test_mapped_and_looked_up() -> None:
    column = column_of([1, 2, 3, 1])
    assert listed(column.mapped(lambda value: value % 2)) == [1, 0, 1, 1]
    assert len(column.mapped(lambda value: value % 2).values) == 2
    assert list(column.looked_up(lambda value: value * 2)) == [2, 4, 6, 2]


@pytest.mark.parametrize("largest", [2**62, 50])  # all packed into one number, and some of them counted anew
def test_distinct_rows(monkeypatch: pytest.MonkeyPatch, largest: int) -> None:
    monkeypatch.setattr(module, "LARGEST_PACKED", largest)
    random = np.random.default_rng(1)
    table = random.integers(0, [2, 5, 1, 3, 7, 2], (300, 6))
    kinds, firsts = distinct_rows(list(table.T), 300)
    expected, counts = np.unique(table, axis=0, return_counts=True)
    assert sorted(map(tuple, table[firsts])) == sorted(map(tuple, expected))
    assert sorted(np.bincount(kinds)) == sorted(counts)
    assert (table[firsts][kinds] == table).all()


def test_distinct_rows_of_nothing() -> None:
    kinds, firsts = distinct_rows([], 3)
    assert (list(kinds), list(firsts)) == ([0, 0, 0], [0])
    assert distinct_rows([np.empty(0, np.int64)], 0)[1].size == 0
