"""A structure of many voxels as few places with the same effect: sampled intervals then cost little.

Each bin is a narrow range of dose (and of distance), with its volume and its mean dose (and distance).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from openiort.biology.checks import Values, structure, within
from openiort.core.errors import InputError

FloatArray = NDArray[np.float64]
BINS = 2000
BINS_DOSE, BINS_DISTANCE = 150, 60


def binned(dose_Gy: Values, volume_cc: Values) -> tuple[FloatArray, FloatArray]:
    """Doses and volumes of at most `BINS` places.

    Raises:
        InputError: an empty structure.
    """
    dose, volume = structure(dose_Gy, volume_cc)
    if dose.size <= BINS:
        return dose, volume
    (mean,), total = _means((dose,), volume, _index(dose, BINS))
    return mean, total


def binned_with_distance(dose_Gy: Values, distance_mm: Values,
                         volume_cc: Values) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Doses, distances and volumes of at most `BINS_DOSE` times `BINS_DISTANCE` places.

    Raises:
        InputError: an empty structure, arrays that do not belong together.
    """
    dose, volume = structure(dose_Gy, volume_cc)
    distance = within(distance_mm, "distance_mm", -np.inf)
    if distance.shape != volume.shape:
        raise InputError(f"{distance.size} distances and {volume.size} volumes do not belong together",
                         where="distance_mm, volume_cc", allowed="one distance a volume", fix="give both of one place")
    if dose.size <= BINS:
        return dose, distance, volume
    inside = distance < 0.0  # keep what lies in the cavity apart from what lies outside
    index = _index(dose, BINS_DOSE) * (BINS_DISTANCE + 1) + np.where(inside, BINS_DISTANCE,
                                                                     _index(np.maximum(distance, 0.0), BINS_DISTANCE))
    (mean, far), total = _means((dose, distance), volume, index)
    return mean, far, total


def _index(values: FloatArray, bins: int) -> NDArray[np.intp]:
    span = float(values.max() - values.min()) or 1.0
    return np.asarray(np.minimum((values - values.min()) * (bins / span), bins - 1)).astype(np.intp)


def _means(values: tuple[FloatArray, ...], volume: FloatArray,
           index: NDArray[np.intp]) -> tuple[list[FloatArray], FloatArray]:
    total = np.bincount(index, volume).astype(np.float64)
    kept = total > 0.0
    return [np.asarray(np.bincount(index, one * volume)[kept] / total[kept]) for one in values], total[kept]
