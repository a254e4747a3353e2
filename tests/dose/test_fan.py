"""The fan of rays against the exact primary, and against its closed form in water."""

from __future__ import annotations

import numpy as np
import pytest

from openiort.core.material_table import read_material
from openiort.dose.benchmark_case import benchmark_scene
from openiort.dose.fan import FanTables, trace_fan
from openiort.dose.primary import primary_responses
from openiort.dose.scene import line_spectrum, make_scene
from openiort.physics.element_tables import ENERGIES_keV
from openiort.plan.directions import spread_directions
from tests.dose.water_box import water_box


def test_water_is_the_closed_form():
    """exp(-mu r)/(4 pi r2) x kerma response at 30 keV; the table of attenuation is read between its lines: 1e-4."""
    box = water_box(40, 1)
    scene = make_scene(box, box, line_spectrum(30.0), (read_material("water"),))
    points = spread_directions(50) * np.linspace(2.0, 38.0, 50)[:, None]
    r = np.linalg.norm(points, axis=1)
    mu = np.interp(30.0, ENERGIES_keV, scene.tables.attenuation[:, 0])
    response = np.interp(30.0, ENERGIES_keV, scene.responses[:, 0])
    found = trace_fan(scene, FanTables(scene), 40.0).responses(points)[:, 0]
    assert found == pytest.approx(response * np.exp(-mu * r) / (4 * np.pi * r**2), rel=1e-4)


def test_bone_and_lung_along_the_rays():
    """Behind a slab of bone, away from its faces: 1 % of the exact ray tracing, also in the sphere's plastic."""
    scene = benchmark_scene(count=96)
    fan = trace_fan(scene, FanTables(scene), 47.0)
    points = spread_directions(2000) * np.tile([20.5, 26.0, 32.5, 38.0, 44.0], 400)[:, None]
    away = (np.abs(points[:, 0] - 30.0) > 1.5) & (np.abs(points[:, 0] - 35.0) > 1.5)
    found, exact = fan.responses(points[away]), primary_responses(scene, points[away])
    assert found == pytest.approx(exact, rel=0.01)
    assert fan.reach_mm >= 47.0


def test_nothing_within_the_sphere():
    scene = benchmark_scene(count=96)
    assert not trace_fan(scene, FanTables(scene), 30.0).responses(np.array([[0.0, 0.0, 0.0], [10.0, 0.0, 0.0]])).any()
