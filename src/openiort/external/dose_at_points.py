"""A dose on a grid at any points: linear between voxel centres, not a number where there is no dose."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from openiort.core.grid import Grid
from openiort.core.interpolation import interpolated

FloatArray = NDArray[np.float64]


def dose_at_points_Gy(grid: Grid, dose_Gy: NDArray[Any], points_mm: FloatArray) -> FloatArray:
    """Dose (n,) at points (n, 3); NaN outside the voxels of the grid, and where a voxel next to the point has NaN.

    Args:
        grid: of the dose.
        dose_Gy: (nz, ny, nx).
        points_mm: DICOM patient coordinates.
    """
    found = interpolated(dose_Gy, grid.to_index(points_mm))
    found[~grid.contains(points_mm)] = np.nan
    return found
