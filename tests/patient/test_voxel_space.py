"""Masks and distances in millimetres, against closed forms."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from openiort.core.grid import Grid
from openiort.patient.voxel_space import (
    bounding_box,
    bounds_mm,
    closed,
    components,
    distance_inside_mm,
    filled,
    grown,
    head_foot_axis,
    opened,
    reaches_edge,
    smoothed,
    smoothed_within,
    step_mm,
)

STEP = (3.0, 1.0, 2.0)  # z, y, x


def box_mask(shape: tuple[int, int, int], low: tuple[int, int, int], high: tuple[int, int, int]) -> np.ndarray:
    mask = np.zeros(shape, bool)
    mask[tuple(map(slice, low, high))] = True
    return mask


def test_steps_are_in_array_order():
    assert step_mm(Grid((0.0, 0.0, 0.0), (2.0, 1.0, 3.0), (4, 5, 6))) == STEP


@pytest.mark.parametrize(
    ("direction", "axis"),
    [(np.eye(3), 0), (np.array([[0, 0, 1], [1, 0, 0], [0, 1, 0]], float), 1),
     (np.array([[0, 1, 0], [0, 0, 1], [1, 0, 0]], float), 2)],
)
def test_head_foot_axis(direction, axis):  # the array axis whose unit vector has the largest z in LPS
    assert head_foot_axis(Grid((0.0, 0.0, 0.0), (1.0, 1.0, 1.0), (2, 2, 2), direction)) == axis


def test_bounding_box_and_its_margin():
    mask = box_mask((10, 10, 10), (2, 3, 0), (4, 9, 5))
    assert bounding_box(mask) == (slice(2, 4), slice(3, 9), slice(0, 5))
    assert bounding_box(mask, 2) == (slice(0, 6), slice(1, 10), slice(0, 7))  # never past the array
    assert bounding_box(np.zeros((3, 3, 3), bool)) == (slice(None),) * 3


def test_bounds_include_whole_voxels():
    """Definition: half a voxel beyond the outer centres, in patient coordinates, however the array lies."""
    mask = box_mask((10, 10, 10), (2, 3, 0), (4, 9, 5))
    low, high = bounds_mm(mask, Grid((100.0, 0.0, 0.0), (2.0, 1.0, 3.0), (10, 10, 10)))
    assert (low.tolist(), high.tolist()) == ([99.0, 2.5, 4.5], [109.0, 8.5, 10.5])
    turned = Grid((0.0, 0.0, 0.0), (2.0, 1.0, 3.0), (10, 10, 10), np.diag([-1.0, -1.0, 1.0]))
    low, high = bounds_mm(mask, turned)
    assert (low.tolist(), high.tolist()) == ([-9.0, -8.5, 4.5], [1.0, -2.5, 10.5])


def test_distance_to_the_nearest_voxel_outside():
    """Closed form: in a half space of y >= 4 the distance is (y - 3) x 1 mm; the array's edge is no surface."""
    mask = box_mask((6, 12, 6), (0, 4, 0), (6, 12, 6))
    expected = np.maximum(np.arange(12) - 3, 0) * STEP[1]
    assert distance_inside_mm(mask, STEP)[2, :, 3] == pytest.approx(expected)
    assert np.isinf(distance_inside_mm(np.ones((3, 3, 3), bool), STEP)).all()


def test_growing_a_point_gives_the_ellipsoid_of_voxels_in_reach():
    mask = np.zeros((9, 21, 11), bool)
    mask[4, 10, 5] = True
    z, y, x = np.meshgrid(*(np.arange(n) - n // 2 for n in mask.shape), indexing="ij")
    reach = np.sqrt((3.0 * z) ** 2 + (1.0 * y) ** 2 + (2.0 * x) ** 2)
    assert np.array_equal(grown(mask, 6.0, STEP), reach <= 6.0)
    assert not grown(np.zeros_like(mask), 6.0, STEP).any()


def test_opening_takes_sheets_and_keeps_blocks():
    block = box_mask((20, 40, 30), (4, 5, 5), (16, 30, 20))
    sheet = box_mask((20, 40, 30), (4, 33, 5), (16, 36, 20))  # 3 mm thick
    kept = opened(block | sheet, 4.0, STEP)
    assert not (kept & sheet).any()
    assert (kept & block).sum() > 0.8 * block.sum()  # its edges are rounded off
    assert not (kept & ~block).any()


def test_closing_fills_gaps_that_no_ball_enters():
    block = box_mask((20, 40, 30), (2, 2, 2), (18, 38, 28))
    slit = box_mask((20, 40, 30), (2, 18, 2), (18, 21, 28))  # 3 mm
    ditch = box_mask((20, 40, 30), (2, 8, 2), (18, 16, 28))  # 8 mm
    found = closed(block & ~slit & ~ditch, 2.5, STEP)
    middle = np.s_[6:14, :, 8:22]
    assert found[middle][slit[middle]].all()
    assert not found[10, 10:14, 15].any()


def test_holes_are_filled_slice_by_slice():
    ring = box_mask((5, 9, 9), (0, 1, 1), (5, 8, 8)) & ~box_mask((5, 9, 9), (0, 3, 3), (5, 6, 6))
    assert filled(ring, 0).sum() == 5 * 49  # a tube, open at both ends, is full
    assert np.array_equal(filled(ring, 1), ring)  # seen from the side it has no hole


def test_components_by_faces_and_by_corners():
    mask = np.zeros((3, 4, 4), bool)
    mask[0, 0, 0] = mask[0, 1, 1] = mask[2, 3, 3] = True
    assert components(mask)[1].tolist() == [0, 1, 1, 1]
    labels, sizes = components(mask, corners=True)
    assert sorted(sizes.tolist()) == [0, 1, 2]
    assert labels[0, 0, 0] == labels[0, 1, 1] != labels[2, 3, 3]


@given(st.floats(2.0, 6.0))
def test_smoothing_has_the_width_asked_for(fwhm_mm):
    """Closed form of a Gaussian: an edge rises over sigma; its slope in the middle is 1 / (sigma sqrt(2 pi))."""
    edge = np.zeros((3, 3, 200), np.float32)
    edge[..., 100:] = 1.0
    found = smoothed(edge, fwhm_mm, (1.0, 1.0, 0.25))
    slope_per_mm = (found[1, 1, 100] - found[1, 1, 99]) / 0.25
    assert slope_per_mm == pytest.approx(2.3548 / fwhm_mm / np.sqrt(2 * np.pi), rel=0.02)


def test_no_smoothing_changes_nothing():
    values = np.random.default_rng(1).normal(size=(4, 5, 6)).astype(np.float32)
    assert np.array_equal(smoothed(values, 0.0, STEP), values)


def test_smoothing_within_a_mask_sees_nothing_else():
    """A constant within the mask stays that constant, whatever lies beside it."""
    mask = box_mask((10, 20, 10), (2, 5, 2), (8, 15, 8))
    values = np.where(mask, 7.0, -1000.0).astype(np.float32)
    found = smoothed_within(values, mask, 6.0, STEP)
    assert found[mask] == pytest.approx(7.0, rel=1e-5)
    assert not found[~mask].any()


@pytest.mark.parametrize(
    ("voxel", "reaches"), [((0, 2, 2), True), ((4, 2, 2), True), ((2, 2, 4), True), ((2, 2, 2), False)]
)
def test_reaching_the_edge(voxel, reaches):
    mask = np.zeros((5, 5, 5), bool)
    mask[voxel] = True
    assert reaches_edge(mask) == reaches
