"""Materials mixed of elements: what compiled code reads adds up."""

from __future__ import annotations

import numpy as np
import pytest

from openiort.core.material import Material
from openiort.core.material_table import read_material
from openiort.core.units import mm_PER_cm
from openiort.physics import element_tables as elements
from openiort.physics.element_tables import TRANSFERS_per_angstrom
from openiort.physics.photon_tables import photon_tables

WATER, BONE = read_material("water"), read_material("cortical_bone")


def test_elements_add_by_mass():
    """Closed form: sum of shares x the element's own, for each process."""
    tables = photon_tables((WATER, BONE))
    for column, material in enumerate((WATER, BONE)):
        parts = {name: sum(share * elements.mass_attenuation_cm2_per_g(symbol, name)
                           for symbol, share in material.mass_fractions.items())
                 for name in ("photoelectric", "incoherent", "coherent")}
        total = sum(parts.values())
        scatter = parts["incoherent"] + parts["coherent"]
        assert tables.attenuation[:, column] * mm_PER_cm == pytest.approx(total)
        assert tables.scatter_share[:, column] == pytest.approx(scatter / total)
        assert tables.rayleigh_share[:, column] == pytest.approx(parts["coherent"] / scatter)


def test_half_and_half_is_the_mean():
    mixed = Material("half", {s: (WATER.mass_fractions.get(s, 0) + BONE.mass_fractions.get(s, 0)) / 2
                              for s in {*WATER.mass_fractions, *BONE.mass_fractions}}, 1.0)
    tables = photon_tables((WATER, BONE, mixed))
    for table in (tables.attenuation, tables.energy_transfer):
        assert table[:, 2] == pytest.approx(table[:, :2].mean(axis=1))


def test_energy_transfer_is_less_than_attenuation():
    tables = photon_tables((WATER, BONE))
    assert (tables.energy_transfer < tables.attenuation * mm_PER_cm).all()
    # limit of low energy: the photoelectric effect takes nearly all, 1 keV in water 4065 of 4078 cm2/g (NIST SRD 126)
    assert tables.energy_transfer[0, 0] / (tables.attenuation[0, 0] * mm_PER_cm) == pytest.approx(4065 / 4078, abs=3e-3)


def test_scattering_functions_run_from_0_to_1():
    table = photon_tables((WATER, BONE)).scattering_function
    assert table[:, 0] == pytest.approx(0.0, abs=1e-12)
    assert table[:, -1] == pytest.approx(1.0, abs=0.02)  # free electrons
    assert table.max() <= 1.0 and (np.diff(table) >= -1e-6).all()


def test_rayleigh_integral_and_its_inverse():
    tables = photon_tables((WATER, BONE))
    x2 = TRANSFERS_per_angstrom**2
    for cumulative, inverse in zip(tables.rayleigh_cumulative, tables.rayleigh_inverse, strict=True):
        assert (cumulative[0], cumulative[-1]) == (0.0, pytest.approx(1.0))
        assert (np.diff(cumulative) >= 0).all() and (np.diff(inverse) >= 0).all()
        share = np.linspace(0, 1, len(inverse))
        middle = (share > 0.01) & (share < 0.99)
        assert np.interp(inverse, x2, cumulative)[middle] == pytest.approx(share[middle], abs=1e-6)


def test_density_is_not_in_the_tables():
    heavy = Material("heavy water", dict(WATER.mass_fractions), 5.0)
    first, second = photon_tables((WATER,)), photon_tables((heavy,))
    assert all(np.array_equal(a, b) for a, b in zip(first, second, strict=True))
