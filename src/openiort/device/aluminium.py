"""Filters of aluminium: what they leave of photons that meet them head on."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from openiort.core.table import read_table
from openiort.core.units import mm_PER_cm

FloatArray = NDArray[np.float64]
TABLE = "photons/cross_sections.csv"
# J. H. Hubbell, S. M. Seltzer, NIST Standard Reference Database 126, doi:10.18434/T4D01F, table 1
DENSITY_g_cm3 = 2.699
PROCESSES = ("photoelectric_cm2_per_g", "incoherent_cm2_per_g", "coherent_cm2_per_g")


def attenuation_per_mm(energies_keV: FloatArray) -> FloatArray:
    """Attenuation coefficient of aluminium, 1/mm, at energies of 1-100 keV, interpolated in logarithms."""
    table = read_table(TABLE)
    rows = table["element"] == "Al"
    total = sum(table[process][rows] for process in PROCESSES)
    logarithm = np.interp(np.log(energies_keV), np.log(table["energy_keV"][rows]), np.log(total))
    return np.asarray(np.exp(logarithm) * DENSITY_g_cm3 / mm_PER_cm)


def transmission(energies_keV: FloatArray, filter_mm: float) -> FloatArray:
    """Share of the photons that pass a filter; below 0 mm, what taking such a filter away would bring back."""
    return np.asarray(np.exp(-attenuation_per_mm(energies_keV) * filter_mm))
