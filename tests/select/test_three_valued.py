"""Truth tables of S. C. Kleene, Introduction to Metamathematics (1952), section 64, the strong connectives."""

from __future__ import annotations

from itertools import product

import pytest

from openiort.select.three_valued import FALSE, TRUE, UNKNOWN, all_of, any_of, at_least, not_of, value_of

F, U, T = FALSE, UNKNOWN, TRUE
# rows: first is T, U, F; columns: second is T, U, F
AND = {T: (T, U, F), U: (U, U, F), F: (F, F, F)}
OR = {T: (T, T, T), U: (T, U, U), F: (T, U, F)}


@pytest.mark.parametrize(("first", "column"), list(product((T, U, F), (0, 1, 2))))
def test_and_or(first: int, column: int) -> None:
    second = (T, U, F)[column]
    assert all_of([first, second]) == AND[first][column]
    assert any_of([first, second]) == OR[first][column]


def test_not() -> None:
    assert [not_of(value) for value in (T, U, F)] == [F, U, T]


def test_of_none() -> None:
    assert all_of([]) == T
    assert any_of([]) == F


@pytest.mark.parametrize("values", list(product((T, U, F), repeat=3)))
def test_at_least_is_or_of_ands(values: tuple[int, ...]) -> None:
    """At least 2 of a, b, c is (a and b) or (a and c) or (b and c)."""
    a, b, c = values
    assert at_least(2, values) == any_of([all_of([a, b]), all_of([a, c]), all_of([b, c])])
    assert at_least(1, values) == any_of(values)
    assert at_least(3, values) == all_of(values)


def test_value_of() -> None:
    assert [value_of(answer) for answer in (True, None, False)] == [T, U, F]
