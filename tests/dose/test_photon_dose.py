"""Primary plus scatter: as certain as asked for, and as certain as it says."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from openiort.core.material_table import read_material
from openiort.dose.box_dose import BoxDose, with_means_of
from openiort.dose.cell_scatter import BATCHES
from openiort.dose.photon_dose import PhotonDose, photon_dose
from openiort.dose.processors import CPU
from openiort.dose.scene import line_spectrum, make_scene
from openiort.dose.voxel_scatter import BATCHES_PER_ROUND, HISTORIES_PER_BATCH
from tests.dose.smooth_dose import smooth_dose
from tests.dose.water_box import water_box

RADIUS_mm = 10.0


@cache
def dose_of(seed: int, uncertainty_percent: float = 5.0, max_rounds: int = 3,
            mode: str = "reference", keep_groups: bool = False) -> PhotonDose:
    scene = make_scene(water_box(24, 1), water_box(48, 4), line_spectrum(30.0), (read_material("water"),),
                       sphere_radius_mm=RADIUS_mm, sphere_material=read_material("polyetherimide"))
    return photon_dose(scene, uncertainty_percent=uncertainty_percent, seed=seed, mode=mode,
                       max_rounds=max_rounds, keep_groups=keep_groups)


def depth_mm(dose: BoxDose) -> np.ndarray:
    return np.linalg.norm(dose.part.centre_mm, axis=1) - RADIUS_mm


def test_runs_until_the_uncertainty_is_reached():
    dose = dose_of(1, 4.2, 50)
    assert dose.shell_uncertainty_percent <= 4.2
    assert dose.batches % BATCHES_PER_ROUND == 0
    assert dose.histories == dose.batches * HISTORIES_PER_BATCH[CPU]
    fewer = dose_of(1, 4.2, dose.batches // BATCHES_PER_ROUND - 1)
    assert fewer.shell_uncertainty_percent > 4.2  # one round less was not enough


def test_stops_at_the_last_round_allowed():
    assert dose_of(1, 0.05, 3).batches == 3 * BATCHES_PER_ROUND


def test_it_tells_how_far_it_is():
    told: list[tuple[str, float | None, str]] = []
    scene = dose_of(1).scene
    photon_dose(scene, uncertainty_percent=0.05, seed=1, mode="reference", max_rounds=2,
                progress=lambda step, fraction=None, detail="": told.append((step, fraction, detail)))
    shares = [fraction for step, fraction, _ in told if step == "scatter"]
    assert len(shares) == 2 and 0 < shares[0] < shares[1] < 1
    assert "of 0.05 % uncertainty" in told[-1][2] and "s left" in told[-1][2]


@pytest.mark.parametrize(("low_mm", "high_mm"), [(0.5, 5.0), (5.0, 10.0), (10.0, 14.0)])
@pytest.mark.parametrize("name", ["medium", "water"])
def test_sigma_is_the_spread_between_two_seeds(low_mm, high_mm, name):
    """Mean square of the difference = sum of both variances, over thousands of voxels: within 5 %."""
    one, two = dose_of(1, 0.05).fine, dose_of(2, 0.05).fine
    shell = (depth_mm(one) >= low_mm) & (depth_mm(one) < high_mm) & (one.part.share == 1.0)
    assert shell.sum() > 5000
    difference = getattr(one, f"{name}_Gy")[shell] - getattr(two, f"{name}_Gy")[shell]
    expected = getattr(one, f"{name}_sigma_Gy")[shell] ** 2 + getattr(two, f"{name}_sigma_Gy")[shell] ** 2
    assert np.sqrt((difference**2).mean() / expected.mean()) == pytest.approx(1.0, abs=0.05)


def test_shell_uncertainty_is_the_mean_of_its_voxels():
    dose = dose_of(1, 0.05)
    shell = (dose.fine.part.share > 0.5) & (depth_mm(dose.fine) <= 10.0)
    relative = dose.fine.medium_sigma_Gy[shell] / dose.fine.medium_Gy[shell]
    assert dose.shell_uncertainty_percent == pytest.approx(100.0 * relative.mean(), rel=1e-9)


def test_uncertainty_of_the_mean_dose_by_depth():
    """Layer means of two seeds differ by what is said of them: mean square pull near 1, none beyond 4."""
    one, two = dose_of(1, 0.05), dose_of(2, 0.05)
    layer = depth_mm(one.fine).astype(int)
    pulls = []
    for depth in range(10):
        voxels = (layer == depth) & (one.fine.part.share > 0) & (depth_mm(one.fine) >= 0)
        means = [np.average(d.fine.water_Gy[voxels], weights=d.fine.part.share[voxels]) for d in (one, two)]
        percents = [d.depth_uncertainty_percent[depth] for d in (one, two)]
        pulls.append(100.0 * (means[0] / means[1] - 1.0) / np.hypot(*percents))
        assert 0.01 < percents[0] < 1.0  # far below that of a voxel: many share the noise
    assert np.abs(pulls).max() < 4.0
    assert np.sqrt(np.mean(np.square(pulls))) < 2.0


def test_same_seed_same_bits():
    first = dose_of(1, 0.05)
    again = photon_dose(first.scene, uncertainty_percent=0.05, seed=1, mode="reference", max_rounds=3)
    assert np.array_equal(first.fine.medium_Gy, again.fine.medium_Gy)
    assert np.array_equal(first.coarse.water_Gy, again.coarse.water_Gy)


def test_coarse_voxels_hold_the_means_of_the_fine_ones():
    """Of each 4 x 4 x 4 fine voxels by volume of tissue; beyond the fine box the coarse box's own."""
    dose = dose_of(1, 0.05)
    share = dose.fine.part.share.reshape(12, 4, 12, 4, 12, 4)
    fine = dose.fine.medium_Gy.reshape(share.shape)
    total = share.sum(axis=(1, 3, 5))
    mean = np.divide((share * fine).sum(axis=(1, 3, 5)), total, out=np.zeros_like(total), where=total > 0)
    coarse = dose.coarse.medium_Gy.reshape(24, 24, 24)
    assert coarse[6:18, 6:18, 6:18] == pytest.approx(mean)
    assert (coarse[0] > 0).all()


