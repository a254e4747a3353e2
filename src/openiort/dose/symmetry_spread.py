"""How uncertain a dose is, seen from outside: by how much voxels differ that symmetry makes equal.

A program's own error bars may be wrong; this needs the dose alone. The cubes it is used on are the same under y -> -y,
z -> -z and y <-> z, with the source at the centre: eight voxels each have one true dose.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


def spread_percent(dose_Gy: NDArray[np.floating], material: NDArray[np.integer], count: int,
                   voxels: NDArray[np.intp]) -> float:
    """Mean relative standard uncertainty (k=1) of one voxel, in percent.

    Args:
        dose_Gy: (count^3,) in any unit, x fastest.
        material: (count^3,) index of what the voxel is made of; equal where symmetry makes voxels equal.
        count: voxels a side of the cube.
        voxels: those over which the mean is taken, all eight of a class or none.
    """
    place = np.stack(np.unravel_index(voxels, (count,) * 3))
    inner, outer = np.sort(np.abs(2 * place[:2] - (count - 1)), axis=0)
    _, kind = np.unique((place[2] * 2 * count + inner) * 2 * count + outer, return_inverse=True)
    some = dose_Gy[voxels].astype(float)
    size = np.bincount(kind)
    mean = np.bincount(kind, some) / size
    variance = np.bincount(kind, (some - mean[kind]) ** 2) / np.maximum(size - 1, 1)
    shared = size[kind] > 1
    radius_mm = np.linalg.norm(place - (count - 1) / 2.0, axis=0)
    return alike_percent(radius_mm[shared], material[voxels][shared], variance[kind][shared], mean[kind][shared])


def alike_percent(radius_mm: FloatArray, material: NDArray[np.integer], variance: FloatArray,
                  value: NDArray[Any]) -> float:
    """Mean relative standard uncertainty in percent, variances and values averaged over voxels that are much alike.

    Alike are those of one material in the same millimetre from the source: a voxel that few photons have met knows
    neither its dose nor its variance. All arguments are (voxels,).
    """
    kind = radius_mm.astype(np.intp) * (int(material.max()) + 1) + material
    count = np.maximum(np.bincount(kind), 1)
    mean_variance = np.bincount(kind, variance) / count
    mean_dose = np.bincount(kind, value) / count
    return 100.0 * float(np.mean((np.sqrt(mean_variance) / np.maximum(mean_dose, 1e-300))[kind]))
