"""Conditions asked of columns: the same values as of one candidate, many at once."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from openiort.core.column import Column
from openiort.select.criterion import ANY, AT_LEAST, NOT, Combination, Condition, Test, truth
from openiort.select.three_valued import FALSE, TRUE, UNKNOWN

Truths = NDArray[np.int8]


class ColumnTruth:
    """Conditions asked of the known facts of many; what was asked before is remembered."""

    def __init__(self, facts: Mapping[str, Column], rows: int) -> None:
        self._facts = facts
        self._rows = rows
        self._known: dict[Condition, Truths] = {}

    def __call__(self, condition: Condition) -> Truths:
        """Value of a condition, one a row (read-only)."""
        if condition not in self._known:
            found = self._of_test(condition) if isinstance(condition, Test) else self._of_parts(condition)
            found.setflags(write=False)
            self._known[condition] = found
        return self._known[condition]

    def waits_for(self, condition: Condition) -> dict[str, NDArray[np.bool_]]:
        """Facts that a condition of unknown value waits for, as `unknown_facts`: fact -> whether, one a row."""
        is_open = self(condition) == UNKNOWN
        if isinstance(condition, Test):
            return {condition.fact: is_open}
        found: dict[str, NDArray[np.bool_]] = {}
        for part in condition.parts:
            for fact, waits in self.waits_for(part).items():
                found[fact] = found[fact] | waits if fact in found else waits
        return {fact: waits & is_open for fact, waits in found.items()}

    def _of_test(self, test: Test) -> Truths:
        column = self._facts.get(test.fact)
        if column is None:
            return np.full(self._rows, UNKNOWN, np.int8)
        return column.looked_up(lambda value: truth(test, {test.fact: value}))

    def _of_parts(self, combination: Combination) -> Truths:
        parts = [self(part) for part in combination.parts]
        if combination.kind == NOT:
            return TRUE - parts[0]
        if combination.kind == ANY:
            return any_of_columns(parts, self._rows)
        if combination.kind == AT_LEAST:
            return at_least_of_columns(combination.count, parts, self._rows)
        return all_of_columns(parts, self._rows)


def all_of_columns(values: list[Truths], rows: int) -> Truths:
    """As `three_valued.all_of`, row by row."""
    return np.minimum.reduce(values) if values else np.full(rows, TRUE, np.int8)


def any_of_columns(values: list[Truths], rows: int) -> Truths:
    """As `three_valued.any_of`, row by row."""
    return np.maximum.reduce(values) if values else np.full(rows, FALSE, np.int8)


def at_least_of_columns(count: int, values: list[Truths], rows: int) -> Truths:
    """As `three_valued.at_least`, row by row."""
    met = np.zeros(rows, np.int16)
    possible = np.zeros(rows, np.int16)
    for value in values:
        met += value == TRUE
        possible += value != FALSE
    return np.where(met >= count, TRUE, np.where(possible < count, FALSE, UNKNOWN)).astype(np.int8)
