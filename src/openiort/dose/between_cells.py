"""From ratios in cells to doses in voxels, batch by batch, so that the uncertainty is that of the final dose."""

from __future__ import annotations

import math

import numpy as np
from numba import prange
from numpy.typing import NDArray

from openiort.core.compiled import njit
from openiort.dose.guide import guide_value

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
    """Fill `found` with the ratios at a voxel: linear between cells, each by the tissue in it."""
    ny, nx = shape[1], shape[2]
    cz, gz = _along(voxel // (ny * nx), fold, cells[0])
    cy, gy = _along(voxel // nx % ny, fold, cells[1])
    cx, gx = _along(voxel % nx, fold, cells[2])
    for q in range(found.shape[0]):
        found[q] = 0.0
    total = 0.0
    for corner in range(8):
        hx, hy, hz = corner & 1, (corner >> 1) & 1, corner >> 2
        w = (gx if hx else 1.0 - gx) * (gy if hy else 1.0 - gy) * (gz if hz else 1.0 - gz)
        if w > 0.0:
            cell = ((cz + hz) * cells[1] + cy + hy) * cells[2] + cx + hx
            w *= weight[cell]
            total += w
            for q in range(found.shape[0]):
                found[q] += w * ratio[cell, q]
    if total > 0.0:
        for q in range(found.shape[0]):
            found[q] /= total


@njit
def _spread(values, first, count):
    """Mean of `count` values from `first` on, and its standard uncertainty."""
    mean = 0.0
    for b in range(first, first + count):
        mean += values[b]
    mean /= count
    squares = 0.0
    for b in range(first, first + count):
        squares += (values[b] - mean) ** 2
    return mean, math.sqrt(squares / (count - 1) / count)


@njit
def _times_guide(found, batches, mix, primary, fit, r_mm, medium):
    """Turn the ratios of three responses and all batches into scatter, and mix `medium` of it."""
    for b in range(batches):
        medium[b] = 0.0
    for k in range(3):
        model = guide_value(fit, k, primary[k], r_mm)
        for b in range(batches):
            found[k * batches + b] *= model
            medium[b] += mix[k] * found[k * batches + b]


@njit(parallel=True)
def evaluate_voxels(voxels, places, shape, cells, fold, weight, ratio, primary, centre_mm, fit, mix, material, layer,
                    share, scatter, sigma, layer_sums):
    """Scatter and uncertainty of the doses in some voxels.

    Args:
        voxels: (n,) index of each in the box.
        places: (n,) where the result of each goes.
        shape: (nz, ny, nx) of the box.
        cells: the same of the cells.
        fold: voxels along the edge of a cell.
        weight: (cells,) tissue in each.
        ratio: (cells, 3 x batches) scatter over the guide's mean, batches of the first response first.
        primary: (voxels of the box, 3).
        centre_mm: (voxels of the box, 3).
        fit: (3, 3) of the guide.
        mix: (materials, 3).
        material: (voxels of the box,).
        layer: (voxels of the box,) to which layer a voxel counts, below 0 to none.
        share: (voxels of the box,) of tissue.
        scatter: (places, 3) to fill: responses.
        sigma: (2, places) to fill: standard uncertainty of D_m,m and D_w.
        layer_sums: (blocks, layers, batches) to fill: sums of tissue x scattered D_w.
    """
    for block in prange((voxels.shape[0] + BLOCK - 1) // BLOCK):
        batches = ratio.shape[1] // 3
        found, medium = np.empty(3 * batches), np.empty(batches)
        for i in range(block * BLOCK, min((block + 1) * BLOCK, voxels.shape[0])):
            voxel, place = voxels[i], places[i]
            _interpolate(voxel, shape, cells, fold, weight, ratio, found)
            r = math.sqrt(centre_mm[voxel, 0] ** 2 + centre_mm[voxel, 1] ** 2 + centre_mm[voxel, 2] ** 2)
            _times_guide(found, batches, mix[material[voxel]], primary[voxel], fit, r, medium)
            _, sigma[0, place] = _spread(medium, 0, batches)
            scatter[place, 0], sigma[1, place] = _spread(found, 0, batches)
            scatter[place, 1], _ = _spread(found, batches, batches)
            scatter[place, 2], _ = _spread(found, 2 * batches, batches)
            if layer[voxel] >= 0:
                for b in range(batches):
                    layer_sums[block, layer[voxel], b] += share[voxel] * found[b]


def blocks_of(count: int) -> int:
    """Number of blocks that `evaluate_voxels` makes of so many voxels."""
    return (count + BLOCK - 1) // BLOCK


@njit(parallel=True)
def mean_scores(scores, count, per_voxel, tissue, found):
    """Fill (cells, 3) with the mean scatter of each cell: the sum over batches x `per_voxel` over its tissue."""
    for cell in prange(count):
        for k in range(3):
            total = 0.0
            for b in range(scores.shape[0]):
                total += scores[b, 3 * cell + k]
            found[cell, k] = total * per_voxel / scores.shape[0] / tissue[cell] if tissue[cell] > 0.0 else 0.0


@njit(parallel=True)
def score_ratios(scores, per_voxel, tissue, model, found):
    """Fill (cells, 3 x batches) with the scatter of each batch over the guide's mean."""
    batches = scores.shape[0]
    for cell in prange(found.shape[0]):
        for k in range(3):
            per_model = 0.0
            if tissue[cell] > 0.0 and model[cell, k] > 0.0:
                per_model = per_voxel / (tissue[cell] * model[cell, k])
            for b in range(batches):
                found[cell, k * batches + b] = scores[b, 3 * cell + k] * per_model
