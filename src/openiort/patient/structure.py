"""A structure: a named part of the anatomy as a mask on the image's grid."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Structure:
    """A named region.

    Attributes:
        name: as shown (`body`, `skin`, `lungs`, `bone`, `air`, ...).
        mask: (nz, ny, nx) bool on the image's grid, read-only.
        origin: how it came about; `automatic` when found from the CT by this program.
        cut_by_scan: whether it reaches the first or last slice or the edge of the image,
            so that part of it may lie outside.
    """

    name: str
    mask: NDArray[np.bool_]
    origin: str = "automatic"
    cut_by_scan: bool = False

    def __post_init__(self) -> None:
        mask = np.ascontiguousarray(self.mask, bool)
        mask.setflags(write=False)
        object.__setattr__(self, "mask", mask)
