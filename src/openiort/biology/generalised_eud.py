"""Generalised equivalent uniform dose of a structure.

    gEUD = (sum_i v_i D_i^a)^(1/a),   v_i share of the volume

a = 1 is the mean, large a tends to the highest dose, large negative a to the lowest. In the Lyman-Kutcher-Burman model
a = 1/n. Source: A. Niemierko, Med. Phys. 26, 1100 (1999), abstract; the idea: Med. Phys. 24, 103 (1997),
doi:10.1118/1.598063. Range: doses that are alike in fractionation, or a BED or EQD2.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from openiort.biology.checks import Values, structure
from openiort.core.errors import InputError


def geud_Gy(dose_Gy: Values, volume_cc: Values, exponent: Values) -> NDArray[np.float64]:
    """gEUD of doses (n,) or (n, samples); the result has the shape of a sample.

    Args:
        dose_Gy: physical dose, BED or EQD2.
        volume_cc: (n,) volume of each.
        exponent: a, not 0; an array is one for each sample.

    Raises:
        InputError: an empty structure, a dose below 0, an exponent of 0.
    """
    dose, volume = structure(dose_Gy, volume_cc)
    a = np.asarray(exponent, np.float64)
    if not (np.isfinite(a) & (a != 0.0)).all():
        raise InputError(f"exponent = {exponent} cannot be used", where="exponent", allowed="any number but 0",
                         fix="1 is the mean dose")
    dose, volume = dose[volume > 0.0], volume[volume > 0.0]
    if a.ndim == 1 and dose.ndim == 1:
        dose = dose[:, None]
    share = (volume / volume.sum()).reshape(-1, *([1] * (dose.ndim - 1)))
    # relative to the highest dose (a > 0) or the lowest (a < 0), so that no power overflows
    pivot = np.where(a > 0.0, dose.max(axis=0), dose.min(axis=0))
    with np.errstate(divide="ignore"):
        ratio = np.divide(dose, pivot, out=np.ones(np.broadcast_shapes(dose.shape, pivot.shape)), where=pivot > 0.0)
        power = (share * ratio**a).sum(axis=0)
    return np.asarray(pivot * power ** (1.0 / a))
