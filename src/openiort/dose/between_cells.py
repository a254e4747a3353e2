"""From ratios in cells to doses in voxels, batch by batch, so that the uncertainty is that of the final dose."""

from __future__ import annotations

import math

import numpy as np
from numba import prange
from numpy.typing import NDArray

from openiort.core.compiled import njit
from openiort.dose.guide import guide_factor

FloatArray = NDArray[np.float64]
BLOCK = 512


@njit
def _along(index, fold, count):
    """Lower of the two cells that a voxel lies between along an axis, and the share of the upper one."""
    at = min(max((index + 0.5) / fold - 0.5, 0.0), count - 1.0)
    lower = min(int(at), max(count - 2, 0))
    return lower, at - lower


@njit
def _interpolate(voxel, shape, cells, fold, weight, ratio, found):
    """Fill (3, batches) `found` with the ratios at a voxel: linear between cells, each by the tissue in it."""
    ny, nx = shape[1], shape[2]
    cz, gz = _along(voxel // (ny * nx), fold, cells[0])
    cy, gy = _along(voxel // nx % ny, fold, cells[1])
    cx, gx = _along(voxel % nx, fold, cells[2])
    found[:] = 0.0
    total = 0.0
    for corner in range(8):
        hx, hy, hz = corner & 1, (corner >> 1) & 1, corner >> 2
        w = (gx if hx else 1.0 - gx) * (gy if hy else 1.0 - gy) * (gz if hz else 1.0 - gz)
        if w > 0.0:
            cell = ((cz + hz) * cells[1] + cy + hy) * cells[2] + cx + hx
            w *= weight[cell]
            total += w
            for k in range(3):
                for b in range(found.shape[1]):
                    found[k, b] += w * ratio[cell, k, b]
    if total > 0.0:
        found /= total


@njit
def _spread(values):
    """Mean over batches and its standard uncertainty."""
    batches = values.shape[0]
    mean = values.mean()
    squares = 0.0
    for b in range(batches):
        squares += (values[b] - mean) ** 2
    return mean, math.sqrt(squares / (batches - 1) / batches)


@njit(parallel=True)
def evaluate_voxels(voxels, shape, cells, fold, weight, ratio, primary, centre_mm, fit, mix, material, layer, share,
                    scatter, sigma, layer_sums):
    """Scatter and uncertainty of the doses in some voxels.

    Args:
        voxels: (n,) index of each in the box.
        shape: (nz, ny, nx) of the box.
        cells: the same of the cells.
        fold: voxels along the edge of a cell.
        weight: (cells,) tissue in each.
        ratio: (cells, 3, batches) scatter over the guide's mean.
        primary: (voxels of the box, 3).
        centre_mm: (voxels of the box, 3).
        fit: (3, 3) of the guide.
        mix: (materials, 3).
        material: (voxels of the box,).
        layer: (n,) to which layer a voxel counts, below 0 to none.
        share: (voxels of the box,) of tissue.
        scatter: (n, 3) to fill: responses.
        sigma: (n, 2) to fill: standard uncertainty of D_m,m and D_w.
        layer_sums: (blocks, layers, batches) to fill: sums of tissue x scattered D_w.
    """
    for block in prange((voxels.shape[0] + BLOCK - 1) // BLOCK):
        batches = ratio.shape[2]
        found, medium = np.empty((3, batches)), np.empty(batches)
        for i in range(block * BLOCK, min((block + 1) * BLOCK, voxels.shape[0])):
            voxel = voxels[i]
            _interpolate(voxel, shape, cells, fold, weight, ratio, found)
            r = math.sqrt(centre_mm[voxel, 0] ** 2 + centre_mm[voxel, 1] ** 2 + centre_mm[voxel, 2] ** 2)
            medium[:] = 0.0
            for k in range(3):
                found[k] *= primary[voxel, k] * guide_factor(fit, k, r)
                medium += mix[material[voxel], k] * found[k]
            _, sigma[i, 0] = _spread(medium)
            scatter[i, 0], sigma[i, 1] = _spread(found[0])
            scatter[i, 1], scatter[i, 2] = found[1].mean(), found[2].mean()
            if layer[i] >= 0:
                layer_sums[block, layer[i]] += share[voxel] * found[0]


def blocks_of(count: int) -> int:
    """Number of blocks that `evaluate_voxels` makes of so many voxels."""
    return (count + BLOCK - 1) // BLOCK
