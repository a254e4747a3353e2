"""Averaging of the ratios over neighbouring cells, by the tissue in them: less noise for a little bias.

Bone is averaged with bone and the rest with the rest: the ratio falls into bone within a cell or two, and averaging
across its border would make bone 3 % too hot (`validation/dose_modes`).
"""

from __future__ import annotations

import numpy as np
from numba import prange
from numpy.typing import NDArray

from openiort.core.compiled import njit
from openiort.core.material_table import read_material
from openiort.dose.scene import Scene
from openiort.physics.element_tables import ENERGIES_keV
from openiort.physics.photon_tables import photon_tables

REACH = 2  # cells to each side
# a cell counts as bone that attenuates so many times as water does, at about the mean energy
BONE_TIMES_WATER, BONE_AT_keV = 2.0, 25.0


@njit(parallel=True)
def _along_axis(values, before, count, stride, taps, found):
    """Convolve along one axis of (before x count x stride, k) values; beyond the ends nothing is there."""
    reach = taps.shape[0] // 2
    for line in prange(before * stride):
        first = (line // stride) * count * stride + line % stride
        for i in range(count):
            place = first + i * stride
            for q in range(values.shape[1]):
                found[place, q] = 0.0
            for tap in range(max(-reach, -i), min(reach, count - 1 - i) + 1):
                for q in range(values.shape[1]):
                    found[place, q] += taps[tap + reach] * values[place + tap * stride, q]


def bone_cells(scene: Scene, fold: int, share: NDArray[np.float64]) -> NDArray[np.bool_]:
    """(cells,) which cells of `fold` fine voxels along an edge are bone; `share` is (voxels,) of tissue."""
    per_mm = np.array([np.interp(BONE_AT_keV, ENERGIES_keV, column) for column in scene.tables.attenuation.T])
    water = np.interp(BONE_AT_keV, ENERGIES_keV, photon_tables((read_material("water"),)).attenuation[:, 0])
    excess = (per_mm[scene.fine.material] * scene.fine.density - BONE_TIMES_WATER * water) * share
    found = excess.reshape(tuple(scene.fine.shape))
    for axis, count in enumerate(found.shape):
        found = np.add.reduceat(found, np.arange(0, count, fold), axis=axis)
    return np.asarray(found.ravel() > 0)


def smooth_cells(shape: NDArray[np.int64], weight: NDArray[np.float64], ratio: NDArray[np.float32],
                 sigma_cells: float, bone: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Ratios (cells, k) averaged by a Gaussian of `sigma_cells` standard deviation, cut at 2 cells.

    Args:
        shape: (nz, ny, nx) of the cells.
        weight: (cells,) tissue in each.
        ratio: (cells, k) to average; overwritten, for there is no room for one more.
        sigma_cells: standard deviation, in cells.
        bone: (cells,) those that are averaged among themselves.
    """
    if not bone.any():
        return _averaged(shape, weight, ratio, sigma_cells)
    around = tuple(slice(int(i.min()), int(i.max()) + 1) for i in np.nonzero(bone.reshape(tuple(shape))))
    place = np.arange(len(bone)).reshape(tuple(shape))[around]
    cells, size = place.ravel(), np.array(place.shape)
    within = bone[cells]
    in_bone = _averaged(size, weight[cells] * within, ratio[cells], sigma_cells)[within]
    found = _averaged(shape, np.where(bone, 0.0, weight), ratio, sigma_cells)
    found[cells[within]] = in_bone
    return found


def _averaged(shape: NDArray[np.int64], weight: NDArray[np.float64], ratio: NDArray[np.float32],
              sigma_cells: float) -> NDArray[np.float32]:
    taps = np.exp(-0.5 * (np.arange(-REACH, REACH + 1) / sigma_cells) ** 2).astype(np.float32)
    total = np.ascontiguousarray(weight[:, None], np.float32)
    values = np.multiply(ratio, total, out=ratio)
    for axis in range(3):
        before, count, stride = (int(n) for n in (shape[:axis].prod(), shape[axis], shape[axis + 1 :].prod()))
        values, total = (_convolved(array, before, count, stride, taps) for array in (values, total))
    return np.asarray(np.divide(values, total, out=values, where=total > 0))


def _convolved(values: NDArray[np.float32], before: int, count: int, stride: int,
               taps: NDArray[np.float32]) -> NDArray[np.float32]:
    found = np.empty_like(values)
    _along_axis(values, before, count, stride, taps, found)
    return found
