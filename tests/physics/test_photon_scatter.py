"""One scatter: energies, directions and shares, up to the ends of the tables."""

from __future__ import annotations

import numpy as np
import pytest

from openiort.core.material_table import read_material
from openiort.core.random_stream import stream
from openiort.physics.element_tables import ENERGIES_keV
from openiort.physics.photon_scatter import energy_row, scatter
from openiort.physics.photon_tables import photon_tables

TABLES = photon_tables((read_material("water"), read_material("cortical_bone")))


def scattered(energy_keV: float, material: int, count: int = 4000) -> tuple[np.ndarray, np.ndarray]:
    """Directions (n, 3) and energies (n,) after one scatter of photons that fly along +z."""
    state, directions, energies = np.uint64(stream(13, material)), [], []
    for _ in range(count):
        x, y, z, energy, state = scatter(TABLES, material, energy_keV, 0.0, 0.0, 1.0, state)
        state = np.uint64(state)
        directions.append((x, y, z))
        energies.append(energy)
    return np.array(directions), np.array(energies)


@pytest.mark.parametrize(
    ("energy_keV", "row", "part"),
    [(1.0, 0, 0.0), (1.025, 0, 0.5), (30.0, 580, 0.0), (99.975, 1979, 0.5), (100.0, 1979, 1.0)],
)
def test_rows_of_energies(energy_keV, row, part):  # by hand: (E - 1 keV) / 0.05 keV, 1981 rows
    found = energy_row(energy_keV)
    assert found[0] + found[1] == pytest.approx(row + part, abs=1e-9)
    assert 0 <= found[0] <= len(ENERGIES_keV) - 2


@pytest.mark.parametrize("energy_keV", [1.0, 1.001, 30.0, 99.999, 100.0])
@pytest.mark.parametrize("material", [0, 1])
def test_ends_of_the_tables(energy_keV, material):
    """Finite unit directions; energy between Compton's backscatter E / (1 + 2 k) and E."""
    directions, energies = scattered(energy_keV, material, 500)
    assert np.linalg.norm(directions, axis=1) == pytest.approx(np.ones(500), abs=1e-12)
    assert energies.max() <= energy_keV
    assert energies.min() >= energy_keV / (1 + 2 * energy_keV / 510.99895) * (1 - 1e-12)


@pytest.mark.parametrize("energy_keV", [15.0, 40.0])
@pytest.mark.parametrize("material", [0, 1])
def test_share_of_rayleigh(energy_keV, material):
    """Photons that keep their energy: the tables' share; 5 standard errors."""
    _, energies = scattered(energy_keV, material)
    expected = float(np.interp(energy_keV, ENERGIES_keV, TABLES.rayleigh_share[:, material]))
    sigma = np.sqrt(expected * (1 - expected) / len(energies))
    assert (energies == energy_keV).mean() == pytest.approx(expected, abs=5 * sigma)


def test_no_azimuth_is_preferred():
    """Closed form: x and y average to 0, their squares are equal; 5 standard errors."""
    directions, _ = scattered(30.0, 0)
    for axis in (0, 1):
        assert abs(directions[:, axis].mean()) < 5 * directions[:, axis].std() / np.sqrt(len(directions))
    difference = directions[:, 0] ** 2 - directions[:, 1] ** 2
    assert abs(difference.mean()) < 5 * difference.std() / np.sqrt(len(difference))
