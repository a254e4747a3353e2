"""A structure: a named part of the anatomy on the image's grid, as a mask or as shares of voxels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from openiort.core.grid import Grid

WHOLE = 255
HALF = 128


@dataclass(frozen=True, slots=True)
class Structure:
    """A named region.

    Attributes:
        name: as shown (`body`, `skin`, `lungs`, `bone`, `air`, ...).
        mask: (nz, ny, nx) bool on the image's grid, read-only: the voxels that belong to it by at least half.
        origin: how it came about; `automatic` when found from the CT by this program, `contoured` when drawn.
        cut_by_scan: whether it reaches the first or last slice or the edge of the image,
            so that part of it may lie outside.
        share_255: (nz, ny, nx) uint8, read-only: how much of each voxel belongs to it, in 255ths; None where
            voxels belong to it whole or not at all.
        drawn_as: the name that its author gave it; empty where nobody drew it.
    """

    name: str
    mask: NDArray[np.bool_]
    origin: str = "automatic"
    cut_by_scan: bool = False
    share_255: NDArray[np.uint8] | None = None
    drawn_as: str = ""

    def __post_init__(self) -> None:
        mask = np.ascontiguousarray(self.mask, bool)
        mask.setflags(write=False)
        object.__setattr__(self, "mask", mask)
        if self.share_255 is not None:
            share = np.ascontiguousarray(self.share_255, np.uint8)
            if share.shape != mask.shape:
                raise ValueError(f"shares of {self.name} have shape {share.shape}, its mask {mask.shape}")
            share.setflags(write=False)
            object.__setattr__(self, "share_255", share)

    @classmethod
    def from_shares(cls, name: str, share: NDArray[Any], origin: str, *, cut_by_scan: bool = False) -> Structure:
        """A structure from the share of each voxel that belongs to it, (nz, ny, nx), 0 to 1."""
        share_255 = np.rint(np.clip(share, 0.0, 1.0) * WHOLE).astype(np.uint8)
        return cls(name, share_255 >= HALF, origin, cut_by_scan, share_255)

    @property
    def touched(self) -> NDArray[np.bool_]:
        """(nz, ny, nx) the voxels of which any part belongs to it."""
        return self.mask if self.share_255 is None else np.asarray(self.share_255 > 0)

    def shares(self, where: tuple[NDArray[np.intp], ...]) -> NDArray[np.float64]:
        """Share, 0 to 1, of the voxels at an index as NumPy takes it: (z, y, x) arrays."""
        if self.share_255 is None:
            return np.asarray(self.mask[where], float)
        return np.asarray(self.share_255[where] / WHOLE, float)

    def shares_of(self, voxels: NDArray[np.intp]) -> NDArray[np.float64]:
        """Share, 0 to 1, of voxels by their number in z, y, x order."""
        if self.share_255 is None:
            return np.asarray(self.mask.reshape(-1)[voxels], float)
        return np.asarray(self.share_255.reshape(-1)[voxels] / WHOLE, float)

    def all_shares(self) -> NDArray[np.float32]:
        """(nz, ny, nx) share, 0 to 1, of every voxel."""
        if self.share_255 is None:
            return self.mask.astype(np.float32)
        return np.asarray(self.share_255 / np.float32(WHOLE), np.float32)

    def volume_cc(self, grid: Grid) -> float:
        """Volume on its grid."""
        voxels = float(self.mask.sum()) if self.share_255 is None else float(self.share_255.sum(dtype=np.int64)) / WHOLE
        return voxels * grid.voxel_volume_cc
