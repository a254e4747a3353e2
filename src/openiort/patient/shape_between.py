"""A shape between two drawn ones: the signed distances to their edges, interpolated linearly.

Source: G. T. Herman, J. Zheng, C. A. Bucholtz, IEEE Comput. Graph. Appl. 12(3), 69 (1992).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

FloatArray = NDArray[np.float32]


def share_between(
    before: FloatArray, after: FloatArray, weight: float, pixel_mm: tuple[float, float]
) -> FloatArray:
    """(ny, nx) share of each pixel inside the shape between `before` and `after`, (ny, nx) shares.

    Args:
        before: shape at weight 0.
        after: shape at weight 1.
        weight: 0 to 1, how far from the first to the second.
        pixel_mm: height and width of a pixel.
    """
    if before.max() < 0.5 or after.max() < 0.5:  # too small to have an inside on these pixels
        return np.asarray((1 - weight) * before + weight * after, np.float32)
    edge_mm = min(pixel_mm)
    distance_mm = (1 - weight) * _depth_mm(before, pixel_mm) + weight * _depth_mm(after, pixel_mm)
    return np.asarray(np.clip(0.5 + distance_mm / edge_mm, 0.0, 1.0), np.float32)


def _depth_mm(share: FloatArray, pixel_mm: tuple[float, float]) -> NDArray[np.float64]:
    """Distance of each pixel's centre to the edge, positive inside."""
    inside = np.pad(share >= 0.5, 1)
    within = ndimage.distance_transform_edt(inside, sampling=pixel_mm)
    beyond = ndimage.distance_transform_edt(~inside, sampling=pixel_mm)
    half_mm = min(pixel_mm) / 2
    depth = np.where(inside, within - half_mm, half_mm - beyond)
    return np.asarray(depth[1:-1, 1:-1])
