"""Modes `accurate` and `fast`: unbiased against the reference, as certain as they say, the same bits on any threads."""

from __future__ import annotations

from functools import cache

import numba
import numpy as np
import pytest

from openiort.core.errors import InputError
from openiort.core.material_table import read_material
from openiort.dose.benchmark_case import benchmark_scene
from openiort.dose.box_dose import BoxDose
from openiort.dose.photon_dose import PhotonDose, photon_dose
from openiort.dose.scene import line_spectrum, make_scene
from openiort.dose.threads import thread_count
from tests.dose.water_box import water_box

RADIUS_mm = 10.0


@cache
def dose_of(mode: str, seed: int = 1, uncertainty_percent: float = 2.0, threads: int | None = None,
            max_rounds: int = 20) -> PhotonDose:
    scene = make_scene(water_box(24, 1), water_box(48, 4), line_spectrum(30.0), (read_material("water"),),
                       sphere_radius_mm=RADIUS_mm, sphere_material=read_material("polyetherimide"))
    with thread_count(threads):
        return photon_dose(scene, uncertainty_percent=uncertainty_percent, seed=seed, mode=mode, max_rounds=max_rounds)


def depth_mm(dose: BoxDose) -> np.ndarray:
    return np.linalg.norm(dose.part.centre_mm, axis=1) - RADIUS_mm


@pytest.mark.parametrize("mode", ["accurate", "fast"])
def test_layer_means_are_those_of_the_reference(mode):
    """1 mm layers, seeds apart: 4 standard errors of both plus 0.3 %, the bias that is allowed for."""
    ours, reference = dose_of(mode), dose_of("reference", 2)
    layer = np.floor(depth_mm(ours.fine)).astype(int)
    for depth in range(13):
        voxels = (layer == depth) & (ours.fine.part.share > 0)
        share = ours.fine.part.share[voxels]
        means = [np.average(dose.fine.water_Gy[voxels], weights=share) for dose in (ours, reference)]
        percent = np.hypot(ours.depth_uncertainty_percent[depth], reference.depth_uncertainty_percent[depth])
        assert 100.0 * (means[0] / means[1] - 1.0) == pytest.approx(0.0, abs=0.3 + 4.0 * percent)
        assert percent < 0.5


def test_the_coarse_box_is_that_of_the_reference():
    """Total response in the shell 26-44 mm from the source, outside the fine box: 3 %, its noise is about 0.7."""
    radius = np.linalg.norm(dose_of("accurate").coarse.part.centre_mm, axis=1)
    outside = (np.abs(dose_of("accurate").coarse.part.centre_mm).max(axis=1) > 24.0) & (radius < 44.0)
    ours, theirs = (dose_of(*which).coarse.water_Gy[outside].sum() for which in (("accurate", 1), ("reference", 2)))
    assert ours == pytest.approx(theirs, rel=0.03)


@pytest.mark.parametrize("mode", ["accurate", "fast"])
def test_sigma_is_the_spread_between_seeds(mode):
    """Mean variance stated against found, ten seeds: neighbours share noise, so some 100 cells count; within 15 %."""
    doses = [dose_of(mode, seed, 4.0).fine for seed in range(1, 11)]
    shell = (depth_mm(doses[0]) > 3.0) & (depth_mm(doses[0]) < 12.0)
    found = np.var([d.medium_Gy[shell] for d in doses], axis=0, ddof=1)
    stated = np.mean([d.medium_sigma_Gy[shell] ** 2 for d in doses], axis=0)
    assert stated.sum() / found.sum() == pytest.approx(1.0, abs=0.15)


@pytest.mark.skipif(numba.config.NUMBA_NUM_THREADS < 2, reason="needs two cores to compare")
def test_same_seed_same_bits_whatever_the_threads():
    one, two = dose_of("accurate", 3, 5.0, 1), dose_of("accurate", 3, 5.0, 2)
    assert np.array_equal(one.fine.medium_Gy, two.fine.medium_Gy)
    assert np.array_equal(one.fine.medium_sigma_Gy, two.fine.medium_sigma_Gy)
    assert np.array_equal(one.coarse.water_Gy, two.coarse.water_Gy)
    assert np.array_equal(one.depth_uncertainty_percent, two.depth_uncertainty_percent)
    assert not np.array_equal(one.fine.medium_Gy, dose_of("accurate", 4, 5.0).fine.medium_Gy)


def test_it_reaches_what_is_asked_for():
    for wanted in (4.0, 2.0):
        dose = dose_of("accurate", 1, wanted)
        assert 0.5 * wanted < dose.shell_uncertainty_percent <= 1.05 * wanted
    assert dose_of("accurate", 1, 2.0).batches >= 10


def test_too_long_is_said_and_not_done():
    scene = benchmark_scene(count=96)
    with pytest.raises(InputError, match=r"would take about .* minutes more") as error:
        photon_dose(scene, uncertainty_percent=0.05, seed=1, max_minutes=0.001)
    assert "--yes" in str(error.value.fix)


def test_unknown_modes_are_named():
    with pytest.raises(InputError, match="mode 'quick' is unknown"):
        dose_of("quick")


def test_a_bare_source_in_the_middle_of_a_voxel():
    """No sphere and an odd number of voxels: the guide has no value at the source, all doses are finite."""
    box = water_box(10, 1)
    odd = box._replace(low_mm=np.full(3, -10.5), shape=np.full(3, 21), material=np.zeros(21**3, np.uint8),
                       density=np.ones(21**3, np.float32))
    scene = make_scene(odd, odd, line_spectrum(30.0), (read_material("water"),))
    dose = photon_dose(scene, uncertainty_percent=5.0, seed=1).fine
    assert np.isfinite(dose.medium_Gy).all() and np.isfinite(dose.medium_sigma_Gy).all()
    assert (dose.medium_Gy >= 0).all() and dose.medium_Gy.max() > 0
