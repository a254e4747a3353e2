"""Grid: coordinates there and back, also rotated."""

from __future__ import annotations

import numpy as np
import pytest

from openiort.core.grid import Grid


def test_index_and_points_are_inverse_for_any_orientation():
    angle = 0.3
    turned = np.array([[np.cos(angle), -np.sin(angle), 0], [np.sin(angle), np.cos(angle), 0], [0, 0, 1.0]])
    grid = Grid((-10.0, 5.0, 3.0), (1.5, 2.0, 4.0), (7, 8, 9), turned)
    index = np.array([[0.0, 0.0, 0.0], [3.0, 2.0, 1.0], [6.5, 7.5, 8.5]])
    assert grid.to_index(grid.to_points_mm(index)) == pytest.approx(index)
    assert grid.to_points_mm(index[0]) == pytest.approx((-10.0, 5.0, 3.0))


def test_axes_order():  # definition: arrays are (z, y, x), points (x, y, z)
    grid = Grid((0.0, 0.0, 0.0), (1.0, 2.0, 3.0), (10, 10, 10))
    assert grid.to_points_mm(np.array([1.0, 2.0, 3.0])) == pytest.approx((3.0, 4.0, 3.0))
    assert grid.contains(np.array([[9.4, 0, 0], [9.6, 0, 0]])).tolist() == [True, False]
