"""Dose of a course of external-beam radiotherapy on a grid, wherever it comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from openiort.core.grid import Grid
from openiort.external.schedule import Schedule

TANGENTS, IMPORTED, NOMINAL = ORIGINS = ("tangents", "imported", "nominal")


@dataclass(frozen=True, slots=True, eq=False)
class ExternalDose:
    """Total dose of a whole schedule.

    Attributes:
        grid: where the voxels lie, DICOM patient coordinates; it need not be the CT's.
        dose_Gy: (nz, ny, nx) float32, read-only: all fractions together. NaN where nothing was calculated: of a
            nominal dose, everything outside the breast. NaN is no zero: a structure that holds it has no DVH.
        sigma_percent: (nz, ny, nx) float32, statistical standard uncertainty (k = 1) of `dose_Gy`; None where unknown.
        schedule: the course.
        fractions: that `dose_Gy` is given in.
        origin: "tangents" calculated here, "imported" from a planning system, "nominal" uniform in the breast.
        medium: what the dose is to, in words, such as "water" or "density-scaled water".
        notes: texts that people must read next to the dose.
        provenance: versions, hashes and settings that it rests on; plain values for JSON.
    """

    grid: Grid
    dose_Gy: NDArray[np.float32]
    sigma_percent: NDArray[np.float32] | None
    schedule: Schedule
    fractions: int
    origin: str
    medium: str
    notes: tuple[str, ...] = ()
    provenance: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.origin not in ORIGINS:
            raise ValueError(f"origin '{self.origin}' is none of {ORIGINS}")
        if self.fractions < 1:
            raise ValueError(f"{self.fractions} fractions")
        object.__setattr__(self, "dose_Gy", self._array("dose_Gy", self.dose_Gy))
        if self.sigma_percent is not None:
            object.__setattr__(self, "sigma_percent", self._array("sigma_percent", self.sigma_percent))

    def _array(self, name: str, values: NDArray[np.float32]) -> NDArray[np.float32]:
        array = np.ascontiguousarray(values, np.float32)
        if array.shape != self.grid.shape:
            raise ValueError(f"{name} has shape {array.shape}, the grid {self.grid.shape}")
        if (array < 0).any() or np.isinf(array).any():
            raise ValueError(f"{name} has values below 0 or infinite ones")
        array.setflags(write=False)
        return array

    @property
    def is_calculated(self) -> NDArray[np.bool_]:
        """(nz, ny, nx) the voxels that have a dose."""
        return np.isfinite(self.dose_Gy)
