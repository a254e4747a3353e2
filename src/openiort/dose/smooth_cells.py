"""Averaging of the ratios over neighbouring cells, by the tissue in them: less noise for a little bias."""

from __future__ import annotations

import numpy as np
from numba import prange
from numpy.typing import NDArray

from openiort.core.compiled import njit

REACH = 2  # cells to each side


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


def smooth_cells(shape: NDArray[np.int64], weight: NDArray[np.float64], ratio: NDArray[np.float32],
                 sigma_cells: float) -> NDArray[np.float32]:
    """Ratios (cells, k) averaged by a Gaussian of `sigma_cells` standard deviation, cut at 2 cells."""
    taps = np.exp(-0.5 * (np.arange(-REACH, REACH + 1) / sigma_cells) ** 2).astype(np.float32)
    total = np.ascontiguousarray(weight[:, None], np.float32)
    values = ratio * total
    for axis in range(3):
        before, count, stride = (int(n) for n in (shape[:axis].prod(), shape[axis], shape[axis + 1 :].prod()))
        values, total = (_convolved(array, before, count, stride, taps) for array in (values, total))
    return np.asarray(np.divide(values, total, out=values, where=total > 0))


def _convolved(values: NDArray[np.float32], before: int, count: int, stride: int,
               taps: NDArray[np.float32]) -> NDArray[np.float32]:
    found = np.empty_like(values)
    _along_axis(values, before, count, stride, taps, found)
    return found
