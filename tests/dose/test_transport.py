"""Transport: reproducible whatever the threads, the hybrid equals the plain engine, energy is not made."""

from __future__ import annotations

import numba
import numpy as np
import pytest

from openiort.core.material_table import read_material
from openiort.dose.cut_voxels import voxel_centres_mm
from openiort.dose.primary import primary_responses
from openiort.dose.scene import line_spectrum, make_scene
from openiort.dose.transport import run_batches
from tests.dose.water_box import water_box

BATCHES, HISTORIES = 8, 4000


def scores(first_scored: int, radius_mm: float = 10.0, seed: int = 1) -> np.ndarray:
    """(batches, voxels, 3) of the fine box per history; 30 keV, sphere in water."""
    scene = make_scene(water_box(25, 1), water_box(40, 5), line_spectrum(30.0), (read_material("water"),),
                       sphere_radius_mm=radius_mm, sphere_material=read_material("polyetherimide"))
    fine = np.zeros((BATCHES, scene.fine.material.size, 3), np.float32)
    coarse = np.zeros((BATCHES, scene.coarse.material.size, 3), np.float32)
    run_batches(scene.fine, scene.coarse, scene.sphere, scene.spectrum, scene.tables, scene.responses, first_scored,
                seed, 0, HISTORIES, fine, coarse)
    return fine / HISTORIES


@pytest.mark.skipif(numba.config.NUMBA_NUM_THREADS < 2, reason="needs two cores to compare")
def test_same_bits_on_one_thread_and_on_two():
    before = numba.get_num_threads()
    try:
        numba.set_num_threads(1)
        one = scores(1)
        numba.set_num_threads(2)
        two = scores(1)
    finally:
        numba.set_num_threads(before)
    assert one.any()
    assert np.array_equal(one, two)


def test_seed_matters():
    assert not np.array_equal(scores(1, seed=1), scores(1, seed=2))


def test_primary_plus_scatter_is_the_plain_track_length_engine():
    """Same physics, two ways; means over shells agree within 4 standard errors of the difference."""
    scene = make_scene(water_box(25, 1), water_box(40, 5), line_spectrum(30.0), (read_material("water"),),
                       sphere_radius_mm=10.0, sphere_material=read_material("polyetherimide"))
    radius = np.linalg.norm(voxel_centres_mm(scene.fine), axis=1)
    primary = primary_responses(scene, voxel_centres_mm(scene.fine))[:, 0]
    plain, scattered = scores(0, seed=3)[..., 0], scores(1, seed=4)[..., 0]
    for low in (12.0, 15.0, 20.0):
        shell = (radius >= low) & (radius < low + 2.0)
        full = plain[:, shell].mean(axis=1)
        hybrid = primary[shell].mean() + scattered[:, shell].mean(axis=1)
        error = np.sqrt(full.var(ddof=1) / BATCHES + hybrid.var(ddof=1) / BATCHES)
        assert full.mean() == pytest.approx(hybrid.mean(), abs=4 * error + 2e-3 * hybrid.mean())
        assert error < 0.02 * hybrid.mean()  # so that the test can fail


def test_nothing_is_scored_inside_the_sphere():
    scene_box = water_box(25, 1)
    inside = np.linalg.norm(voxel_centres_mm(scene_box), axis=1) < 10.0 - np.sqrt(3) / 2
    assert inside.any()
    assert not scores(0)[:, inside].any()
