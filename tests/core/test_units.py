"""Constants hang together: no number was mistyped."""

from __future__ import annotations

import math

import pytest

from openiort.core import units

# CODATA 2018, SI: exact but for the electron's mass and the vacuum permittivity
PLANCK, LIGHT, CHARGE = 6.62607015e-34, 299792458.0, 1.602176634e-19
MASS, PERMITTIVITY = 9.1093837015e-31, 8.8541878128e-12


def test_against_si_constants():
    assert units.ELECTRON_REST_ENERGY_keV == pytest.approx(MASS * LIGHT**2 / CHARGE / 1e3, rel=1e-8)
    assert units.PLANCK_TIMES_LIGHT_SPEED_keV_angstrom == pytest.approx(PLANCK * LIGHT / CHARGE / 1e3 * 1e10, rel=1e-9)
    radius_m = CHARGE**2 / (4 * math.pi * PERMITTIVITY * MASS * LIGHT**2)
    assert units.ELECTRON_RADIUS_cm == pytest.approx(100 * radius_m, rel=1e-8)
    assert units.GRAY_PER_keV_PER_g == pytest.approx(CHARGE * 1e3 / 1e-3, rel=1e-12)