def test_means_of_a_smooth_dose_are_those_of_the_coarse_voxels():
    """Without noise, far from the sphere: 64 points of a voxel or its centre, within 2 % (curvature of 1/r^2)."""
    dose = smooth_dose(half_mm=28, coarse_half_mm=56)
    filled = with_means_of(dose.fine, dose.coarse)
    r = np.linalg.norm(dose.coarse.part.centre_mm, axis=1)
    inner = (np.abs(dose.coarse.part.centre_mm).max(axis=1) < 28) & (r > 24.0)
    assert filled.water_Gy[inner] == pytest.approx(dose.coarse.water_Gy[inner], rel=0.02)
    assert not np.array_equal(filled.water_Gy[inner], dose.coarse.water_Gy[inner])
    outer = np.abs(dose.coarse.part.centre_mm).max(axis=1) > 28
    for name in ("primary", "scatter", "medium_Gy", "water_Gy"):
        assert np.array_equal(getattr(filled, name)[outer], getattr(dose.coarse, name)[outer])


def test_boxes_of_the_same_voxels_are_left_alone():
    fine = smooth_dose(half_mm=20, coarse_half_mm=40).fine
    assert with_means_of(fine, fine) is fine


def test_inside_the_sphere_there_is_no_dose():
    fine = dose_of(1, 0.05).fine
    inside = fine.part.share == 0
    assert inside.sum() > 3000  # 4/3 pi 10^3 less the voxels on the surface
    for name in ("medium_Gy", "water_Gy", "medium_sigma_Gy"):
        assert not getattr(fine, name)[inside].any()


def test_air_counts_in_no_mean():
    """Half of the surroundings air: the uncertainty is that of the water alone, and no number is lost."""
    scene = dose_of(1).scene
    density = scene.fine.density.copy().reshape(48, 48, 48)
    density[:, :, :16] = 0.00121
    thin = replace(scene, fine=scene.fine._replace(density=density.ravel()))
    dose = photon_dose(thin, uncertainty_percent=5.0, seed=1, mode="reference", max_rounds=2)
    assert np.isfinite(dose.shell_uncertainty_percent) and np.isfinite(dose.depth_uncertainty_percent).all()
    assert dose.shell_uncertainty_percent < 2 * dose_of(1, 0.05).shell_uncertainty_percent


@pytest.mark.parametrize("mode", ("reference", "accurate"))
def test_groups_of_histories_have_the_scatter_as_their_mean(mode):
    dose = dose_of(1, mode=mode, keep_groups=True)
    for box in (dose.fine, dose.coarse):
        scored = box.groups_Gy.mean(axis=0) > 0
        # in the coarse box, where the fine one lies there are means
        outside = scored if box is dose.fine else scored & (np.abs(box.part.centre_mm).max(axis=1) > 24)
        np.testing.assert_allclose(box.groups_Gy.mean(axis=0)[outside], box.scatter[outside, 0], rtol=1e-4)
    assert len(dose.fine.groups_Gy) == {"reference": BATCHES_PER_ROUND, "accurate": BATCHES}[mode]
    assert dose_of(1, mode=mode).fine.groups_Gy is None
