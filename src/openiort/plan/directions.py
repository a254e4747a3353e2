"""Directions spread evenly over a sphere."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

GOLDEN_ANGLE = np.pi * (3.0 - np.sqrt(5.0))


def spread_directions(count: int) -> NDArray[np.float64]:
    """(count, 3) unit vectors on a Fibonacci spiral, each standing for the same solid angle.

    Source: A. Gonzalez, Math. Geosci. 42, 49 (2010), doi:10.1007/s11004-009-9257-x.
    """
    number = np.arange(count)
    z = 1.0 - (2.0 * number + 1.0) / count
    across = np.sqrt(1.0 - z * z)
    azimuth = GOLDEN_ANGLE * number
    return np.stack([across * np.cos(azimuth), across * np.sin(azimuth), z], 1)
