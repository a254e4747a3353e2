"""Three fluence responses from which the dose to any tissue follows.

Transport scores kerma in water, adipose tissue and cortical bone, whatever the voxel is made of. These are smooth
across the borders of materials; the dose to a medium is a fixed mix of the three: the mass energy-transfer coefficient
of a tissue is a sum of theirs to about 0.1 % over 8-50 keV (tested).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from openiort.core.material import Material
from openiort.core.material_table import read_material
from openiort.core.units import GRAY_PER_keV_PER_g, mm_PER_cm
from openiort.physics.element_tables import ENERGIES_keV
from openiort.physics.photon_tables import photon_tables

FloatArray = NDArray[np.float64]
RESPONSE_MATERIALS = ("water", "adipose", "cortical_bone")
FIT_RANGE_keV = (8.0, 50.0)


def response_table() -> FloatArray:
    """(energies, 3) kerma response to a fluence of one photon per mm2: Gy mm2, on `ENERGIES_keV`."""
    transfer = photon_tables(tuple(read_material(name) for name in RESPONSE_MATERIALS)).energy_transfer
    return np.ascontiguousarray(transfer * ENERGIES_keV[:, None] * GRAY_PER_keV_PER_g * mm_PER_cm**2)


def response_mix(materials: tuple[Material, ...]) -> FloatArray:
    """(materials, 3) shares of the responses in the dose to each material; relative least squares over 8-50 keV."""
    fitted = (ENERGIES_keV >= FIT_RANGE_keV[0]) & (ENERGIES_keV <= FIT_RANGE_keV[1])
    base = photon_tables(tuple(read_material(name) for name in RESPONSE_MATERIALS)).energy_transfer[fitted]
    wanted = photon_tables(materials).energy_transfer[fitted]
    mixes = [np.linalg.lstsq(base / column[:, None], np.ones(len(column)), rcond=None)[0] for column in wanted.T]
    return np.array(mixes)
