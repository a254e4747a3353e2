"""The guide: a model of the scatter on 1 mm that takes its fine structure from the noise-free primary.

M = P^0.75 exp(a + b ln r + c r) for each response, P the primary response, r the distance from the source. The ratio of
scatter to M is smooth even in bone and behind it, so it is scored in cells of 2 mm and interpolated; M puts back what
the cells are too coarse for. a, b and c are fitted to the run and shape the interpolation alone. With the whole of P
the scatter in a speck of bone of 2 mm would follow the primary too closely (dose 4 % low), with its root too little
(4 % high); a wide slab of bone is right with either (`validation/dose_modes`).
"""

from __future__ import annotations

import math

import numpy as np
from numba import prange
from numpy.typing import NDArray

from openiort.core.compiled import njit
from openiort.dose.cut_voxels import TissuePart
from openiort.dose.scene import VoxelBox

FloatArray = NDArray[np.float64]
FITTED_CELLS = 20_000
WHOLE_ENOUGH = 0.5
NEAREST_mm = 0.1  # a bare source may lie in the middle of a voxel


@njit
def guide_value(fit, response, primary, r_mm):
    """M of a response where its primary is `primary`."""
    power = math.sqrt(primary * math.sqrt(primary))  # 0.75
    r_mm = max(r_mm, NEAREST_mm)
    return power * math.exp(fit[response, 0] + fit[response, 1] * math.log(r_mm) + fit[response, 2] * r_mm)


@njit(parallel=True)
def _cell_means(shape, cells, fold, share, centre, primary, fit, volume, radius, model):
    ny, nx = shape[1], shape[2]
    for cz in prange(cells[0]):
        for cy in range(cells[1]):
            for cx in range(cells[2]):
                cell = (cz * cells[1] + cy) * cells[2] + cx
                total, distance, m0, m1, m2 = 0.0, 0.0, 0.0, 0.0, 0.0
                for iz in range(cz * fold, min(cz * fold + fold, shape[0])):
                    for iy in range(cy * fold, min(cy * fold + fold, ny)):
                        for ix in range(cx * fold, min(cx * fold + fold, nx)):
                            v = (iz * ny + iy) * nx + ix
                            if share[v] > 0.0:
                                r = math.sqrt(centre[v, 0] ** 2 + centre[v, 1] ** 2 + centre[v, 2] ** 2)
                                total += share[v]
                                distance += share[v] * r
                                m0 += share[v] * guide_value(fit, 0, primary[v, 0], r)
                                m1 += share[v] * guide_value(fit, 1, primary[v, 1], r)
                                m2 += share[v] * guide_value(fit, 2, primary[v, 2], r)
                volume[cell] = total
                if total > 0.0:
                    radius[cell] = distance / total
                    model[cell, 0], model[cell, 1], model[cell, 2] = m0 / total, m1 / total, m2 / total


class Guide:
    """The model on the voxels of a box, and its means over cells.

    Attributes:
        volume: (cells,) tissue of each cell in voxels.
        radius_mm: (cells,) mean distance of its tissue from the source.
    """

    def __init__(self, box: VoxelBox, cells: VoxelBox, fold: int, part: TissuePart, primary: FloatArray) -> None:
        """`primary` is (voxels, 3); `fold` voxels of `box` make an edge of a cell."""
        self._voxels = (box.shape, cells.shape, fold, part.share, part.centre_mm, primary)
        self.volume, self.radius_mm = (np.zeros(len(cells.material)) for _ in range(2))
        self._bare = self.means(np.zeros((3, 3)))

    def means(self, fit: FloatArray) -> FloatArray:
        """(cells, 3) mean of M over the tissue of each cell."""
        found = np.zeros((len(self.volume), 3))
        _cell_means(*self._voxels, fit, self.volume, self.radius_mm, found)
        return found

    def fit(self, scatter: FloatArray) -> FloatArray:
        """(3, 3) a, b, c of each response, by least squares on the logarithm; `scatter` is (cells, 3) means."""
        used = self.volume > WHOLE_ENOUGH * self.volume.max()
        used &= (scatter > 0).all(axis=1) & (self._bare > 0).all(axis=1)
        chosen = np.flatnonzero(used)
        chosen = chosen[:: len(chosen) // FITTED_CELLS + 1]
        r_mm = self.radius_mm[chosen]
        basis = np.stack([np.ones_like(r_mm), np.log(r_mm), r_mm], 1)
        ratio = np.log(scatter[chosen] / self._bare[chosen])
        return np.ascontiguousarray(np.linalg.lstsq(basis, ratio, rcond=None)[0].T)
