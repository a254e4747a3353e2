"""What a table of follow-up refuses, and with which rows."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from typing import Any

import numpy as np
import pytest

from openiort.core.errors import InputError
from openiort.evidence.survival_table import SurvivalTable, survival_table


@pytest.mark.parametrize(("column", "value", "said"), [
    ("follow_up", -1.0, "row 2: time -1 years"),
    ("follow_up", float("nan"), "row 2: time nan years"),
    ("follow_up", float("inf"), "row 2: time inf years"),
    ("follow_up", 11.0, "row 2: time 11 years is after the cut-off at 10"),
    ("code", 3, "row 2: code 3"),
    ("code", 0.5, "row 2: code 0.5"),
    ("code", float("nan"), "row 2: code nan"),
    ("group", "", "row 2: no group"),
    ("group", None, "row 2: no group"),
    ("group", float("nan"), "row 2: no group"),
])
def test_bad_value_is_refused_with_its_row(column: str, value: Any, said: str) -> None:
    columns: dict[str, list[Any]] = {"follow_up": [1.0, 2.0, 3.0], "code": [0, 1, 2], "group": ["a", "b", "a"]}
    assert len(survival_table(**columns, cut_off=10.0)) == 3
    columns[column][1] = value
    with pytest.raises(InputError) as refused:
        survival_table(**columns, cut_off=10.0)
    assert refused.value.where == said
    assert refused.value.allowed and refused.value.fix


def test_all_bad_rows_are_said_at_once() -> None:
    with pytest.raises(InputError, match="3 values") as refused:
        survival_table([-1.0, 2.0, 5.0], [0, 7, 1], cut_off=[9.0, 9.0, 4.5])
    assert refused.value.where == "row 1: time -1 years; row 2: code 7; row 3: time 5 years is after the cut-off at 4.5"


def test_many_bad_rows_are_counted() -> None:
    with pytest.raises(InputError, match="1000 values") as refused:
        survival_table(np.full(1000, -1.0), np.zeros(1000))
    assert refused.value.where.endswith("row 20: time -1 years; and 980 more")


@pytest.mark.parametrize("arguments", [
    {"follow_up": [], "code": []},
    {"follow_up": [1.0], "code": [0, 1]},
    {"follow_up": [1.0, 2.0], "code": [0, 1], "group": ["a"]},
    {"follow_up": ["long"], "code": [0]},
    {"follow_up": [[1.0]], "code": [[0]]},
    {"follow_up": [1.0], "code": [0], "unit": "weeks"},
    {"follow_up": [1.0], "code": [0], "cut_off": -1.0},
    {"follow_up": [1.0], "code": [0], "cut_off": [2.0, 3.0]},
])
def test_table_that_is_none(arguments: dict[str, Any]) -> None:
    with pytest.raises(InputError):
        survival_table(**arguments)


def test_units() -> None:
    days, months = (survival_table([value], [1], unit=unit) for value, unit in ((731, "days"), (24, "months")))
    assert days.time_years[0] == 731 / 365.25
    assert months.time_years[0] == 2.0


def test_table_cannot_be_changed() -> None:
    given = np.array([1.0, 2.0])
    table = survival_table(given, [0, 1])
    given[0] = 9.0
    assert table.time_years.tolist() == [1.0, 2.0]
    with pytest.raises(ValueError, match="read-only"):
        table.time_years[0] = 3.0
    with pytest.raises(FrozenInstanceError):
        table.group_names = ("x",)  # type: ignore[misc]


def test_groups_are_named() -> None:
    table = survival_table([1.0, 2.0, 3.0], [0, 1, 1], [1, 0, 1])
    assert table.group_names == ("0", "1")
    assert table.rows_of("1").tolist() == [True, False, True]
    with pytest.raises(InputError, match="no group 'x'"):
        table.rows_of("x")


def test_group_index_outside_its_names_is_refused() -> None:
    with pytest.raises(InputError) as refused:
        SurvivalTable(np.array([1.0]), np.array([0]), np.array([2]), ("a", "b"))
    assert refused.value.where == "row 1: group 2 of 2"
