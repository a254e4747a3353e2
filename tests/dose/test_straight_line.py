"""A line through boxes and spheres: chord lengths in closed form."""

from __future__ import annotations

import math

import numpy as np
import pytest

from openiort.dose.straight_line import FAR_mm, first_voxel, leg, through_box, through_sphere
from tests.dose.water_box import water_box

BOX = water_box(10, 1)  # a cube from -10 to 10 mm


def chord_mm(begin_end: tuple[float, float]) -> float:
    return max(0.0, begin_end[1] - begin_end[0])


def unit(*vector: float) -> tuple[float, ...]:
    return tuple(np.array(vector) / np.linalg.norm(vector))


@pytest.mark.parametrize(
    ("position", "direction", "length_mm"),
    [
        ((-50.0, 3.0, 4.0), (1.0, 0.0, 0.0), 20.0),  # straight through
        ((3.0, 50.0, 4.0), (0.0, -1.0, 0.0), 20.0),
        ((0.0, 0.0, 0.0), (0.0, 0.0, 1.0), 10.0),  # from within
        ((-10.0, -10.0, -10.0), unit(1, 1, 1), 20.0 * math.sqrt(3)),  # the cube's diagonal
        ((-30.0, -20.0, 0.0), unit(1, 1, 0), 10.0 * math.sqrt(2)),  # x - y = -10 in the square: 10 sqrt 2
        ((-50.0, 10.5, 0.0), (1.0, 0.0, 0.0), 0.0),  # beside it
        ((50.0, 0.0, 0.0), (1.0, 0.0, 0.0), 0.0),  # behind the start
        ((0.0, 0.0, 11.0), unit(1, 1, 0), 0.0),  # parallel to a face, outside
    ],
)
def test_chords_of_a_cube(position, direction, length_mm):
    assert chord_mm(through_box(BOX, *position, *direction)) == pytest.approx(length_mm, abs=1e-9)


@pytest.mark.parametrize("offset_mm", [0.0, 3.0, 6.99, 7.0, 7.01, 20.0])
def test_chords_of_a_sphere(offset_mm):  # closed form: 2 sqrt(R^2 - d^2), R = 7 mm
    expected = 2.0 * math.sqrt(max(0.0, 49.0 - offset_mm**2))
    assert chord_mm(through_sphere(7.0, -100.0, offset_mm, 0.0, 1.0, 0.0, 0.0)) == pytest.approx(expected, abs=1e-9)
    assert chord_mm(through_sphere(7.0, 100.0, offset_mm, 0.0, 1.0, 0.0, 0.0)) == 0.0  # behind the start


def test_sphere_from_within_and_none():
    assert through_sphere(7.0, 2.0, 0.0, 0.0, 1.0, 0.0, 0.0) == pytest.approx((0.0, 5.0))
    assert chord_mm(through_sphere(0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0)) == 0.0  # radius 0: a bare source


def test_legs_follow_one_another_and_are_cut():
    """Coarse -30..30, fine -10..10, sphere -7..7 along x from -40: legs in this order, together the whole line."""
    pairs = (10.0, 70.0), (30.0, 50.0), (33.0, 47.0)
    legs = [leg(number, *pairs, FAR_mm) for number in range(5)]
    assert legs == [(0, 10.0, 30.0), (1, 30.0, 33.0), (2, 33.0, 47.0), (1, 47.0, 50.0), (0, 50.0, 70.0)]
    cut = [leg(number, *pairs, 40.0) for number in range(5)]
    assert sum(max(0.0, end - begin) for _, begin, end in cut) == pytest.approx(30.0)  # 10 to 40
    misses = (10.0, 70.0), (1.0, 0.0), (1.0, 0.0)
    assert sum(max(0.0, e - b) for _, b, e in (leg(k, *misses, FAR_mm) for k in range(5))) == pytest.approx(60.0)


def test_first_voxel_and_its_faces():
    # voxels of 1 mm from -10; at 2.3 mm towards +x: voxel 12, far face at 3 mm, 0.7 mm on; 1 mm a voxel at 90 degrees
    assert first_voxel(-10.0, 1.0, 20, 2.3, 1.0, 0.0) == pytest.approx((12, 0.7, 1.0, 1))
    assert first_voxel(-10.0, 1.0, 20, 2.3, -0.5, 0.0) == pytest.approx((12, 0.6, 2.0, -1))
    assert first_voxel(-10.0, 1.0, 20, 2.3, 0.0, 0.0) == (12, FAR_mm, FAR_mm, 0)
    assert first_voxel(-10.0, 1.0, 20, 10.0, -1.0, 0.0)[0] == 19  # on the outer face, inwards
