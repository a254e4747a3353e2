"""Photon data of the elements, read from `tables/photons` and brought to the grids that transport uses."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from openiort.core.table import read_table
from openiort.core.units import ELECTRON_REST_ENERGY_keV, PLANCK_TIMES_LIGHT_SPEED_keV_angstrom

FloatArray = NDArray[np.float64]

LOWEST_keV, HIGHEST_keV, ENERGY_STEP_keV = 1.0, 100.0, 0.05
_COUNT = round((HIGHEST_keV - LOWEST_keV) / ENERGY_STEP_keV) + 1
ENERGIES_keV: FloatArray = np.linspace(LOWEST_keV, HIGHEST_keV, _COUNT)
TRANSFER_STEP_per_angstrom = 0.01
TRANSFERS_per_angstrom: FloatArray = np.arange(0.0, 8.2, TRANSFER_STEP_per_angstrom)


@cache
def has_data(symbol: str) -> bool:
    """Whether the tables hold the element."""
    return symbol in read_table("photons/elements.csv")["element"]


@cache
def atomic_weight(symbol: str) -> float:
    """Grams per mole."""
    table = read_table("photons/elements.csv")
    return float(table["atomic_weight"][table["element"] == symbol][0])


@cache
def atomic_number(symbol: str) -> int:
    """Protons in the nucleus."""
    table = read_table("photons/elements.csv")
    return int(table["atomic_number"][table["element"] == symbol][0])


@cache
def mass_attenuation_cm2_per_g(symbol: str, process: str) -> FloatArray:
    """(energies,) on `ENERGIES_keV`; process is `photoelectric`, `incoherent` or `coherent`. Log-log interpolation."""
    table = read_table("photons/cross_sections.csv")
    rows = table["element"] == symbol
    values = np.log(table[f"{process}_cm2_per_g"][rows])
    return np.asarray(np.exp(np.interp(np.log(ENERGIES_keV), np.log(table["energy_keV"][rows]), values)))


@cache
def scattering_function(symbol: str) -> FloatArray:
    """(transfers,) S(x) of one atom on `TRANSFERS_per_angstrom`."""
    return _by_transfer(symbol, "incoherent_scattering_function")


@cache
def form_factor(symbol: str) -> FloatArray:
    """(transfers,) F(x) of one atom on `TRANSFERS_per_angstrom`."""
    return _by_transfer(symbol, "form_factor")


def _by_transfer(symbol: str, column: str) -> FloatArray:
    table = read_table("photons/form_factors.csv")
    rows = table["element"] == symbol
    return np.asarray(np.interp(TRANSFERS_per_angstrom, table["transfer_per_angstrom"][rows], table[column][rows]))


@cache
def compton_transfer_share(symbol: str) -> FloatArray:
    """(energies,) mean share of the photon's energy that a Compton scatter hands to the electron.

    Integral of Klein-Nishina x S(x) x (1 - E'/E) over the angle, by the trapezoidal rule on 400 angles at 120
    energies, interpolated between: the share is smooth in energy.
    """
    cos_theta = np.cos(np.linspace(0.0, np.pi, 401))
    coarse_keV = np.geomspace(LOWEST_keV, HIGHEST_keV, 120)[:, None]
    ratio = 1.0 / (1.0 + coarse_keV / ELECTRON_REST_ENERGY_keV * (1.0 - cos_theta))
    klein_nishina = ratio**2 * (ratio + 1.0 / ratio - (1.0 - cos_theta**2))
    transfer = coarse_keV / PLANCK_TIMES_LIGHT_SPEED_keV_angstrom * np.sqrt(0.5 * (1.0 - cos_theta))
    weight = klein_nishina * np.interp(transfer, TRANSFERS_per_angstrom, scattering_function(symbol))
    share = np.trapezoid(weight * (1.0 - ratio), -cos_theta) / np.trapezoid(weight, -cos_theta)
    return np.interp(ENERGIES_keV, coarse_keV[:, 0], share)
