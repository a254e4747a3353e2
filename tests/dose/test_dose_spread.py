"""The spread of groups of histories, voxel by voxel, as doses at points are made of voxels."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from pytest import approx

from openiort.dose.dose_spread import dose_spread
from openiort.dose.photon_dose import PhotonDose
from tests.dose.smooth_dose import RADIUS_mm, smooth_dose

GROUPS = 4
# a Gaussian of 1 mm in voxels of 1 mm leaves 1 / (4 pi)^(3/2) of the variance of independent noise
LEFT_OF_NOISE = (4.0 * np.pi) ** -0.75


def with_groups(factor: np.ndarray) -> PhotonDose:
    """`factor` (groups, voxels of the fine box) times the scatter; the coarse box by the first column."""
    dose = smooth_dose()
    fine, coarse = (box.scatter[:, 0] for box in (dose.fine, dose.coarse))
    return replace(dose, fine=replace(dose.fine, groups_Gy=(factor * fine).astype(np.float32)),
                   coarse=replace(dose.coarse, groups_Gy=(factor[:, :1] * coarse).astype(np.float32)))


def deep_voxels(dose: PhotonDose) -> tuple[np.ndarray, np.ndarray]:
    """Voxels away from the sphere and the edge, and their distance from the source."""
    radius_mm = np.linalg.norm(dose.fine.part.centre_mm, axis=1)
    voxel = np.flatnonzero((radius_mm > RADIUS_mm + 4) & (np.abs(dose.fine.part.centre_mm).max(axis=1) < 25))
    return voxel, radius_mm[voxel]


def test_what_depends_on_depth_alone_is_kept() -> None:
    steps = np.array([0.02, -0.02, 0.01, -0.01])
    dose = with_groups(1.0 + steps[:, None] * np.ones(smooth_dose().fine.water_Gy.size))
    spread = dose_spread(dose)
    assert spread is not None and spread.groups == GROUPS
    voxel, radius_mm = deep_voxels(dose)
    scattered = dose.fine.scatter[voxel, 0] / dose.fine.water_Gy[voxel]
    np.testing.assert_allclose(spread.near(voxel, radius_mm), steps[:, None] * scattered, atol=2e-4)
    inside = dose.coarse.part.share > 0
    expected = steps[0] * dose.coarse.scatter[inside, 0] / dose.coarse.water_Gy[inside]
    np.testing.assert_allclose(spread.coarse[0, inside], expected, rtol=1e-3, atol=1e-6)


def test_independent_noise_is_averaged() -> None:
    noise = np.random.default_rng(2).normal(0.0, 0.1, (GROUPS, smooth_dose().fine.water_Gy.size))
    dose = with_groups(1.0 + noise)
    spread = dose_spread(dose)
    assert spread is not None
    voxel, radius_mm = deep_voxels(dose)
    found = spread.near(voxel, radius_mm)
    raw = (noise - noise.mean(axis=0))[:, voxel] * dose.fine.scatter[voxel, 0] / dose.fine.water_Gy[voxel]
    assert found.std() / raw.std() == approx(LEFT_OF_NOISE, rel=0.1)


def test_a_dose_that_kept_no_groups_has_none() -> None:
    assert dose_spread(smooth_dose()) is None
