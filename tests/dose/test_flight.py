"""A flight through cells and voxels: no length is lost, whichever cells are mixed, and it ends where it must."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from openiort.core.material_table import read_material
from openiort.dose.flight import NONE, fly
from openiort.dose.scene import Scene, line_spectrum, make_scene
from openiort.dose.space import MATERIAL_SHIFT, MIXED, Space, make_space, score_size
from tests.dose.water_box import water_box

HALF_mm = 10  # a cube from -10 to 10 mm in one from -40 to 40 mm
number = st.floats(-1.0, 1.0)


def scene_of(radius_mm: float = 0.0) -> Scene:
    return make_scene(water_box(HALF_mm, 1), water_box(40, 4), line_spectrum(30.0), (read_material("water"),),
                      sphere_radius_mm=radius_mm)


SCENE = scene_of()
PLAIN, FOLDED = make_space(SCENE, 1), make_space(SCENE, 2)
ALL_MIXED = Space(FOLDED.frame, FOLDED.medium.copy())
ALL_MIXED.medium[:1000] = MIXED << MATERIAL_SHIFT
SPACES = {"voxels": PLAIN, "cells": FOLDED, "mixed cells": ALL_MIXED}


def flown(space: Space, position, direction, attenuation_per_mm=0.0, optical_depth=1.0):
    """Path in every cell of the fine and the coarse box along a line, and how the flight ended."""
    score = np.zeros(score_size(SCENE, space))
    attenuation = np.full((2, 2), attenuation_per_mm)
    ended = fly(space.frame, space.medium, attenuation, *position, *direction, 0.0, 0, 0.0, optical_depth, 1.0, 2.0,
                0.0, score)
    paths = score.reshape(-1, 3)
    assert np.array_equal(paths[:, 1], 2.0 * paths[:, 0])
    fine = int(space.frame[2, 11]) // 3
    return paths[:fine, 0], paths[fine:, 0], ended


def chord_mm(half_mm: float, position, direction) -> float:
    """Of a cube around the origin, from the position on: slab by slab."""
    low, high = 0.0, math.inf
    for p, d in zip(position, direction, strict=True):
        if abs(d) < 1e-12:
            if abs(p) > half_mm:
                return 0.0
            continue
        near, far = sorted(((-half_mm - p) / d, (half_mm - p) / d))
        low, high = max(low, near), min(high, far)
    return max(0.0, high - low)


@pytest.mark.parametrize("name", SPACES)
@given(number, number, number, number, number, number)
def test_no_length_is_lost(name, a, b, c, x, y, z):
    """Sums over cells = the chords of both cubes (closed form); no cell has more than its diagonal."""
    direction = np.array([a, b, c])
    if np.linalg.norm(direction) < 1e-3:
        return
    direction /= np.linalg.norm(direction)
    position = np.array([x, y, z]) * 9.0 - 60.0 * direction  # aimed at a point in the inner cube
    fine, coarse, (left, _, material) = flown(SPACES[name], tuple(position), tuple(direction))
    inner, outer = chord_mm(10.0, position, direction), chord_mm(40.0, position, direction)
    assert fine.sum() == pytest.approx(inner, rel=1e-9, abs=1e-9)
    assert coarse.sum() == pytest.approx(outer - inner, rel=1e-9, abs=1e-9)
    assert (left, material) == (1.0, NONE)
    edge = 1.0 if name == "voxels" else 2.0
    assert (fine <= edge * math.sqrt(3) + 1e-9).all()


@pytest.mark.parametrize("name", SPACES)
def test_it_ends_where_the_optical_depth_is_used_up(name):
    # closed form: 0.02/mm takes 0.8 mean free paths in 40 mm: 10 mm before the middle, from 50 mm away
    fine, coarse, (left, distance, material) = flown(SPACES[name], (-50.0, 0.5, 0.5), (1.0, 0.0, 0.0), 0.02, 0.76)
    assert distance == pytest.approx(10.0 + 38.0, abs=1e-4)
    assert (left, material) == (0.0, 0)
    assert fine.sum() == pytest.approx(8.0, abs=1e-4)
    assert coarse.sum() == pytest.approx(30.0, abs=1e-4)


@pytest.mark.parametrize("name", SPACES)
def test_it_uses_up_what_it_passes(name):
    _, _, (left, _, material) = flown(SPACES[name], (-50.0, 0.5, 0.5), (1.0, 0.0, 0.0), 0.02, 3.0)
    assert left == pytest.approx(3.0 - 0.02 * 80.0, rel=1e-6)  # densities are kept to 2^-21 g/cm3
    assert material == NONE


@given(number, number, number)
def test_mixed_cells_are_walked_voxel_by_voxel(a, b, c):
    """Voxels of any density: cells of 2 mm take off the same optical depth as the voxels themselves."""
    direction = np.array([a, b, c])
    if np.linalg.norm(direction) < 1e-3:
        return
    direction /= np.linalg.norm(direction)
    rng = np.random.default_rng(1)
    fine = SCENE.fine._replace(density=rng.uniform(0.3, 2.0, len(SCENE.fine.density)).astype(np.float32))
    scene = make_scene(fine, SCENE.coarse, SCENE.spectrum, (read_material("water"),))
    spaces = [make_space(scene, fold) for fold in (1, 2)]
    assert (spaces[1].medium[:1000] >> MATERIAL_SHIFT == MIXED).all()
    one, two = (flown(space, (0.3, -0.2, 0.1), tuple(direction), 0.02, 9.0)[2][0] for space in spaces)
    assert one == pytest.approx(two, rel=1e-9)


def test_the_sphere_is_crossed_in_one_step():
    """Nothing is scored in it, and its own material counts: 7 mm at the sphere's attenuation, the rest water's."""
    scene = scene_of(radius_mm=7.0)
    space = make_space(scene, 2)
    score = np.zeros(score_size(scene, space))
    attenuation = np.array([[0.02, 0.1], [0.02, 0.1]])  # of water and ball, per mm
    left, _, material = fly(space.frame, space.medium, attenuation, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0, 0.0, 9.0,
                            1.0, 1.0, 1.0, score)
    assert left == pytest.approx(9.0 - 0.1 * 7.0 - 0.02 * 33.0)
    assert score.sum() == pytest.approx(3.0 * 33.0)
    assert material == NONE
    _, distance, material = fly(space.frame, space.medium, attenuation, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0, 0.0, 0.5,
                                1.0, 1.0, 1.0, score)
    assert (distance, material) == (pytest.approx(5.0), scene.sphere.material)
