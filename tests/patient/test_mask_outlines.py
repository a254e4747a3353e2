"""Outlines of masks: closed forms, and volumes that come back."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import NDArray
from pytest import approx

from openiort.core.grid import Grid
from openiort.patient.mask_outlines import AREA_TOLERANCE, mask_outlines
from openiort.patient.outline import outlined_volume_cc
from openiort.patient.structure import Structure
from tests import plan_factory

GRID = Grid((-20.0, 5.0, 100.0), (1.0, 2.0, 3.0), (4, 30, 40))
TURNED = Grid((3.0, 2.0, 1.0), (1.0, 1.0, 2.0), (24, 50, 50), np.array([[0, 0, 1], [-1, 0, 0], [0, -1, 0]], float))


def block(*parts: tuple[int, int, int, int, int, int]) -> NDArray[np.bool_]:
    """Blocks (z, z end, y, y end, x, x end), each turning what is there."""
    mask = np.zeros(GRID.shape, bool)
    for z0, z1, y0, y1, x0, x1 in parts:
        mask[z0:z1, y0:y1, x0:x1] ^= True
    return mask


def test_block() -> None:
    outlines = mask_outlines(Structure("block", block((1, 3, 4, 10, 5, 15))), GRID)
    assert [o.slice_index for o in outlines] == [1, 2]
    # 6 x 10 voxels of 2 mm2 on two slices of 3 mm
    assert outlined_volume_cc(outlines, GRID) == approx(60 * 2 * 3 * 2 / 1000, rel=AREA_TOLERANCE)
    low, high = (f(np.concatenate([o.points_mm for o in outlines]), axis=0) for f in (np.min, np.max))
    # outer edges of the voxels, half a voxel beyond the centres of the first and the last; the four corners that are
    # cut, an eighth of a voxel each, are made up for along 32 voxels of circumference: 0.016 voxels of 2 mm
    assert low == approx(np.array([-20 + 4.5, 5 + 7, 103]), abs=0.04)
    assert high == approx(np.array([-20 + 14.5, 5 + 19, 106]), abs=0.04)


def test_hole_is_an_outline_of_its_own() -> None:
    outlines = mask_outlines(Structure("ring", block((0, 1, 2, 20, 2, 30), (0, 1, 8, 12, 10, 20))), GRID)
    assert len(outlines) == 2
    # corners make up for each other: an eighth less at four outer ones, an eighth more at four inner ones
    assert outlined_volume_cc(outlines, GRID) == approx((18 * 28 - 4 * 10) * 2 * 3 / 1000)


def test_structure_that_fills_the_image_ends_at_its_edge() -> None:
    outlines = mask_outlines(Structure("all", np.ones(GRID.shape, bool)), GRID)
    assert outlined_volume_cc(outlines, GRID) == approx(30 * 40 * 4 * GRID.voxel_volume_cc, rel=AREA_TOLERANCE)


def test_nothing_has_no_outline() -> None:
    assert mask_outlines(Structure("none", np.zeros(GRID.shape, bool)), GRID) == ()


@pytest.mark.parametrize("mask", [block((0, 1, 5, 6, 5, 6)), block(*((0, 1, k, k + 1, k, k + 1) for k in range(9)))])
def test_speckle_keeps_its_volume(mask: NDArray[np.bool_]) -> None:
    structure = Structure("speckle", mask)  # at a level of a half half of a single voxel would be lost
    assert outlined_volume_cc(mask_outlines(structure, GRID), GRID) == approx(structure.volume_cc(GRID), rel=0.01)


@pytest.mark.parametrize("share", [0.25, 0.5, 0.75])
def test_share_moves_the_line(share: float) -> None:
    shares = np.zeros(GRID.shape)
    shares[0, 5:15, 10:20] = 1.0
    shares[0, 5:15, 20] = share
    structure = Structure.from_shares("s", shares, "contoured")
    outlines = mask_outlines(structure, GRID)
    assert outlined_volume_cc(outlines, GRID) == approx((100 + 10 * share) * GRID.voxel_volume_cc, rel=0.004)
    # its edge: that share of the voxel beyond the edge of column 19; interpolation puts it up to 0.2 voxels off
    assert outlines[0].points_mm[:, 0].max() == approx(-20.0 + 19.5 + share, abs=0.2)


def test_sheet_thinner_than_a_voxel_is_not_lost() -> None:
    shares = np.zeros(GRID.shape)
    shares[1, 10, 5:35] = 0.4
    structure = Structure.from_shares("sheet", shares, "contoured")
    assert not structure.mask.any()
    assert outlined_volume_cc(mask_outlines(structure, GRID), GRID) == approx(structure.volume_cc(GRID), rel=0.02)


UPRIGHT = Grid((0.0, 0.0, 0.0), (1.0, 1.0, 2.0), (24, 50, 50))


@pytest.mark.parametrize("grid", [TURNED, UPRIGHT], ids=["turned", "axial"])
def test_ball(grid: Grid) -> None:
    index = np.stack(np.meshgrid(*(np.arange(n, dtype=float) for n in grid.shape), indexing="ij"), -1)
    centre_mm = grid.to_points_mm(np.array([11.3, 24.6, 25.2]))
    distance_mm = np.linalg.norm(grid.to_points_mm(index) - centre_mm, axis=-1)
    ball = Structure("ball", distance_mm < 17.5)
    outlines = mask_outlines(ball, grid)
    assert outlined_volume_cc(outlines, grid) == approx(ball.volume_cc(grid), rel=0.005)
    assert outlined_volume_cc(outlines, grid) == approx(4 / 3 * math.pi * 17.5**3 / 1000, rel=0.01)  # 22.45 cc
    points_mm = np.concatenate([o.points_mm for o in outlines])
    # half-way between two centres on either side of the surface: at most a pixel's diagonal off
    assert np.abs(np.linalg.norm(points_mm - centre_mm, axis=1) - 17.5).max() < math.sqrt(2)
    assert set(np.round(grid.to_index(points_mm)[:, 0], 9)) <= set(range(24))


@pytest.mark.parametrize("name", ["body", "skin", "lungs", "bone"])
def test_volume_of_outlines_is_that_of_the_mask(name: str) -> None:
    patient = plan_factory.make_patient()
    structure, grid = patient.structure(name), patient.image.grid
    # volumes agree within 1 % above 10 cc: asked of what is exported
    assert outlined_volume_cc(mask_outlines(structure, grid), grid) == approx(structure.volume_cc(grid), rel=0.01)
