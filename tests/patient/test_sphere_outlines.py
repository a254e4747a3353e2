"""Circles of spheres and shells on the slices: closed forms."""

from __future__ import annotations

import math

import numpy as np
import pytest
from pytest import approx

from openiort.core.grid import Grid
from openiort.patient.outline import outlined_volume_cc
from openiort.patient.sphere_outlines import shell_outlines, sphere_outlines

CENTRE_mm = (1.3, -2.1, 0.4)
AXIAL = Grid((-40.0, -40.0, -40.0), (0.9, 0.9, 1.0), (81, 90, 90))
TILT = np.array([[1, 0, 0], [0, math.cos(0.5), -math.sin(0.5)], [0, math.sin(0.5), math.cos(0.5)]])
OBLIQUE = Grid((-40.0, 5.0, -52.0), (0.9, 0.9, 1.0), (100, 90, 90), TILT)
GRIDS = pytest.mark.parametrize("grid", [AXIAL, OBLIQUE], ids=["axial", "oblique"])


@GRIDS
def test_points_lie_on_the_sphere_and_on_a_slice(grid: Grid) -> None:
    outlines = sphere_outlines(CENTRE_mm, 15.0, grid)
    assert len(outlines) == 30  # a diameter of 30 mm over slices of 1 mm
    points_mm = np.concatenate([o.points_mm for o in outlines])
    assert np.linalg.norm(points_mm - CENTRE_mm, axis=1) == approx(15.0, abs=1e-9)
    for outline in outlines:
        assert grid.to_index(outline.points_mm)[:, 0] == approx(outline.slice_index, abs=1e-9)


@GRIDS
@pytest.mark.parametrize("radius_mm", [7.5, 15.0, 25.0])
def test_volume_of_a_sphere(grid: Grid, radius_mm: float) -> None:
    volume_cc = outlined_volume_cc(sphere_outlines(CENTRE_mm, radius_mm, grid), grid)
    # sums of slices are the integral to (slice / diameter)^2, polygons of 144 points 0.03 % less than circles
    assert volume_cc == approx(4 / 3 * math.pi * radius_mm**3 / 1000, rel=0.005)


@GRIDS
def test_volume_of_a_shell(grid: Grid) -> None:
    volume_cc = outlined_volume_cc(shell_outlines(CENTRE_mm, 15.0, 5.0, grid), grid)
    assert volume_cc == approx(4 / 3 * math.pi * (20.0**3 - 15.0**3) / 1000, rel=0.005)


def test_shell_is_whole_beyond_the_sphere_and_a_ring_beside_it() -> None:
    outlines = shell_outlines(CENTRE_mm, 15.0, 5.0, AXIAL)
    heights_mm = np.array([o.slice_index * 1.0 - 40.0 for o in outlines]) - CENTRE_mm[2]
    for height_mm in np.unique(heights_mm):
        assert (heights_mm == height_mm).sum() == (2 if abs(height_mm) < 15.0 else 1)


def test_sphere_outside_the_scan_has_none() -> None:
    assert sphere_outlines((0.0, 0.0, 100.0), 15.0, AXIAL) == ()
