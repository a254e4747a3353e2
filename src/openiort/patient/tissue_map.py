"""What each voxel of the image is made of."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from openiort.core.material import Material


@dataclass(frozen=True, slots=True)
class TissueMap:
    """Material and density of every voxel of the image's grid.

    Attributes:
        materials: the materials that occur; `material_index` points into it. Index 0 is air.
        material_index: (nz, ny, nx) uint8, read-only.
        density_g_cm3: (nz, ny, nx) float32, read-only.
        tissue_of_material: for each material the plain tissue it counts as in summaries
            (`adipose`, `gland`, `muscle`, ...) as shares of its volume summing to 1.
    """

    materials: tuple[Material, ...]
    material_index: NDArray[np.uint8]
    density_g_cm3: NDArray[np.float32]
    tissue_of_material: tuple[Mapping[str, float], ...]

    def __post_init__(self) -> None:
        for name, kind in (("material_index", np.uint8), ("density_g_cm3", np.float32)):
            array = np.ascontiguousarray(getattr(self, name), kind)
            array.setflags(write=False)
            object.__setattr__(self, name, array)

    def made_of(self, tissues: Collection[str]) -> NDArray[np.bool_]:
        """(materials,) whether each material consists of these plain tissues alone."""
        return np.array([set(shares) <= set(tissues) for shares in self.tissue_of_material])

    def volume_fractions(self, mask: NDArray[np.bool_]) -> dict[str, float]:
        """Share of the volume of `mask` (nz, ny, nx) taken by each plain tissue; sums to 1."""
        counts = np.bincount(self.material_index[mask], minlength=len(self.materials))
        total = max(int(counts.sum()), 1)
        fractions: dict[str, float] = {}
        for count, shares in zip(counts, self.tissue_of_material, strict=True):
            for tissue, share in shares.items():
                fractions[tissue] = fractions.get(tissue, 0.0) + share * float(count) / total
        return {tissue: value for tissue, value in fractions.items() if value > 0}
