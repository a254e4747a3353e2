"""The CT as a stack of numbers in space."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from openiort.core.grid import Grid


@dataclass(frozen=True, slots=True)
class CTImage:
    """Hounsfield units on a grid.

    Attributes:
        hounsfield: (nz, ny, nx) float32, read-only; padding outside the reconstruction circle already set to air.
        grid: where the voxels lie, DICOM patient coordinates.
        slice_uids: SOP Instance UID of the file that each slice was read from, (nz); empty where it was not read from
            files. An image that was changed has none of them, or structures would be drawn on slices that they do
            not fit.
        slice_frames: which frame of that file each slice is, from 1, (nz); empty where each file holds one slice.
        slice_class_uid: SOP Class UID of those files; empty for CT Image Storage.
    """

    hounsfield: NDArray[np.float32]
    grid: Grid
    slice_uids: tuple[str, ...] = ()
    slice_frames: tuple[int, ...] = ()
    slice_class_uid: str = ""

    def __post_init__(self) -> None:
        if self.hounsfield.shape != self.grid.shape:
            raise ValueError(f"image shape {self.hounsfield.shape} is not the grid's {self.grid.shape}")
        if len(self.slice_uids) not in (0, self.grid.shape[0]):
            raise ValueError(f"{len(self.slice_uids)} identifiers for {self.grid.shape[0]} slices")
        if len(self.slice_frames) not in (0, len(self.slice_uids)):
            raise ValueError(f"{len(self.slice_frames)} frames for {len(self.slice_uids)} identifiers")
        hounsfield = np.ascontiguousarray(self.hounsfield, np.float32)
        hounsfield.setflags(write=False)
        object.__setattr__(self, "hounsfield", hounsfield)
