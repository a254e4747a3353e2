"""Uncertainty from symmetry: what is known of noise that is put in is found again; a shared error is not seen."""

from __future__ import annotations

import numpy as np
import pytest

from openiort.dose.benchmark_case import CASES, aimed_voxels
from openiort.dose.symmetry_spread import alike_percent, spread_percent

COUNT = 64


def away() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(voxels, 3) along z, y, x from the middle of the cube."""
    middle = np.arange(COUNT) - (COUNT - 1) / 2.0
    return np.meshgrid(middle, middle, middle, indexing="ij")


def cube(noise_percent: float) -> np.ndarray:
    """(voxels,) 1/r^2 around the middle, halved in the other material, with independent Gaussian noise."""
    dose = np.where(material() == 1, 0.5, 1.0).reshape((COUNT,) * 3) / sum(along**2 for along in away())
    noise = np.random.default_rng(1).normal(0.0, noise_percent / 100.0, dose.shape)
    return (dose * (1.0 + noise)).ravel()


def material() -> np.ndarray:
    """(voxels,) another one to one side of x, as bone is in the benchmark."""
    return (away()[2] > 10.0).astype(np.uint8).ravel()


def voxels() -> np.ndarray:
    return np.flatnonzero(sum(along**2 for along in away()) > 20.0**2)


def test_finds_the_noise_that_was_put_in():
    """Closed form: 28,000 classes of eight know a standard deviation to 0.2 %; roots of the shells' means add less."""
    for percent in (0.5, 30.0):
        assert spread_percent(cube(percent), material(), COUNT, voxels()) == pytest.approx(percent, rel=0.01)


def test_what_differs_in_truth_is_no_noise():
    """1/r^2 without noise: the eight have the same distance, so nothing is left but rounding."""
    assert spread_percent(cube(0.0), material(), COUNT, voxels()) < 1e-10


def test_an_error_that_all_share_is_not_seen():
    dose = cube(1.0)
    once = spread_percent(dose, material(), COUNT, voxels())
    assert spread_percent(3.0 * dose, material(), COUNT, voxels()) == pytest.approx(once, rel=1e-12)


def test_x_is_not_mirrored():
    """Bone lies at one side of x only: a dose that differs between -x and +x has no spread."""
    assert spread_percent(np.exp(0.1 * away()[2]).ravel(), material(), COUNT, voxels()) < 1e-10


def test_alike_voxels_share_their_variance():
    """By hand: two voxels at 1 mm with variances 1 and 3 and doses 10 and 30: sqrt(2)/20; another material apart."""
    found = alike_percent(np.array([1.2, 1.7, 1.5]), np.array([0, 0, 1]), np.array([1.0, 3.0, 4.0]),
                          np.array([10.0, 30.0, 100.0]))
    assert found == pytest.approx(100.0 * (2 * np.sqrt(2.0) / 20.0 + 2.0 / 100.0) / 3)


@pytest.mark.parametrize("name", sorted(CASES))
def test_the_cases_have_that_symmetry(name: str):
    scene = CASES[name].scene(COUNT)
    cube_of = scene.fine.material.reshape((COUNT,) * 3)
    assert (cube_of == cube_of[::-1]).all() and (cube_of == cube_of[:, ::-1]).all()
    assert (cube_of == cube_of.transpose(1, 0, 2)).all()
    aimed = np.zeros(COUNT**3, bool)
    aimed[aimed_voxels(scene)] = True
    aimed = aimed.reshape((COUNT,) * 3)
    assert (aimed == aimed.transpose(1, 0, 2)).all() and (aimed == aimed[::-1]).all()
