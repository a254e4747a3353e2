"""How far each voxel lies from the nearest one of a mask: exact, on voxels of any shape, up to a distance that matters.

Axis by axis, as in T. Saito, J. Toriwaki, Pattern Recognition 27, 1551 (1994), doi:10.1016/0031-3203(94)90133-3: along
a line, the squared distance is the least of what the voxels on it have, plus the square of the way to them. The search
goes outward from each voxel and ends where the way alone is longer than what has been found.
"""

from __future__ import annotations

import numpy as np
from numba import prange
from numpy.typing import NDArray

from openiort.core.compiled import njit

BLOCK = 64  # lines at once, beside one another in memory
ROUNDING = 1e-6  # must not lose what lies just so far


@njit(parallel=True)
def _spread(squared_mm2, step_mm, limit_mm2):
    """Along the middle axis of (outer, n, inner), in place."""
    outer, count, inner = squared_mm2.shape
    blocks = (inner + BLOCK - 1) // BLOCK
    for task in prange(outer * blocks):
        plane, low = task // blocks, task % blocks * BLOCK
        high = min(low + BLOCK, inner)
        before = squared_mm2[plane, :, low:high].copy()
        for row in range(count):
            for line in range(high - low):
                best, away = before[row, line], 1
                while away < count and (away * step_mm) ** 2 < best and (away * step_mm) ** 2 <= limit_mm2:
                    if row >= away:
                        best = min(best, before[row - away, line] + (away * step_mm) ** 2)
                    if row + away < count:
                        best = min(best, before[row + away, line] + (away * step_mm) ** 2)
                    away += 1
                squared_mm2[plane, row, low + line] = best


def distance_to_mm(mask: NDArray[np.bool_], step_mm: tuple[float, float, float],
                   up_to_mm: float = np.inf) -> NDArray[np.float32]:
    """Distance (nz, ny, nx) of every voxel's centre to that of the nearest true one; infinite beyond `up_to_mm`.

    Args:
        mask: (nz, ny, nx).
        step_mm: voxel size along z, y and x.
        up_to_mm: how far to look; less is faster.
    """
    limit_mm2 = (up_to_mm * (1.0 + ROUNDING)) ** 2
    nz, ny, nx = mask.shape
    squared_mm2 = np.where(mask, 0.0, np.inf)
    for shape, length_mm in zip(((nz * ny, nx, 1), (nz, ny, nx), (1, nz, ny * nx)), step_mm[::-1], strict=True):
        _spread(squared_mm2.reshape(shape), length_mm, limit_mm2)
    squared_mm2[squared_mm2 > limit_mm2] = np.inf
    return np.sqrt(squared_mm2, out=squared_mm2).astype(np.float32)
