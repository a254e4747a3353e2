"""Compton scattering: limits, closed forms, and sampling against numerical integrals."""

from __future__ import annotations

import numpy as np
import pytest

from openiort.core.random_stream import stream
from openiort.core.units import ELECTRON_RADIUS_cm, ELECTRON_REST_ENERGY_keV
from openiort.physics import compton
from openiort.physics.element_tables import TRANSFER_STEP_per_angstrom, TRANSFERS_per_angstrom, scattering_function


def total_cm2(energy_keV: float) -> float:
    cos_theta = np.linspace(-1, 1, 4001)
    return float(2 * np.pi * np.trapezoid([compton.klein_nishina_cm2(energy_keV, c) for c in cos_theta], cos_theta))


def test_cross_section_tends_to_thomson():  # limit k -> 0: 8/3 pi r_e^2
    assert total_cm2(1e-3) == pytest.approx(8 / 3 * np.pi * ELECTRON_RADIUS_cm**2, rel=1e-4)


@pytest.mark.parametrize("energy_keV", [10.0, 50.0, 100.0])
def test_total_is_klein_and_nishinas_closed_form(energy_keV):  # Evans, The Atomic Nucleus (1955), eq. 23-2.9
    k = energy_keV / ELECTRON_REST_ENERGY_keV
    first = (1 + k) / k**2 * (2 * (1 + k) / (1 + 2 * k) - np.log(1 + 2 * k) / k)
    closed = 2 * np.pi * ELECTRON_RADIUS_cm**2 * (first + np.log(1 + 2 * k) / (2 * k) - (1 + 3 * k) / (1 + 2 * k) ** 2)
    assert total_cm2(energy_keV) == pytest.approx(closed, rel=1e-5)


def test_backscatter_energy():  # closed form E / (1 + 2 k); 511 keV gives a third of it
    rest = ELECTRON_REST_ENERGY_keV
    assert compton.scattered_energy_keV(rest, -1.0) == pytest.approx(rest / 3)


@pytest.mark.parametrize("energy_keV", [12.0, 30.0, 80.0])
def test_sampled_angles_follow_the_bound_cross_section(energy_keV):
    """Mean of cos and of cos^2 against the integral of Klein-Nishina x S(x) for oxygen; 5 standard errors."""
    bound = scattering_function("O") / 8.0
    state, drawn = np.uint64(stream(3, 1)), []
    for _ in range(40_000):
        cos_theta, energy, state = compton.sample(energy_keV, bound, TRANSFER_STEP_per_angstrom, state)
        state = np.uint64(state)
        drawn.append(cos_theta)
        assert energy == pytest.approx(compton.scattered_energy_keV(energy_keV, cos_theta))
    cos_theta = np.linspace(-1, 1, 2001)
    x = [compton.momentum_transfer_per_angstrom(energy_keV, c) for c in cos_theta]
    weight = [compton.klein_nishina_cm2(energy_keV, c) for c in cos_theta] * np.interp(x, TRANSFERS_per_angstrom, bound)
    for power in (1, 2):
        expected = np.trapezoid(weight * cos_theta**power, cos_theta) / np.trapezoid(weight, cos_theta)
        values = np.array(drawn) ** power
        assert values.mean() == pytest.approx(expected, abs=5 * values.std() / np.sqrt(len(values)))
