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


def test_grids_are_equal_by_their_numbers():
    first, same = (Grid((0.0, 1.0, 2.0), (1.0, 2.0, 3.0), (4, 5, 6)) for _ in range(2))
    assert first == same and hash(first) == hash(same)
    assert first != Grid((0.0, 1.0, 2.5), (1.0, 2.0, 3.0), (4, 5, 6))
    assert first != Grid((0.0, 1.0, 2.0), (1.0, 2.0, 3.0), (4, 5, 6), np.diag([-1.0, -1.0, 1.0]))
    assert first != "grid"
    assert len({first, same}) == 1


@pytest.mark.parametrize(
    "change",
    [{"spacing_mm": (1.0, 0.0, 1.0)}, {"shape": (0, 1, 1)}, {"direction": np.ones((3, 3))},
     {"direction": np.diag([1.0, 1.0, 1.1])}],
)
def test_what_is_no_grid(change):
    numbers = {"origin_mm": (0.0, 0.0, 0.0), "spacing_mm": (1.0, 1.0, 1.0), "shape": (1, 1, 1)} | change
    with pytest.raises(ValueError, match="grid"):
        Grid(**numbers)


def test_direction_is_read_only_and_a_copy():
    direction = np.eye(3)
    grid = Grid((0.0, 0.0, 0.0), (1.0, 1.0, 1.0), (1, 1, 1), direction)
    direction[0, 0] = 5.0
    assert grid.direction[0, 0] == 1.0
    with pytest.raises(ValueError, match="read-only"):
        grid.direction[0, 0] = 5.0


def test_volumes_and_corners():  # closed form
    grid = Grid((10.0, 20.0, 30.0), (1.0, 2.0, 5.0), (2, 3, 4))
    assert grid.voxel_volume_cc == pytest.approx(0.01)
    assert grid.voxel_count == 24
    corners = grid.corners_mm()
    assert corners.min(axis=0) == pytest.approx([9.5, 19.0, 27.5])
    assert corners.max(axis=0) == pytest.approx([13.5, 25.0, 37.5])
