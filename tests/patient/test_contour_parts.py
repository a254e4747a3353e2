"""Which contours make one stack of planes."""

import numpy as np

from openiort.core.grid import Grid
from openiort.patient.contour_parts import contour_stacks
from openiort.patient.contour_stack import contour_planes
from tests.patient.drawn import circle, rectangle, roi

GRID = Grid((-40.0, -40.0, -30.0), (1.0, 1.0, 2.0), (31, 81, 81))


def stacks(*lines):
    """For each stack its planes' heights in mm."""
    found = contour_stacks(contour_planes(roi(lines), GRID))
    return [[round(plane.position * 2 - 30, 3) for plane in stack] for stack in found]


def tube(heights, x_mm):
    return [circle(5, z, (x_mm, 0.0)) for z in heights]


def test_same_planes_are_one_stack():
    assert stacks(*tube([0.0, 2.0, 4.0], -10), *tube([2.0, 4.0], 10)) == [[0, 2, 4]]


def test_islands_on_every_second_plane_of_a_stack_stay_islands():
    assert stacks(*tube(range(0, 14, 2), -10), *tube([2.0, 6.0, 10.0], 10)) == [list(range(0, 14, 2))]


def test_parts_that_follow_each_other_are_one_stack():
    assert stacks(*tube([0.0, 2.0, 4.0], -10), *tube([6.0, 8.0], 10)) == [[0, 2, 4, 6, 8]]


def test_planes_between_those_of_another_part_are_another_stack():
    assert stacks(*tube([0.0, 2.0, 4.0], -10), *tube([1.0, 3.0], 10)) == [[0, 2, 4], [1, 3]]
    assert stacks(*tube([0.0, 4.0, 8.0], -10), *tube([2.0], 10)) == [[0, 4, 8], [2]]


def test_three_stacks():
    found = stacks(*tube([0.0, 3.0, 6.0], -20), *tube([1.0, 4.0, 7.0], 0), *tube([2.0, 5.0, 8.0], 20))
    assert sorted(found) == [[0, 3, 6], [1, 4, 7], [2, 5, 8]]


def test_what_lies_upon_each_other_is_one_stack():
    """A hole, and a region that wanders: planes between others belong to it."""
    assert stacks(circle(9, 0.0), circle(3, 0.0), circle(9, 2.0), circle(3, 3.0)) == [[0, 2, 3]]
    assert stacks(*[circle(5, float(z), (4.0 * z, 0.0)) for z in range(5)]) == [[0, 1, 2, 3, 4]]


def test_balls_that_boxes_would_join():
    """Centres 17 mm apart in x and in y, 24 mm in all: the boxes of two circles of 11.5 mm overlap, they do not."""
    first = [circle(11.5, z, (0.0, 0.0)) for z in (0.0, 2.0, 4.0)]
    second = [circle(11.5, z, (17.0, 17.0)) for z in (1.0, 3.0, 5.0)]
    assert stacks(*first, *second) == [[0, 2, 4], [1, 3, 5]]


def test_slanting_tubes_that_pass_over_each_other():
    """15 mm apart in every plane, and where one is the other was 20 mm before."""
    first = [circle(5, float(z), (0.7 * z - 7, 0.0)) for z in range(-20, 21, 2)]
    second = [circle(5, float(z), (0.7 * z + 8, 0.0)) for z in range(-19, 20, 2)]
    assert stacks(*first, *second) == [list(range(-20, 21, 2)), list(range(-19, 20, 2))]


def test_planes_further_apart_than_those_of_another_part():
    assert stacks(*tube([0.5, 8.5, 16.5], -10), *tube(range(18), 10)) == [list(range(18)), [0.5, 8.5, 16.5]]


def test_lines_that_enclose_nothing_have_a_place_too():
    flat = np.array([[-20, 0, 3.0], [-15, 5, 3.0], [-11, 9, 3.0]], float)
    assert stacks(flat, rectangle((0, 9), (0, 9), 3.0)) == [[3]]
    assert stacks(np.zeros((3, 3))) == [[0]]
