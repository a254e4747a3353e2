"""Doses at points: exact where the scatter is smooth, and nowhere where nothing is known."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from openiort.core.material_table import read_material
from openiort.dose.photon_dose import PhotonDose
from openiort.dose.point_dose import PointDose, radial_model
from openiort.dose.primary import primary_responses
from tests.dose.smooth_dose import FALL, RADIUS_mm, smooth_dose, smooth_scatter

DOSE = cache(smooth_dose)


def random_points(low_mm: float, high_mm: float, count: int = 500) -> np.ndarray:
    rng = np.random.default_rng(8)
    points = rng.normal(size=(count, 3))
    return points * rng.uniform(low_mm, high_mm, (count, 1)) / np.linalg.norm(points, axis=1, keepdims=True)


def with_scatter(dose: PhotonDose, scatter: np.ndarray) -> PhotonDose:
    return replace(dose, fine=replace(dose.fine, scatter=scatter))


def test_radial_model_is_found_again():  # closed form: the scatter is of the model's form
    assert radial_model(DOSE().fine) == pytest.approx(FALL, abs=1e-6)


@pytest.mark.parametrize("smoothing_mm", [0.0, 1.0])
def test_smooth_scatter_comes_back_at_any_point(smoothing_mm):
    """Closed form: primary by ray tracing + exp(a + b ln r + c r), from the surface on, between voxels too."""
    points = random_points(RADIUS_mm + 1e-3, 29.0)
    found = PointDose(DOSE(), smoothing_mm=smoothing_mm).responses(points)
    assert found == pytest.approx(primary_responses(DOSE().scene, points) + smooth_scatter(points), rel=1e-6)


def test_at_voxel_centres_it_is_primary_plus_scatter():
    """Without smoothing, whatever the scatter: 10 % up and down from voxel to voxel."""
    fine = DOSE().fine
    rough = with_scatter(DOSE(), fine.scatter * np.random.default_rng(2).uniform(0.9, 1.1, (len(fine.scatter), 1)))
    r = np.linalg.norm(fine.part.centre_mm, axis=1)
    whole = np.flatnonzero((fine.part.share == 1.0) & (r > RADIUS_mm + 2.0) & (r < 28.0))[::37]
    found = PointDose(rough, smoothing_mm=0.0).responses(fine.part.centre_mm[whole])
    assert found == pytest.approx(fine.primary[whole] + rough.fine.scatter[whole], rel=1e-9)


def test_smoothing_takes_the_noise_down_and_keeps_the_mean():
    """White noise of 10 %: a Gaussian of 1 voxel leaves 1/sqrt(8 pi^1.5) = 0.150 of it (closed form)."""
    fine = DOSE().fine
    noisy = with_scatter(DOSE(), fine.scatter * np.random.default_rng(3).normal(1.0, 0.1, (len(fine.scatter), 1)))
    r = np.linalg.norm(fine.part.centre_mm, axis=1)
    centres = fine.part.centre_mm[(r > RADIUS_mm + 5.0) & (r < 26.0)][::11]
    scatter = PointDose(noisy).responses(centres) - primary_responses(DOSE().scene, centres)
    ratio = (scatter / smooth_scatter(centres))[:, 0]
    assert ratio.std() == pytest.approx(0.1 / np.sqrt(8 * np.pi**1.5), rel=0.1)
    assert ratio.mean() == pytest.approx(1.0, abs=0.002)


def test_a_steep_first_millimetre_is_not_smeared():
    """Scatter 8 % higher at the surface, gone within 1 mm, as it is: within 0.8 % at any depth."""
    def steep(points: np.ndarray) -> np.ndarray:
        depth = np.linalg.norm(points, axis=1) - RADIUS_mm
        return smooth_scatter(points) * (1.0 + 0.08 * np.exp(-np.maximum(depth, 0.0) / 0.4))[:, None]

    fine = DOSE().fine
    scatter = np.where(fine.part.share[:, None] > 0, steep(fine.part.centre_mm), 0.0)
    doses = PointDose(with_scatter(DOSE(), scatter))
    for depth in (1e-3, 0.5, 1.0, 3.0):
        points = random_points(RADIUS_mm + depth, RADIUS_mm + depth, 200)
        found = doses.responses(points) - primary_responses(DOSE().scene, points)
        assert found.mean(axis=0) == pytest.approx(steep(points).mean(axis=0), rel=0.008)


def test_doses_to_media_are_mixes_of_the_responses():
    dose = smooth_dose((read_material("cortical_bone"), read_material("adipose")))
    points = random_points(RADIUS_mm + 1.0, 25.0, 50)
    responses = PointDose(dose).responses(points)
    # closed form: water, adipose and bone are the responses themselves, in this order; materials are water, bone, fat
    for material, response in ((0, 0), (1, 2), (2, 1)):
        medium, water = PointDose(dose).doses_Gy(points, np.full(50, material))
        assert medium == pytest.approx(responses[:, response], rel=1e-6)
        assert water == pytest.approx(responses[:, 0])


@pytest.mark.parametrize("point", [(30.1, 0.0, 0.0), (0.0, -31.0, 0.0), (0.0, 0.0, 1e6)])
def test_outside_the_box_is_an_error(point):
    with pytest.raises(ValueError, match="outside the fine box"):
        PointDose(DOSE()).responses(np.array([[20.0, 0.0, 0.0], point]))


def test_up_to_the_box_edge_it_is_known():
    points = np.array([[29.99, 0.3, 0.2], [0.1, -29.99, 29.99]])
    found = PointDose(DOSE()).responses(points)
    assert found == pytest.approx(primary_responses(DOSE().scene, points) + smooth_scatter(points), rel=0.01)
