"""Scores in flat layers: the same in eight places, x and z mirrored and exchanged, so each batch is averaged over them.

That is worth nearly eight times the histories. Batches stay independent: their spread is still the uncertainty.
"""

from __future__ import annotations

import numpy as np
from numba import prange
from numpy.typing import NDArray

from openiort.core.compiled import njit
from openiort.dose.scene import VoxelBox


@njit
def _places(iz, iy, ix, ny, n):
    """The eight voxels that (iz, iy, ix) stands for, in a box of n voxels along x and z."""
    jz, jx = n - 1 - iz, n - 1 - ix
    return ((iz * ny + iy) * n + ix, (iz * ny + iy) * n + jx, (jz * ny + iy) * n + ix, (jz * ny + iy) * n + jx,
            (ix * ny + iy) * n + iz, (ix * ny + iy) * n + jz, (jx * ny + iy) * n + iz, (jx * ny + iy) * n + jz)


@njit(parallel=True)
def _average(ny, n, score):
    for batch in prange(score.shape[0]):
        for iz in range((n + 1) // 2):
            for iy in range(ny):
                for ix in range(iz + 1):
                    places = _places(iz, iy, ix, ny, n)
                    for k in range(score.shape[2]):
                        total = 0.0
                        for voxel in places:
                            total += score[batch, voxel, k]
                        for voxel in places:
                            score[batch, voxel, k] = total / 8.0


def average_over_eight(box: VoxelBox, score: NDArray[np.floating]) -> None:
    """Replace the scores (batches, voxels, k) by the mean over the eight places.

    Raises:
        ValueError: the box is not as wide along x as along z, or not centred on the source.
    """
    nz, ny, nx = (int(n) for n in box.shape)
    if nz != nx or abs(box.low_mm[0] + box.high_mm[0]) > 1e-6 or abs(box.low_mm[2] + box.high_mm[2]) > 1e-6:
        raise ValueError("a box of a layered scene must be square and centred on the source")
    _average(ny, nx, score)
