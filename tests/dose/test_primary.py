"""The ray-traced primary against the closed form for one material and one energy."""

from __future__ import annotations

import numpy as np
import pytest

from openiort.core.material_table import read_material
from openiort.dose.primary import primary_responses
from openiort.dose.responses import response_table
from openiort.dose.scene import VoxelBox, line_spectrum, make_scene
from openiort.physics.element_tables import ENERGIES_keV
from tests.dose.water_box import water_box


def value(column: np.ndarray, energy_keV: float) -> float:
    return float(np.interp(energy_keV, ENERGIES_keV, column))


@pytest.mark.parametrize("energy_keV", [15.0, 30.0, 50.0])
@pytest.mark.parametrize("radius_mm", [0.0, 20.0])
def test_exponential_and_inverse_square(energy_keV, radius_mm):
    """Closed form: response x exp(-mu_sphere R - mu_water (r - R)) / (4 pi r^2), across both boxes."""
    sphere = read_material("polyetherimide")
    scene = make_scene(water_box(40, 1), water_box(80, 4), line_spectrum(energy_keV), (read_material("water"),),
                       sphere_radius_mm=radius_mm, sphere_material=sphere)
    rng = np.random.default_rng(5)
    points = rng.normal(size=(200, 3))
    points *= rng.uniform(21, 75, (200, 1)) / np.linalg.norm(points, axis=1, keepdims=True)
    r = np.linalg.norm(points, axis=1)
    mu_water = value(scene.tables.attenuation[:, 0], energy_keV)
    mu_sphere = value(scene.tables.attenuation[:, 1], energy_keV) * sphere.density_g_cm3
    response = value(response_table()[:, 0], energy_keV)
    expected = response * np.exp(-mu_sphere * radius_mm - mu_water * (r - radius_mm)) / (4 * np.pi * r**2)
    assert primary_responses(scene, points)[:, 0] == pytest.approx(expected, rel=1e-12)


def test_slabs_attenuate_in_their_order():
    """Closed form: 10 mm of bone inside water along +x take exp(-(mu_bone - mu_water) 10 mm) off, along -x nothing."""
    box = water_box(40, 1)
    material, density = box.material.copy(), box.density.copy()
    slab = np.zeros((80, 80, 80), bool)
    slab[:, :, 50:60] = True  # x from 10 to 20 mm
    material[slab.ravel()], density[slab.ravel()] = 1, 1.92
    box = VoxelBox(box.low_mm, 1.0, box.shape, material, density)
    scene = make_scene(box, box, line_spectrum(30.0), (read_material("water"), read_material("cortical_bone")))
    ahead, behind = primary_responses(scene, np.array([[30.0, 0.2, 0.3], [-30.0, -0.2, -0.3]]))[:, 0]
    mu_water, mu_bone = (value(column, 30.0) for column in scene.tables.attenuation.T[:2])
    slant = np.linalg.norm([30.0, 0.2, 0.3]) / 30.0
    assert ahead / behind == pytest.approx(np.exp(-(1.92 * mu_bone - mu_water) * 10.0 * slant), rel=1e-6)
