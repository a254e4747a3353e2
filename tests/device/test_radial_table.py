"""Interpolation and checks of one radial table."""

from __future__ import annotations

import math

import pytest

from openiort.core.errors import InputError
from openiort.device.radial_table import RadialTable


def table(r_mm: list[float], values: list[float], *, power: float = 2.0, must_fall: bool = True) -> RadialTable:
    return RadialTable(tuple(r_mm), tuple(values), power, must_fall, "bare_probe.csv")


def test_exponential_over_square_is_exact() -> None:
    # closed form: ln(value x r^2) of exp(-r/20) / r^2 is a straight line
    rate = lambda r: 1000.0 * math.exp(-r / 20.0) / r**2  # noqa: E731
    radii = [5.0, 8.0, 13.0, 20.0, 31.0]
    found = table(radii, [rate(r) for r in radii])
    for r_mm in (5.0, 6.5, 12.0, 13.0, 27.0, 31.0):
        assert found.at(r_mm) == pytest.approx(rate(r_mm), rel=1e-12)


def test_nothing_is_extrapolated() -> None:
    found = table([5.0, 6.0, 7.0, 8.0], [4.0, 3.0, 2.0, 1.0])
    for r_mm in (4.99, 8.01, math.nan):
        with pytest.raises(InputError, match="never extrapolated"):
            found.at(r_mm)


@pytest.mark.parametrize(
    ("r_mm", "values", "said"),
    (
        ([5, 6, 7], [3, 2, 1], "only 3 points"),
        ([5, 6, 7, 8], [4, 3, 3, 1], "does not fall from r = 6 mm"),
        ([5, 6, 7, 8], [4, 3, 3.5, 1], "does not fall"),
        ([5, 6, 7, 8], [4, 3, -2, 1], "value -2 at r = 7 mm"),
        ([5, 6, 7, 8], [4, 3, 0, 1], "value 0"),
        ([5, 6, 7, 8], [4, math.nan, 2, 1], "value nan"),
        ([5, 6, 7, 8], [math.inf, 3, 2, 1], "value inf"),
        ([5, 7, 6, 8], [4, 3, 2, 1], "r = 6 mm follows r = 7 mm"),
        ([5, 6, 6, 8], [4, 3, 2, 1], "r = 6 mm follows r = 6 mm"),
        ([0, 6, 7, 8], [4, 3, 2, 1], "r = 0 mm cannot be"),
        ([5, 6, 7, 800], [4, 3, 2, 1], "r = 800 mm cannot be"),
        ([5, 6, 7, 11, 12], [5, 4, 3, 2, 1], "gap from r = 7 to 11 mm"),
        ([5, 6, 7, 8, 12], [5, 4, 3, 2, 1], "gap from r = 8 to 12 mm"),
        ([5, 9, 10, 11, 12], [5, 4, 3, 2, 1], "gap from r = 5 to 9 mm"),
        # one row, and two, left between gaps
        ([5, 6, 7, 8, 13, 18, 19, 20, 21], [9, 8, 7, 6, 5, 4, 3, 2, 1], "gap from r = 8 to 13 mm"),
        ([5, 6, 7, 8, 9, 14, 19, 24, 25, 26, 27], [11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1], "gap from r = 9 to 14 mm"),
    ),
)
def test_what_cannot_be_a_table(r_mm: list[float], values: list[float], said: str) -> None:
    with pytest.raises(InputError, match=said):
        table(r_mm, values)


def test_steps_that_grow_are_no_gap() -> None:
    table([5, 6, 7, 8, 10, 12, 15, 20, 25, 30], [10, 9, 8, 7, 6, 5, 4, 3, 2, 1])
    table([5, 6, 7, 8, 9, 10, 15, 20], [8, 7, 6, 5, 4, 3, 2, 1])


def test_a_slip_in_one_row_is_named_once() -> None:
    # a constant coefficient with one row 9 % high: its neighbours are off as well, by less
    values = [0.8] * 10
    values[4] = 0.872
    (line,) = table([10.0 + i for i in range(10)], values, power=0.0, must_fall=False).typos()
    assert "r = 14 mm" in line
    assert "+9 %" in line
