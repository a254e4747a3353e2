"""Filters of aluminium against NIST."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from openiort.core.table import parse_table
from openiort.device.aluminium import DENSITY_g_cm3, attenuation_per_mm, transmission

NIST = Path(__file__).parents[2] / "validation" / "nist_attenuation" / "nist_attenuation_1_100_keV.csv"


def test_attenuation_is_that_of_nist() -> None:
    """NIST SRD 126 table 3, aluminium, 5-100 keV; XCOM and EPDL97 differ by up to 1 % there."""
    nist = parse_table("nist", NIST.read_text())
    rows = (nist["material"] == "Al") & (nist["energy_keV"] >= 5)
    assert rows.sum() >= 9
    ours = attenuation_per_mm(nist["energy_keV"][rows]) * 10 / DENSITY_g_cm3
    assert ours == pytest.approx(nist["mu_over_rho_cm2_per_g"][rows], rel=0.01)


def test_half_value_layer() -> None:
    """Closed form: ln 2 / mu lets half of one energy pass; NIST: mu/rho 3.441 cm2/g at 20 keV, 2.699 g/cm3."""
    assert transmission(np.array([20.0]), np.log(2) / (3.441 * 0.2699))[0] == pytest.approx(0.5, rel=0.01)


def test_a_filter_taken_away_undoes_one_put_in() -> None:
    energies = np.array([10.0, 20.0, 50.0])
    assert transmission(energies, 0.3) * transmission(energies, -0.3) == pytest.approx(np.ones(3))
    assert transmission(energies, 0.0) == pytest.approx(np.ones(3))
