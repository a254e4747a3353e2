"""Dose between voxel centres, and where there is none."""

from __future__ import annotations

import numpy as np
from pytest import approx

from openiort.core.grid import Grid
from openiort.external.dose_at_points import dose_at_points_Gy

GRID = Grid((0.0, 0.0, 0.0), (2.0, 2.0, 2.0), (4, 4, 4))


def test_linear_dose_is_exact_between_centres() -> None:
    points_mm = np.array([[1.3, 2.2, 5.1], [0.0, 0.0, 0.0], [6.0, 6.0, 6.0]])
    z, y, x = np.meshgrid(*(np.arange(4) * 2.0,) * 3, indexing="ij")
    assert dose_at_points_Gy(GRID, x + 2 * y + 4 * z, points_mm) == approx(points_mm @ (1.0, 2.0, 4.0))


def test_outside_is_not_a_number_and_no_zero() -> None:
    """The grid reaches half a voxel beyond its outer centres: 7 mm."""
    points_mm = np.array([[6.9, 0.0, 0.0], [7.1, 0.0, 0.0], [-1.1, 0.0, 0.0]])
    assert np.isnan(dose_at_points_Gy(GRID, np.ones(GRID.shape), points_mm)).tolist() == [False, True, True]


def test_a_voxel_without_dose_is_not_a_number() -> None:
    dose_Gy = np.ones(GRID.shape)
    dose_Gy[0, 0, 3] = np.nan
    assert np.isnan(dose_at_points_Gy(GRID, dose_Gy, np.array([[5.0, 0.5, 0.5], [3.0, 0.5, 0.5]]))).tolist() == [
        True, False]
