"""A regular grid of voxels in DICOM patient coordinates (LPS, mm); arrays on it are indexed (z, y, x)."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


def _identity() -> FloatArray:
    return np.eye(3)


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """Where the voxels of an array lie; two grids are equal when all their numbers are.

    Attributes:
        origin_mm: (3,) x, y, z of the centre of voxel [0, 0, 0].
        spacing_mm: (3,) distance between voxel centres along the array's x, y and z axis.
        shape: (nz, ny, nx).
        direction: (3, 3); column i is the unit vector, in LPS, of the array's x, y or z axis.
    """

    origin_mm: tuple[float, float, float]
    spacing_mm: tuple[float, float, float]
    shape: tuple[int, int, int]
    direction: FloatArray = field(default_factory=_identity)

    def __post_init__(self) -> None:
        if min(self.spacing_mm) <= 0 or min(self.shape) < 1:
            raise ValueError(f"grid needs positive spacing and shape, got {self.spacing_mm} mm, {self.shape}")
        direction = np.array(self.direction, float)
        if not np.allclose(direction.T @ direction, np.eye(3), atol=1e-3):
            raise ValueError("grid direction must be orthonormal")
        direction.setflags(write=False)
        object.__setattr__(self, "direction", direction)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Grid):
            return NotImplemented
        return self._numbers == other._numbers and np.array_equal(self.direction, other.direction)

    def __hash__(self) -> int:
        return hash(self._numbers)

    @property
    def _numbers(self) -> tuple[object, ...]:
        return self.origin_mm, self.spacing_mm, self.shape

    @property
    def voxel_volume_cc(self) -> float:
        """Volume of one voxel."""
        return float(np.prod(self.spacing_mm)) / 1000.0

    @property
    def voxel_count(self) -> int:
        """Number of voxels."""
        return int(np.prod(self.shape))

    def to_index(self, points_mm: FloatArray) -> FloatArray:
        """Fractional array indices (z, y, x) of points (..., 3) given as x, y, z in mm."""
        local = np.asarray(points_mm, float) - self.origin_mm
        if not np.array_equal(self.direction, np.eye(3)):
            local = local @ self.direction
        return np.ascontiguousarray((local / self.spacing_mm)[..., ::-1])

    def to_points_mm(self, index_zyx: FloatArray) -> FloatArray:
        """Points (..., 3) as x, y, z in mm of array indices (..., 3) given as z, y, x."""
        local = np.asarray(index_zyx, float)[..., ::-1] * self.spacing_mm
        return np.asarray(local @ self.direction.T + self.origin_mm)

    def contains(self, points_mm: FloatArray) -> NDArray[np.bool_]:
        """Whether each point (..., 3) lies in a voxel of the grid, outer half voxels included."""
        index = self.to_index(points_mm)
        return np.asarray(((index >= -0.5) & (index <= np.array(self.shape) - 0.5)).all(axis=-1))

    def corners_mm(self) -> FloatArray:
        """(8, 3) outer corners of the grid's volume."""
        low, high = np.full(3, -0.5), np.array(self.shape) - 0.5
        picks = np.stack(np.meshgrid([0, 1], [0, 1], [0, 1], indexing="ij"), -1).reshape(-1, 3)
        return self.to_points_mm(np.where(picks == 1, high, low))
