"""Areas and volumes inside outlines: closed forms."""

from __future__ import annotations

import numpy as np
import pytest
from pytest import approx

from openiort.core.grid import Grid
from openiort.patient.outline import Outline, on_slice_mm, outlined_volume_cc, signed_area_mm2

GRID = Grid((-5.0, 7.0, 11.0), (1.0, 2.0, 4.0), (3, 40, 60))
TURNED = Grid((3.0, 2.0, 1.0), (1.0, 2.0, 4.0), (3, 40, 60), np.array([[0, 0, 1], [1, 0, 0], [0, 1, 0]], float))


def square_mm(side_mm: float, low_mm: float = 0.0) -> np.ndarray:
    return low_mm + side_mm * np.array([[0, 0], [1, 0], [1, 1], [0, 1]], float)


def on_slice(points_mm: np.ndarray, index: int, grid: Grid = GRID) -> Outline:
    return Outline(index, on_slice_mm(points_mm, index, grid))


def test_area_has_a_sign() -> None:
    triangle = np.array([[0.0, 0.0], [3.0, 0.0], [0.0, 4.0]])
    assert signed_area_mm2(triangle) == approx(6.0)  # 3 x 4 / 2
    assert signed_area_mm2(triangle[::-1] + 1000.0) == approx(-6.0)


@pytest.mark.parametrize("grid", [GRID, TURNED], ids=["axial", "turned"])
def test_hole_and_island_in_it(grid: Grid) -> None:
    # 20^2 - 10^2 + 4^2 mm2 on one slice of 4 mm, 20^2 on another
    outlines = [on_slice(square_mm(20.0), 0, grid), on_slice(square_mm(4.0, 6.0), 0, grid),
                on_slice(square_mm(10.0, 5.0)[::-1], 0, grid), on_slice(square_mm(20.0), 2, grid)]  # fmt: skip
    assert outlined_volume_cc(outlines, grid) == approx((400 - 100 + 16 + 400) * 4 / 1000)


def test_two_beside_each_other() -> None:
    outlines = [on_slice(square_mm(3.0), 1), on_slice(square_mm(5.0, 10.0), 1)]
    assert outlined_volume_cc(outlines, GRID) == approx((9 + 25) * 4 / 1000)


def test_place_on_a_slice() -> None:
    found_mm = on_slice_mm(np.array([[2.0, 6.0]]), 1, GRID)
    assert found_mm == approx(np.array([[-3.0, 13.0, 15.0]]))  # origin + (2, 6, 4)


def test_fewer_than_three_points_are_no_outline() -> None:
    with pytest.raises(ValueError, match="n >= 3"):
        Outline(0, np.zeros((2, 3)))
