"""Rayleigh scattering: sampling against numerical integrals, and Thomson's limits."""

from __future__ import annotations

import numpy as np
import pytest

from openiort.core.material_table import read_material
from openiort.core.random_stream import stream
from openiort.core.units import PLANCK_TIMES_LIGHT_SPEED_keV_angstrom
from openiort.physics import rayleigh
from openiort.physics.element_tables import (
    TRANSFER_STEP_per_angstrom,
    TRANSFERS_per_angstrom,
    atomic_weight,
    form_factor,
)
from openiort.physics.photon_tables import photon_tables


@pytest.mark.parametrize("energy_keV", [5.0, 20.0, 50.0])
def test_sampled_angles_follow_the_squared_form_factor(energy_keV):
    """Mean of cos and cos^2 against the integral of (1 + cos^2) F^2 for water; 5 standard errors + table step."""
    tables = photon_tables((read_material("water"),))
    state, drawn = np.uint64(stream(7, 1)), []
    for _ in range(40_000):
        cos_theta, state = rayleigh.sample(energy_keV, tables.rayleigh_cumulative[0], tables.rayleigh_inverse[0],
                                           TRANSFER_STEP_per_angstrom, state)
        state = np.uint64(state)
        drawn.append(cos_theta)
    cos_theta = np.linspace(-1, 1, 20001)
    x = energy_keV / PLANCK_TIMES_LIGHT_SPEED_keV_angstrom * np.sqrt((1 - cos_theta) / 2)
    squared = sum(share / atomic_weight(s) * np.interp(x, TRANSFERS_per_angstrom, form_factor(s)) ** 2
                  for s, share in read_material("water").mass_fractions.items())
    weight = (1 + cos_theta**2) * squared
    for power in (1, 2):
        expected = np.trapezoid(weight * cos_theta**power, cos_theta) / np.trapezoid(weight, cos_theta)
        values = np.array(drawn) ** power
        assert values.mean() == pytest.approx(expected, abs=5 * values.std() / np.sqrt(len(values)) + 1e-3)


@pytest.mark.parametrize("energy_keV", [5.0, 80.0])
def test_without_a_form_factor_it_is_thomson(energy_keV):
    """Closed form of (1 + cos^2): mean of cos 0, of cos^2 2/5, of cos^4 9/35; 5 standard errors.

    F = 1 makes the integral over x^2 a straight line in x^2.
    """
    x2 = TRANSFERS_per_angstrom**2
    cumulative, inverse = x2 / x2[-1], np.linspace(0.0, x2[-1], 4097)
    state, drawn = np.uint64(stream(9, 1)), []
    for _ in range(40_000):
        cos_theta, state = rayleigh.sample(energy_keV, cumulative, inverse, TRANSFER_STEP_per_angstrom, state)
        state = np.uint64(state)
        drawn.append(cos_theta)
    for power, expected in ((1, 0.0), (2, 2 / 5), (4, 9 / 35)):
        values = np.array(drawn) ** power
        assert values.mean() == pytest.approx(expected, abs=5 * values.std() / np.sqrt(len(values)))


def test_low_energy_tends_to_thomson():
    """Limit E -> 0: all of an atom's electrons scatter in phase (F = Z), so mean cos^2 tends to 2/5 for water.

    At 1 keV x is at most 0.08 per angstrom and F^2 of oxygen falls by some per cent: within 1 %.
    """
    tables = photon_tables((read_material("water"),))
    state, drawn = np.uint64(stream(11, 1)), []
    for _ in range(40_000):
        cos_theta, state = rayleigh.sample(1.0, tables.rayleigh_cumulative[0], tables.rayleigh_inverse[0],
                                           TRANSFER_STEP_per_angstrom, state)
        state = np.uint64(state)
        drawn.append(cos_theta)
    square = np.array(drawn) ** 2
    assert square.mean() == pytest.approx(2 / 5, rel=0.01, abs=5 * square.std() / np.sqrt(len(square)))
