"""Voxels cut by the sphere against the sphere's volume."""

from __future__ import annotations

import numpy as np
import pytest

from openiort.core.material_table import read_material
from openiort.dose.cut_voxels import tissue_part
from openiort.dose.scene import line_spectrum, make_scene
from tests.dose.water_box import water_box


@pytest.mark.parametrize("radius_mm", [7.5, 15.0, 25.0])
def test_missing_volume_is_the_spheres(radius_mm):  # closed form 4/3 pi R^3
    scene = make_scene(water_box(30, 1), water_box(30, 5), line_spectrum(30.0), (read_material("water"),),
                       sphere_radius_mm=radius_mm, sphere_material=read_material("polyetherimide"))
    part = tissue_part(scene, scene.fine)
    assert 60.0**3 - part.share.sum() == pytest.approx(4 / 3 * np.pi * radius_mm**3, rel=2e-3)
    cut = (part.share > 0) & (part.share < 1)
    assert (np.linalg.norm(part.centre_mm[cut], axis=1) > radius_mm).all()
