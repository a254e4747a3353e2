"""Half-value layer of a narrow beam in aluminium, and the energy that has the same one.

The layer that halves the air kerma of the primary alone, as behind a small aperture far from scatter.
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import brentq

from openiort.core.material_table import read_material
from openiort.device.aluminium import attenuation_per_mm, transmission
from openiort.physics.element_tables import ENERGIES_keV
from openiort.physics.photon_tables import photon_tables

FloatArray = np.ndarray
THICKEST_mm_Al = 20.0


def behind_water(energies_keV: FloatArray, photons: FloatArray, depth_mm: float) -> FloatArray:
    """(n,) photons that have passed a depth of water without a collision."""
    per_mm = photon_tables((read_material("water"),)).attenuation[:, 0]
    return photons * np.exp(-np.interp(energies_keV, ENERGIES_keV, per_mm) * depth_mm)


def half_value_layer_mm_Al(energies_keV: FloatArray, photons: FloatArray) -> float:
    """Of photons (n,) at energies (n,)."""
    transfer = photon_tables((read_material("air"),)).energy_transfer[:, 0]
    kerma = photons * energies_keV * np.interp(energies_keV, ENERGIES_keV, transfer)
    return float(brentq(lambda thick: kerma @ transmission(energies_keV, thick) / kerma.sum() - 0.5, 0.0,
                        THICKEST_mm_Al))


def energy_of_half_value_layer_keV(layer_mm_Al: float) -> float:
    """Energy of single-energy photons with that layer, 5-60 keV."""
    return float(brentq(lambda keV: attenuation_per_mm(np.array([keV]))[0] - np.log(2.0) / layer_mm_Al, 5.0, 60.0))

