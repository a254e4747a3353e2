"""Shapes as distances: exact at their surface, in closed form; and random fields."""

from __future__ import annotations

import numpy as np
import pytest

from openiort.patient.virtual_shapes import covered, cut, ellipsoid, ramp, random_waves, slab, tube, united


def points(*columns):
    return tuple(np.asarray(column, np.float32) for column in columns)


def test_ball_is_an_ellipsoid_of_equal_axes():  # distance to a ball: |p - c| - R
    x = np.linspace(-30, 30, 60)  # not its very middle, which has no direction
    found = ellipsoid(points(x, 0 * x, 0 * x), (1.0, 0.0, 0.0), (10.0, 10.0, 10.0))
    assert found == pytest.approx(np.abs(x - 1.0) - 10.0, abs=0.02)


def test_surface_of_an_ellipsoid_is_at_its_half_axes():
    axes = np.array([[0.0, 1.0, 0.0], [0.0, 0.0, 1.0], [1.0, 0.0, 0.0]])  # first half axis along y
    place = points([0, 0, 3], [5, 0, 0], [0, 4, 0])
    assert ellipsoid(place, (0.0, 0.0, 0.0), (5.0, 4.0, 3.0), axes) == pytest.approx([0.0, 0.0, 0.0], abs=1e-4)


def test_tube_and_bar():
    u, v = points([3.0, 0.0, 6.0], [0.0, 2.0, 0.0])
    assert tube(u, v, 3.0, 2.0)[:2] == pytest.approx([0.0, 0.0], abs=1e-4)
    # a bar of 6 x 4: 3 mm beside it, and at a rounded corner (radius 1): sqrt 2 - 1 beyond the corner's centre ring
    u, v = points([6.0, 3.0, 0.0], [0.0, 2.0, 0.0])
    assert slab(u, v, 3.0, 2.0, 1.0) == pytest.approx([3.0, np.sqrt(2) - 1, -2.0])


def test_union_and_intersection_are_exact_away_from_their_seam():
    first, second = points([-5.0, 4.0], [9.0, -7.0])
    assert united(first, second, 2.0) == pytest.approx([-5.0, -7.0])
    assert cut(first, second, 2.0) == pytest.approx([9.0, 4.0])
    same = points([1.0])[0]
    assert united(same, same, 2.0) == pytest.approx([1.0 - 2.0 / 4])  # a fillet of a quarter of the blend


def test_edges_fade_over_their_width():
    assert covered(points([-2.0, -0.5, 0.0, 0.5, 2.0])[0], 2.0) == pytest.approx([1.0, 0.75, 0.5, 0.25, 0.0])


def test_smooth_step():  # 3 t^2 - 2 t^3
    value = points([0.0, 1.0, 2.0, 3.0, 4.0])[0]
    assert ramp(value, 1.0, 3.0) == pytest.approx([0.0, 0.0, 0.5, 1.0, 1.0])
    assert ramp(value, 3.0, 1.0) == pytest.approx([1.0, 1.0, 0.5, 0.0, 0.0])


def test_random_fields_depend_on_place_and_seed_alone():
    rng = np.random.default_rng(1)
    place = tuple(rng.uniform(-500, 500, 20_000).astype(np.float32) for _ in range(3))
    field = random_waves(place, 20.0, (1, 2))
    assert field.mean() == pytest.approx(0.0, abs=0.05)
    assert field.var() == pytest.approx(1.0, abs=0.05)
    part = tuple(p[100:200] for p in place)
    assert random_waves(part, 20.0, (1, 2)) == pytest.approx(field[100:200], abs=1e-5)
    assert abs(np.corrcoef(field, random_waves(place, 20.0, (1, 3)))[0, 1]) < 0.05
