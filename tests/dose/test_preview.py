"""The preview: water is what the engine gives, no random number changes it, and it says how wrong it may be."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from openiort.core.material_table import read_material
from openiort.dose.photon_dose import PhotonDose, photon_dose
from openiort.dose.preview import PreviewSource
from openiort.dose.ratio_scatter import preview_error_percent
from openiort.dose.scatter_ratio import scatter_ratio
from openiort.dose.scene import Scene, line_spectrum, make_scene
from openiort.dose.water_dose import water_dose
from tests.dose.water_box import water_box

RADIUS_mm = 10.0


@cache
def scene() -> Scene:
    return make_scene(water_box(48, 1), water_box(96, 4), line_spectrum(30.0), (read_material("water"),),
                      sphere_radius_mm=RADIUS_mm, sphere_material=read_material("polyetherimide"))


@cache
def previewed(seed: int = 1) -> PhotonDose:
    return photon_dose(scene(), uncertainty_percent=1.0, seed=seed, mode="preview")


def test_depth_dose_in_water_is_that_of_the_radial_engine():
    """Another path through the same physics (closed primary, exact shells), 1-30 mm: 1 %."""
    water = water_dose(scene().spectrum, RADIUS_mm, read_material("polyetherimide"), seed=3, batches=4)
    preview = PreviewSource(scene()).at(scene())
    for depth_mm in (1.0, 5.0, 10.0, 20.0, 30.0):
        point = np.array([[0.0, RADIUS_mm + depth_mm, 0.0]])
        to_medium, to_water = preview.doses_Gy(point, np.zeros(1, int))
        assert to_water[0] == pytest.approx(water.at_depth_Gy(depth_mm)[0], rel=0.01)
        assert to_medium[0] == pytest.approx(to_water[0], rel=1e-6)


def test_fan_and_voxels_agree():
    """Points of the fan against the mode `preview`, whose primary is traced voxel by voxel: 0.5 %."""
    fine = previewed().fine
    radius = np.linalg.norm(fine.part.centre_mm, axis=1)
    some = np.flatnonzero((fine.part.share == 1.0) & (radius < 40.0))[::97]
    found = PreviewSource(scene()).at(scene()).responses(fine.part.centre_mm[some])
    assert found[:, 0] == pytest.approx(fine.water_Gy[some], rel=5e-3)


def test_it_is_the_same_whatever_the_seed_and_says_its_error():
    one, two = previewed(), previewed(2)
    assert np.array_equal(one.fine.water_Gy, two.fine.water_Gy)
    assert (one.histories, one.mode) == (0, "preview")
    assert one.shell_uncertainty_percent == pytest.approx(preview_error_percent())


def test_more_scatter_the_deeper():
    """Scatter over primary around a sphere rises with depth: broad beams build up (buildup factors are above 1)."""
    ratio = scatter_ratio(line_spectrum(30.0), RADIUS_mm, read_material("polyetherimide"))
    near = ratio.ratio[ratio.depth_mm < 60.0, 0]
    assert (near > 0).all() and (np.diff(near) > 0).mean() > 0.9
    assert ratio.at(np.array([RADIUS_mm - 5.0]))[0] == pytest.approx(ratio.ratio[0])
