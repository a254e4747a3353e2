"""Arrays turned along the patient's axes keep every voxel's place."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from pytest import approx
from scipy.spatial.transform import Rotation

from openiort.core.axis_order import axis_order
from openiort.core.grid import Grid

RIGHT_ANGLES = [
    np.eye(3)[:, list(axes)] * signs
    for axes in itertools.permutations(range(3))
    for signs in itertools.product((-1.0, 1.0), repeat=3)
    if np.linalg.det(np.eye(3)[:, list(axes)] * signs) > 0
]
SHAPE = (2, 3, 4)


def turned(direction: np.ndarray) -> tuple[Grid, Grid, np.ndarray, np.ndarray]:
    """A stored grid, the turned one, a stored array and the same turned."""
    stored = Grid((10.0, -20.0, 30.0), (1.0, 2.0, 5.0), SHAPE, direction)
    order = axis_order(direction)
    grid = order.grid(stored)
    values = np.arange(24, dtype=np.float32).reshape(SHAPE)
    result = np.full(grid.shape, np.nan, np.float32)
    order.as_stored(result)[...] = values
    return stored, grid, values, result


def test_there_are_24_turns_by_right_angles() -> None:
    assert len(RIGHT_ANGLES) == 24  # the rotations of a cube


@pytest.mark.parametrize("direction", RIGHT_ANGLES)
def test_right_angles_become_the_patients_axes(direction: np.ndarray) -> None:
    stored, grid, values, result = turned(direction)
    np.testing.assert_array_equal(grid.direction, np.eye(3))
    for index in np.ndindex(SHAPE):
        there = np.rint(grid.to_index(stored.to_points_mm(np.array(index)))).astype(int)
        assert result[tuple(there)] == values[index]
        assert grid.to_points_mm(there) == approx(stored.to_points_mm(np.array(index)))


@pytest.mark.parametrize("seed", range(20))
def test_any_other_turn_keeps_every_place(seed: int) -> None:
    direction = Rotation.random(random_state=seed).as_matrix()
    stored, grid, values, result = turned(direction)
    assert np.linalg.det(grid.direction) == approx(1.0)
    there = np.rint(grid.to_index(stored.to_points_mm(np.moveaxis(np.indices(SHAPE), 0, -1)))).astype(int)
    np.testing.assert_array_equal(result[tuple(np.moveaxis(there, -1, 0))], values)
    # no rotation is further than 62.8 degrees from the nearest of the cube's 24, arccos((2 sqrt(2) - 1) / 4): J. K.
    # Mackenzie, Biometrika 45, 229 (1958)
    assert (np.trace(grid.direction) - 1) / 2 >= (2 * np.sqrt(2) - 1) / 4 - 1e-9


@pytest.mark.parametrize("direction", RIGHT_ANGLES)
def test_names_of_slices_follow_them(direction: np.ndarray) -> None:
    stored, grid, _, _ = turned(direction)
    names = axis_order(direction).along_z(("first", "second"))
    if abs(direction[2, 2]) < 1:  # slices are not stacked from foot to head
        assert names == ()
    else:
        there = grid.to_index(stored.to_points_mm(np.array([1.0, 0, 0])))
        assert names[round(float(there[0]))] == "second"


def test_nothing_changes_where_nothing_is_to_be_done() -> None:
    order = axis_order(np.eye(3))
    assert order.is_as_stored
    grid = Grid((1.0, 2.0, 3.0), (1.0, 2.0, 3.0), SHAPE)
    assert order.grid(grid).origin_mm == grid.origin_mm
