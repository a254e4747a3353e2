"""Linear interpolation between the voxels of an array; beyond its edge the values of the edge."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import prange
from numpy.typing import NDArray

from openiort.core.compiled import njit

FloatArray = NDArray[np.float64]


@njit
def _below(index, count):
    """The voxel below a fractional index, the one above, and how far the index lies between them, 0 to 1."""
    index = min(max(index, 0.0), count - 1.0)
    low = int(index)
    return low, min(low + 1, count - 1), index - low


@njit(parallel=True)
def _interpolate(values, index, found):
    nz, ny, nx = values.shape
    for i in prange(index.shape[0]):
        z0, z1, z = _below(index[i, 0], nz)
        y0, y1, y = _below(index[i, 1], ny)
        x0, x1, x = _below(index[i, 2], nx)
        low = ((1.0 - y) * ((1.0 - x) * values[z0, y0, x0] + x * values[z0, y0, x1])
               + y * ((1.0 - x) * values[z0, y1, x0] + x * values[z0, y1, x1]))
        high = ((1.0 - y) * ((1.0 - x) * values[z1, y0, x0] + x * values[z1, y0, x1])
                + y * ((1.0 - x) * values[z1, y1, x0] + x * values[z1, y1, x1]))
        found[i] = (1.0 - z) * low + z * high


def interpolated(values: NDArray[Any], index: FloatArray) -> FloatArray:
    """Values (n,) of an array (nz, ny, nx) at fractional indices (n, 3), z, y, x."""
    found = np.empty(len(index))
    _interpolate(np.ascontiguousarray(values, float), np.ascontiguousarray(index, float), found)
    return found
