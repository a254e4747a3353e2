"""Gamma index along a curve: how near, in dose and in distance together, one curve passes every point of another.

D. A. Low et al., Med. Phys. 25, 656 (1998), doi:10.1118/1.598248, equations 4-6, in one dimension.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

FloatArray = np.ndarray
STEPS_PER_CRITERION = 50  # so that gamma is exact to about 0.01
REACH = 3.0  # criteria of distance that are searched


def gamma_index(depth_mm: FloatArray, dose: FloatArray, evaluated: Callable[[FloatArray], FloatArray], *,
                dose_percent: float, distance_mm: float, from_mm: float, to_mm: float) -> FloatArray:
    """(n,) gamma at the points of the reference curve.

    Args:
        depth_mm: (n,) of the points.
        dose: (n,) of the reference there, above 0.
        evaluated: the other curve, depths (m,) between `from_mm` and `to_mm` to doses (m,).
        dose_percent: criterion, of the reference's dose at the point (local).
        distance_mm: criterion.
        from_mm: where the evaluated curve begins.
        to_mm: where it ends.
    """
    step_mm = distance_mm / STEPS_PER_CRITERION
    count = round(REACH * STEPS_PER_CRITERION)
    offset_mm = step_mm * np.arange(-count, count + 1)
    place_mm = np.clip(np.asarray(depth_mm)[:, None] + offset_mm, from_mm, to_mm)
    difference = evaluated(place_mm.ravel()).reshape(place_mm.shape) / np.asarray(dose)[:, None] - 1.0
    apart_mm = place_mm - np.asarray(depth_mm)[:, None]
    return np.sqrt((100.0 * difference / dose_percent) ** 2 + (apart_mm / distance_mm) ** 2).min(axis=1)
