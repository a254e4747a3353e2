"""Lungs in images with a closed form, and gas that is none."""

from __future__ import annotations

import numpy as np
import pytest

from openiort.core.grid import Grid
from openiort.patient.lungs import find_lungs
from openiort.patient.voxel_space import distance_inside_mm, step_mm
from tests.patient.phantoms import axes_mm

GRID = Grid((0.0, 0.0, 0.0), (1.5, 1.5, 3.0), (20, 100, 130))
LUNG_HU = -830.0


def lungs_in(hounsfield: np.ndarray, body: np.ndarray) -> np.ndarray:
    return find_lungs(hounsfield.astype(np.float32), body, distance_inside_mm(body, step_mm(GRID)), GRID)


@pytest.fixture
def chest() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """CT numbers, body and lungs: two tubes of 24 mm radius through all slices, 32 mm off the middle."""
    z, y, x = axes_mm(GRID)
    body = ((x / 90) ** 2 + (y / 65) ** 2 < 1) & (z == z)
    lungs = (((np.abs(x) - 32) ** 2 + y**2) < 24**2) & (z == z)
    return np.where(lungs, LUNG_HU, np.where(body, 40.0, -1000.0)), body, lungs


def test_two_tubes(chest):
    hounsfield, body, lungs = chest
    assert (lungs_in(hounsfield, body) ^ lungs).sum() < 0.02 * lungs.sum()


def test_vessels_belong_to_them(chest):
    hounsfield, body, lungs = chest
    _, y, x = axes_mm(GRID)
    vessel = ((np.abs(x) - 32) ** 2 + (y - 5) ** 2 < 3**2) & lungs
    found = lungs_in(np.where(vessel, 30.0, hounsfield), body)
    assert found[vessel].all()


@pytest.mark.parametrize("radius_mm", [8.0, 20.0])
def test_gas_is_no_lung(chest, radius_mm):
    """A windpipe, and a stomach full of air (-1000 HU), with the rim that blurring gives them."""
    hounsfield, body, lungs = chest
    _, y, x = axes_mm(GRID)
    r = np.hypot(x, y - 40) + 0 * hounsfield
    with_gas = np.where(r < radius_mm, -1000.0, hounsfield)
    with_gas[(r >= radius_mm) & (r < radius_mm + 1.5) & ~lungs] = -600.0
    found = lungs_in(with_gas, body)
    assert not found[r < radius_mm].any()
    assert found[lungs & (r > radius_mm + 5)].mean() > 0.98


def test_none_in_a_solid_body(chest):
    _, body, _ = chest
    assert not lungs_in(np.where(body, 40.0, -1000.0), body).any()


def test_small_dark_parts_do_not_count(chest):
    _, body, _ = chest
    z, y, x = axes_mm(GRID)
    hole = (x**2 + y**2 + z**2 < 12**2) & body  # 7 cc
    assert not lungs_in(np.where(hole, LUNG_HU, np.where(body, 40.0, -1000.0)), body).any()


def test_nothing_next_to_the_skin(chest):
    """Clothes and skin folds are dark too: no lung within 6 mm of the surface."""
    hounsfield, body, _ = chest
    depth = distance_inside_mm(body, step_mm(GRID))
    shell = body & (depth < 5)
    assert not lungs_in(np.where(shell, LUNG_HU, hounsfield), body)[shell].any()
