"""Bone in images with a closed form, and what looks like it."""

from __future__ import annotations

import numpy as np
import pytest

from openiort.core.grid import Grid
from openiort.patient.bone import find_bone
from openiort.patient.voxel_space import distance_inside_mm, step_mm
from tests.patient.phantoms import axes_mm

GRID = Grid((0.0, 0.0, 0.0), (1.5, 1.5, 3.0), (20, 100, 100))
MUSCLE_HU = 55.0


def scene() -> tuple[np.ndarray, tuple[np.ndarray, ...]]:
    """Muscle, 130 mm across, in air; and the coordinates."""
    z, y, x = axes_mm(GRID)
    body = (x**2 + y**2 < 65**2) & (z == z)
    return np.where(body, MUSCLE_HU, -1000.0).astype(np.float32), tuple(np.broadcast_arrays(z, y, x))


def bone_in(hounsfield: np.ndarray) -> np.ndarray:
    body = hounsfield > -400
    none = np.zeros(GRID.shape, bool)
    return find_bone(hounsfield, body, distance_inside_mm(body, step_mm(GRID)), none, GRID)


def test_rod_of_bone():
    hounsfield, (_, y, x) = scene()
    rod = x**2 + y**2 < 12**2
    found = bone_in(np.where(rod, np.float32(900.0), hounsfield))
    assert found.sum() == pytest.approx(rod.sum(), rel=0.15)  # 12 mm radius in 1.5 mm voxels: one is a quarter
    assert not (found & ~rod).sum() > 0.1 * rod.sum()


@pytest.mark.parametrize("marrow_HU", [200.0, 90.0])
def test_marrow_belongs_to_it(marrow_HU):
    hounsfield, (_, y, x) = scene()
    r = np.hypot(x, y)
    hounsfield[r < 12] = 900.0
    hounsfield[r < 9] = marrow_HU
    assert bone_in(hounsfield)[r < 8].all()


def test_spinal_canal_does_not():
    """A wide hole, 22 mm across, as soft as cord, in spongy bone; within dense bone blurring makes it marrow."""
    hounsfield, (_, y, x) = scene()
    r = np.hypot(x, y)
    hounsfield[r < 16] = 350.0
    hounsfield[r < 11] = 25.0
    found = bone_in(hounsfield)
    assert not found[r < 9].any()
    assert found[(r > 12) & (r < 15)].all()


def test_clips_and_calcifications_are_too_small():
    hounsfield, (z, y, x) = scene()
    hounsfield[x**2 + y**2 + z**2 < 4**2] = 2500.0  # 0.27 cc
    assert not bone_in(hounsfield).any()


def test_part_cut_by_the_scan_counts_though_it_is_small():
    hounsfield, (z, y, x) = scene()
    cut = (x**2 + y**2 < 4**2) & (z > 22.0)  # two slices: 0.3 cc, between 0.2 and 1 cc
    hounsfield[cut] = 900.0
    assert bone_in(hounsfield).any()
    middle = (x**2 + y**2 < 4**2) & (np.abs(z) < 3.0)
    assert not bone_in(np.where(middle, np.float32(900.0), scene()[0])).any()


def test_contrast_in_a_vessel_is_no_bone():
    """Solid and as bright inside as at its edge, 36 mm across."""
    hounsfield, (_, y, x) = scene()
    hounsfield[x**2 + y**2 < 18**2] = 350.0
    assert not bone_in(hounsfield).any()


def test_wire_under_the_skin_is_no_bone():
    hounsfield, (z, y, x) = scene()
    hounsfield[(np.abs(np.hypot(x, y) - 63.0) < 2.0) & (np.abs(z) < 6.0)] = 1500.0
    assert not bone_in(hounsfield).any()


def test_no_bone_at_all():
    assert not bone_in(scene()[0]).any()
