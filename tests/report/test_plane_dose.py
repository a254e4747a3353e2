"""Dose prepared for drawing: linear between voxels, one grid into the other, continued into the sphere."""

from __future__ import annotations

import numpy as np
from pytest import approx

from openiort.core.grid import Grid
from openiort.report.plane_dose import BLEND_mm, PlaneDose, linear, plane_dose
from tests.plan_factory import CENTRE_mm, make_plan

ANGLE = 0.4
TURNED = np.array([[np.cos(ANGLE), -np.sin(ANGLE), 0], [np.sin(ANGLE), np.cos(ANGLE), 0], [0, 0, 1.0]])
CENTRE = np.array(CENTRE_mm)


def test_a_linear_field_comes_back_exactly() -> None:  # closed form
    grid = Grid((-10.0, 5.0, 3.0), (1.5, 2.0, 4.0), (7, 8, 9), TURNED)
    index = np.stack(np.meshgrid(*(np.arange(n, dtype=float) for n in grid.shape), indexing="ij"), -1)
    gradient = np.array([0.3, -0.7, 1.1])
    values = grid.to_points_mm(index) @ gradient
    points = grid.to_points_mm(np.random.default_rng(1).uniform([0, 0, 0], np.array(grid.shape) - 1, (200, 3)))
    assert linear(values, grid, points, -99.0) == approx(points @ gradient)
    assert linear(values, grid, np.array([[1000.0, 0.0, 0.0]]), -99.0).tolist() == [-99.0]


def uniform(fine: float, coarse: float) -> PlaneDose:
    """Dose x r^2 that is constant on each of two grids around the origin: 20 mm and 100 mm wide."""
    inner = Grid((-9.5,) * 3, (1.0,) * 3, (20, 20, 20))
    outer = Grid((-48.0,) * 3, (4.0,) * 3, (25, 25, 25))
    return PlaneDose(np.zeros(3), 2.0, inner, np.full(inner.shape, fine), outer, np.full(outer.shape, coarse))


def test_fine_goes_over_into_coarse_within_4_mm() -> None:
    dose = uniform(3.0, 1.0)
    x_mm = np.array([0.0, 5.9, 8.0, 9.0, 9.999, 10.5, 30.0, 49.9])
    points = np.stack([x_mm, np.zeros(8), np.zeros(8)], 1)
    to_edge_mm = np.clip(10.0 - x_mm, 0.0, BLEND_mm)
    mixed = 1.0 + 2.0 * to_edge_mm / BLEND_mm  # closed form: a straight line from 3 to 1
    r2 = np.maximum(x_mm**2, 2.0**2)  # within the sphere as at its surface
    assert dose.at_Gy(points) == approx(mixed / r2)


def test_nothing_beyond_both_grids() -> None:
    assert uniform(3.0, 1.0).at_Gy(np.array([[60.0, 0.0, 0.0]])).tolist() == [0.0]


def test_voxels_within_the_sphere_take_their_neighbours_value() -> None:
    """The grids hold 0 inside the sphere; what is interpolated must not."""
    plan = make_plan()
    dose = plane_dose(plan)
    r = np.linalg.norm(_points(dose.fine_grid) - CENTRE, axis=-1)
    inside = (r < 14.0) & (r > 12.0)
    assert (plan.fine_dose.medium_Gy[inside] == 0).all()
    outside = (r > 15.5) & (r < 19.0)
    assert dose.fine[inside].min() >= 0.9 * dose.fine[outside].min()
    assert dose.fine[inside].max() <= 1.1 * dose.fine[outside].max()


def test_voxels_outside_keep_their_dose() -> None:
    """Without noise nothing is smoothed away: dose x r^2 of the grid, within 1 % (the smoothing's own curvature)."""
    plan = make_plan()
    dose = plane_dose(plan)
    r = np.linalg.norm(_points(dose.fine_grid) - CENTRE, axis=-1)
    kept = (r > 16.0) & (plan.fine_dose.medium_Gy > 0) & (np.abs(_points(dose.fine_grid) - CENTRE).max(-1) < 24.0)
    np.testing.assert_allclose(dose.fine[kept], plan.fine_dose.medium_Gy[kept] * r[kept] ** 2, rtol=0.01)


def _points(grid: Grid) -> np.ndarray:
    index = np.stack(np.meshgrid(*(np.arange(n, dtype=float) for n in grid.shape), indexing="ij"), -1)
    return grid.to_points_mm(index)
