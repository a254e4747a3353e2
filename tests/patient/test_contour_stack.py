"""Slabs against what they must cover."""

from itertools import pairwise

import numpy as np
import pytest

from openiort.core.errors import InputError
from openiort.core.grid import Grid
from openiort.patient.contour_stack import contour_planes, contour_slabs, usual_spacing
from tests.patient.drawn import circle, rectangle, roi

GRID = Grid((0.0, 0.0, 0.0), (1.0, 1.0, 3.0), (20, 40, 40))


def stretches(positions):
    return [(round(s.low, 6), round(s.high, 6), s.before, s.after) for s in contour_slabs(positions)]


def test_a_plane_reaches_half_way_to_its_neighbours_and_half_a_spacing_beyond_the_ends():
    assert stretches([2.0, 3.0, 4.5]) == [(1.5, 2.5, 0, 0), (2.5, 3.75, 1, 1), (3.75, 5.0, 2, 2)]


def test_one_plane_is_as_thick_as_a_slice():
    assert stretches([7.0]) == [(6.5, 7.5, 0, 0)]


def test_two_planes():
    assert stretches([7.0, 8.0]) == [(6.5, 7.5, 0, 0), (7.5, 8.5, 1, 1)]
    assert stretches([7.0, 7.25]) == [(6.875, 7.125, 0, 0), (7.125, 7.375, 1, 1)]  # finer than the slices
    # two slices apart: the one between is missing
    assert stretches([7.0, 9.0]) == [(6.5, 7.5, 0, 0), (7.5, 8.5, 0, 1), (8.5, 9.5, 1, 1)]


def test_missing_planes_are_evenly_interpolated():
    slabs = contour_slabs([0.0, 1.0, 4.0, 5.0])
    assert [(s.before, s.after, round(s.weight, 6)) for s in slabs if s.is_interpolated] == [
        (1, 2, 0.333333),
        (1, 2, 0.666667),
    ]
    assert all(a.high == pytest.approx(b.low) for a, b in pairwise(slabs))


def test_far_parts_are_not_joined():
    assert stretches([0.0, 1.0, 2.0, 12.0, 13.0])[2:4] == [(1.5, 2.5, 2, 2), (11.5, 12.5, 3, 3)]


@pytest.mark.parametrize(
    ("positions", "spacing"),
    [([1.0], 1.0), ([1.0, 3.0, 5.0], 2.0), ([0.0, 1.0, 4.0], 1.0), ([0.0, 1.0, 2.0, 6.0], 1.0), ([0.0, 9.0], 1.0)],
)
def test_usual_spacing(positions, spacing):
    assert usual_spacing(positions) == spacing


def test_lines_at_one_height_are_one_plane_and_order_does_not_count():
    lines = [circle(5, 9.0), circle(5, 3.0), circle(2, 9.04), circle(5, 6.0)]
    planes = contour_planes(roi(lines), GRID)
    assert [len(plane.lines) for plane in planes] == [1, 1, 2]
    assert [plane.position for plane in planes] == pytest.approx([1, 2, 3.007], abs=0.001)


def test_contour_that_is_not_parallel_is_an_error():
    tilted = rectangle((0, 10), (0, 10), 6.0)
    tilted[:2, 2] += 1.0
    with pytest.raises(InputError, match="not parallel") as caught:
        contour_planes(roi([tilted], "Heart"), GRID)
    assert "rises by 1.0 mm" in caught.value.what
    assert "Heart" in caught.value.where
    assert caught.value.allowed
    assert caught.value.fix


def test_contours_of_another_orientation_are_an_error():
    sagittal = circle(5, 0.0)[:, [2, 0, 1]] + 10
    with pytest.raises(InputError, match="not parallel") as caught:
        contour_planes(roi([sagittal]), GRID)
    # they may well have been drawn on slices of this CT, which was turned on reading
    assert "even where its slices are sagittal" in caught.value.allowed
    assert "axial planes" in caught.value.fix


def test_rounding_of_coordinates_is_no_tilt():
    wobbly = circle(5, 6.0)
    wobbly[:, 2] += np.where(np.arange(len(wobbly)) % 2, 0.05, -0.05)
    assert len(contour_planes(roi([wobbly]), GRID)) == 1
