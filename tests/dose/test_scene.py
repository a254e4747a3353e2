"""Scene: spectra, boxes in patient coordinates, and the applicator among the materials."""

from __future__ import annotations

import numpy as np
import pytest

from openiort.core.material_table import read_material
from openiort.core.random_stream import stream
from openiort.dose.history import source_energy_keV
from openiort.dose.scene import VoxelBox, line_spectrum, make_scene, make_spectrum
from tests.dose.water_box import water_box


def test_box_in_patient_coordinates():
    """Definition: the first voxel's centre lies half a voxel above the lowest corner, shifted by the source's place."""
    box = VoxelBox(np.array([-3.0, -4.0, -5.0]), 2.0, np.array([6, 5, 4]), np.zeros(120, np.uint8),
                   np.ones(120, np.float32))
    assert box.high_mm.tolist() == [5.0, 6.0, 7.0]  # 4, 5, 6 voxels of 2 mm along x, y, z
    scene = make_scene(box, box, line_spectrum(30.0), (read_material("water"),), origin_mm=(100.0, 200.0, 300.0))
    grid = scene.grid(box)
    assert grid.shape == (6, 5, 4)
    assert grid.origin_mm == (98.0, 197.0, 296.0)
    corners = grid.corners_mm()
    assert corners.min(axis=0) == pytest.approx([97.0, 196.0, 295.0])
    assert corners.max(axis=0) == pytest.approx([105.0, 206.0, 307.0])


def test_applicator_is_the_last_material():
    water, ball = read_material("water"), read_material("polyetherimide")
    scene = make_scene(water_box(5, 1), water_box(5, 1), line_spectrum(30.0), (water,), sphere_radius_mm=2.0,
                       sphere_material=ball)
    assert scene.materials == (water, ball)
    assert scene.sphere == (2.0, 1, ball.density_g_cm3)
    assert scene.tables.attenuation.shape[1] == scene.mix.shape[0] == 2


def test_spectrum_drops_empty_bins_and_sums_to_one():
    low = np.array([1.0, 2.0, 3.0, 4.0])
    spectrum = make_spectrum(low, low + 1.0, np.array([0.0, 30.0, 0.0, 10.0]))
    assert spectrum.low_keV.tolist() == [2.0, 4.0]
    assert spectrum.cumulative.tolist() == [0.0, 0.75, 1.0]


def drawn_keV(spectrum, count=40_000):
    state, found = np.uint64(stream(5, 1)), []
    for _ in range(count):
        energy, state = source_energy_keV(spectrum, state)
        state = np.uint64(state)
        found.append(energy)
    return np.array(found)


def test_energies_are_drawn_from_the_bins():
    """Closed form: shares 3/4 and 1/4, each even in its bin: mean 2.5 and 4.5, variance 1/12; 5 standard errors."""
    low = np.array([2.0, 4.0])
    energy = drawn_keV(make_spectrum(low, low + 1.0, np.array([3.0, 1.0])))
    first = energy < 3.0
    assert first.mean() == pytest.approx(0.75, abs=5 * np.sqrt(0.75 * 0.25 / len(energy)))
    assert ((energy >= 2.0) & (energy <= 3.0) | (energy >= 4.0) & (energy <= 5.0)).all()
    for part, mean in ((energy[first], 2.5), (energy[~first], 4.5)):
        assert part.mean() == pytest.approx(mean, abs=5 * np.sqrt(1 / 12 / len(part)))
        assert part.var() == pytest.approx(1 / 12, rel=0.05)


def test_a_line_has_one_energy():
    assert set(drawn_keV(line_spectrum(28.5), 100)) == {28.5}
