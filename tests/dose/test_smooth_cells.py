"""Averaging of ratios over cells: what it keeps, and what it makes of a single cell."""

from __future__ import annotations

import numpy as np
import pytest

from openiort.core.material_table import read_material
from openiort.dose.scene import VoxelBox, line_spectrum, make_scene
from openiort.dose.smooth_cells import bone_cells, smooth_cells
from tests.dose.water_box import water_box

SHAPE = np.array([9, 8, 7])
CELLS = int(SHAPE.prod())
NO_BONE = np.zeros(CELLS, bool)
SIGMA = 0.7


def test_what_is_even_stays_even():
    weight = np.random.default_rng(1).uniform(0.0, 1.0, CELLS)
    found = smooth_cells(SHAPE, weight, np.full((CELLS, 2), 3.0, np.float32), SIGMA, NO_BONE)
    assert found == pytest.approx(3.0, rel=1e-5)


def test_one_cell_becomes_a_gaussian():
    """Closed form: product of three Gaussians cut at two cells, each over its sum."""
    ratio = np.zeros((*SHAPE, 1), np.float32)
    ratio[4, 4, 3] = 1.0
    found = smooth_cells(SHAPE, np.ones(CELLS), ratio.reshape(CELLS, 1), SIGMA, NO_BONE).reshape(tuple(SHAPE))
    taps = np.exp(-0.5 * (np.arange(-2, 3) / SIGMA) ** 2)
    taps /= taps.sum()
    assert found[2:7, 4, 3] == pytest.approx(taps * taps[2] ** 2, rel=1e-5)
    assert found[4, 2, 3] == pytest.approx(taps[4] * taps[2] ** 2, rel=1e-5)
    assert found[0, 0, 0] == 0.0


def test_bone_and_the_rest_do_not_mix():
    bone = np.zeros(tuple(SHAPE), bool)
    bone[3:6, 2:5, 1:3] = True
    bone[7, 7, 6] = True
    ratio = np.where(bone.ravel(), 5.0, 2.0).astype(np.float32)[:, None]
    assert smooth_cells(SHAPE, np.ones(CELLS), ratio.copy(), SIGMA, bone.ravel()) == pytest.approx(ratio, rel=1e-5)


def test_which_cells_are_bone():
    """At 25 keV cortical bone of 1.92 g/cm3 attenuates eight times as much as water: two voxels of 8 make a bone cell.

    NIST SRD 126 at 20 and 30 keV: 4.001 x 1.92 / 0.8096 = 9.5, 1.331 x 1.92 / 0.3756 = 6.8.
    """
    box = water_box(4, 1)  # 8 voxels to a side
    material, density = box.material.reshape(8, 8, 8).copy(), box.density.reshape(8, 8, 8).copy()
    material[0, 0, :4], density[0, 0, :4] = 1, 1.92  # two voxels of each of two cells
    material[7, 7, 7], density[7, 7, 7] = 1, 0.9  # less than one voxel's worth of another
    box = VoxelBox(box.low_mm, 1.0, box.shape, material.ravel(), density.ravel())
    scene = make_scene(box, box, line_spectrum(30.0), (read_material("water"), read_material("cortical_bone")))
    found = bone_cells(scene, 2, np.ones(512)).reshape(4, 4, 4)
    assert found[0, 0, :2].all() and found.sum() == 2
