"""Data of the elements on the grids of transport, against NIST and closed forms."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from openiort.core.table import parse_table
from openiort.core.units import ELECTRON_REST_ENERGY_keV
from openiort.physics import element_tables as elements
from openiort.physics.element_tables import ENERGIES_keV, TRANSFERS_per_angstrom

NIST = Path(__file__).parents[2] / "validation" / "nist_attenuation" / "nist_attenuation_1_100_keV.csv"
PROCESSES = ("photoelectric", "incoherent", "coherent")


def total(symbol: str) -> np.ndarray:
    return np.sum([elements.mass_attenuation_cm2_per_g(symbol, process) for process in PROCESSES], axis=0)


def test_grid():
    assert (ENERGIES_keV[0], ENERGIES_keV[-1]) == (1.0, 100.0)
    assert np.diff(ENERGIES_keV) == pytest.approx(0.05)
    # backscatter of 100 keV: x = E / hc = 8.066 per angstrom, which the transfers reach
    assert TRANSFERS_per_angstrom[-1] > 100.0 / 12.39842


@pytest.mark.parametrize("symbol", ["H", "C", "N", "O", "P", "Ca"])
def test_attenuation_is_nists(symbol):
    """NIST SRD 126 table 3 from 2 keV on, away from edges; EPDL97 and XCOM differ by up to 1.5 % in coherent parts."""
    nist = parse_table("nist", NIST.read_text())
    rows = (nist["material"] == symbol) & (nist["energy_keV"] >= 6)
    assert rows.sum() >= 8
    found = np.interp(nist["energy_keV"][rows], ENERGIES_keV, total(symbol))
    assert found == pytest.approx(nist["mu_over_rho_cm2_per_g"][rows], rel=0.015)


@pytest.mark.parametrize("symbol", ["P", "S", "Ca"])
def test_absorption_edge(symbol):
    """NIST SRD 126 table 3 has the K edge twice: the last energy of the grid below it and the first above, to 2 %.

    NIST's values are joined by straight lines in logarithms on either side, as NIST advises.
    """
    nist = parse_table("nist", NIST.read_text())
    rows = nist["material"] == symbol
    energy, mu = nist["energy_keV"][rows], nist["mu_over_rho_cm2_per_g"][rows]
    edge = int(np.flatnonzero(np.diff(energy) == 0)[-1])
    assert mu[edge + 1] > 5 * mu[edge]
    above = int(np.searchsorted(ENERGIES_keV, energy[edge]))
    for row, part in ((above - 1, slice(edge - 1, edge + 1)), (above, slice(edge + 1, edge + 3))):
        expected = np.exp(np.interp(np.log(ENERGIES_keV[row]), np.log(energy[part]), np.log(mu[part])))
        assert total(symbol)[row] == pytest.approx(expected, rel=0.02)


@pytest.mark.parametrize(("symbol", "number", "weight"), [("H", 1, 1.008), ("O", 8, 15.999), ("Ca", 20, 40.078)])
def test_atoms(symbol, number, weight):  # IUPAC 2021
    assert elements.atomic_number(symbol) == number
    assert elements.atomic_weight(symbol) == pytest.approx(weight, rel=3e-3)


@pytest.mark.parametrize("symbol", ["H", "C", "O", "Ca"])
def test_limits_of_form_factor_and_scattering_function(symbol):
    """F(0) = Z and S(0) = 0; at large x the electrons are free: S = Z, F = 0."""
    number = elements.atomic_number(symbol)
    form, scattering = elements.form_factor(symbol), elements.scattering_function(symbol)
    assert (form[0], scattering[0]) == pytest.approx((number, 0.0))
    assert form[-1] < 0.02 * number
    assert scattering[-1] == pytest.approx(number, rel=0.02)
    assert (np.diff(form) <= 1e-9).all() and (np.diff(scattering) >= -1e-6).all()


def test_energy_that_a_free_electron_takes():
    """Hydrogen's electron is all but free at 100 keV: Klein and Nishina's share by quadrature, within 0.5 %."""
    k = 100.0 / ELECTRON_REST_ENERGY_keV
    cos_theta = np.linspace(-1, 1, 20001)
    ratio = 1 / (1 + k * (1 - cos_theta))
    weight = ratio**2 * (ratio + 1 / ratio - (1 - cos_theta**2))
    free = np.trapezoid(weight * (1 - ratio), cos_theta) / np.trapezoid(weight, cos_theta)
    assert elements.compton_transfer_share("H")[-1] == pytest.approx(free, rel=5e-3)


def test_share_that_a_bound_electron_takes_vanishes_with_the_energy():
    # limit k -> 0: the share is about k, 0.2 % at 1 keV
    shares = elements.compton_transfer_share("O")
    assert 0 < shares[0] < 2 * ENERGIES_keV[0] / ELECTRON_REST_ENERGY_keV
    assert (np.diff(shares) > 0).all()
