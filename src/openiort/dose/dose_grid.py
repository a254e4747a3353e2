"""Dose on a grid, to medium and to water, each with its standard uncertainty."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from openiort.core.grid import Grid

ARRAYS = ("medium_Gy", "water_Gy", "medium_uncertainty_percent", "water_uncertainty_percent")


@dataclass(frozen=True, slots=True)
class DoseGrid:
    """Dose in every voxel; inside the applicator it is 0.

    Attributes:
        grid: where the voxels lie.
        medium_Gy: (nz, ny, nx) float32, dose to medium in medium (D_m,m).
        water_Gy: (nz, ny, nx) float32, dose to water in medium (D_w).
        medium_uncertainty_percent: (nz, ny, nx) float32, standard uncertainty (k=1) of `medium_Gy`.
        water_uncertainty_percent: the same for `water_Gy`.
    """

    grid: Grid
    medium_Gy: NDArray[np.float32]
    water_Gy: NDArray[np.float32]
    medium_uncertainty_percent: NDArray[np.float32]
    water_uncertainty_percent: NDArray[np.float32]

    def __post_init__(self) -> None:
        for name in ARRAYS:
            array = np.ascontiguousarray(getattr(self, name), np.float32)
            if array.shape != self.grid.shape:
                raise ValueError(f"{name} has shape {array.shape}, the grid {self.grid.shape}")
            array.setflags(write=False)
            object.__setattr__(self, name, array)
