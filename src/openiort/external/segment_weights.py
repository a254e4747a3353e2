"""How much each segment of a field gives: least squares towards an even dose in the target, never below zero.

Neighbouring segments are held together, as a wedge or a few fields in the field would; voxels outside 95-107 % of the
prescription count more from round to round. ICRU Report 50 (1993) has these limits.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import nnls

FloatArray = NDArray[np.float64]
LOWEST, HIGHEST = 0.95, 1.07
# chosen by looking at dose and fluence of two patients
SMOOTHNESS, ROUNDS, FACTOR = 0.02, 8, 2.0


def segment_weights(columns: NDArray[np.floating[Any]], neighbours: Sequence[tuple[int, int]]) -> FloatArray:
    """(segments,) weights that bring the target's mean dose to 1.

    Args:
        columns: (voxels, segments) dose of each segment at weight 1 in the voxels of the target.
        neighbours: pairs of segments that lie side by side in one field.
    """
    mean = float(columns.sum(axis=1).mean())
    scaled = np.asarray(columns, float) / mean
    count = np.ones(len(scaled))
    weights = np.ones(columns.shape[1])
    held = _held_together(neighbours, columns.shape[1])
    for _ in range(ROUNDS):
        normal = scaled.T @ (scaled * count[:, None])
        normal += SMOOTHNESS * np.trace(normal) / len(weights) * held
        weights = _non_negative(normal, scaled.T @ count)
        dose = scaled @ weights
        dose /= dose.mean()
        count *= np.where((dose < LOWEST) | (dose > HIGHEST), FACTOR, 1.0)
        count /= count.mean()
    return weights / float((columns @ weights).mean())


def _non_negative(normal: FloatArray, right: FloatArray) -> FloatArray:
    """The weights >= 0 that minimise w' normal w / 2 - right' w."""
    factor = np.linalg.cholesky(normal + 1e-9 * np.trace(normal) / len(right) * np.eye(len(right)))
    found: FloatArray = nnls(factor.T, np.linalg.solve(factor, right))[0]
    return found


def _held_together(neighbours: Sequence[tuple[int, int]], segments: int) -> FloatArray:
    """Matrix of the sum of squared differences between neighbours."""
    held = np.zeros((segments, segments))
    for first, second in neighbours:
        held[[first, second], [first, second]] += 1.0
        held[[first, second], [second, first]] -= 1.0
    return held
