"""What the tissue around the applicator consists of: shares by volume of each plain tissue, with its mean density."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from openiort.patient.patient import Patient
from openiort.patient.tissue_map import TissueMap

SHELL_mm, NEIGHBOURHOOD_mm = 10.0, 30.0
BREAST = "breast"
# what the tissue map tells apart and a reader does not
GROUPS = {"spongiosa": "bone", "cortical bone": "bone", "rib": "bone", "heart muscle": "heart"}


@dataclass(frozen=True, slots=True)
class TissueShare:
    """One tissue of a region.

    Attributes:
        tissue: `adipose`, `gland`, `skin`, `muscle`, `bone`, `lung`, `heart`, `air`, ...
        fraction: of the region's volume, 0 to 1.
        density_g_cm3: mean of the voxels that hold it, by how much of it they hold.
    """

    tissue: str
    fraction: float
    density_g_cm3: float


def tissue_shares(tissues: TissueMap, mask: NDArray[np.bool_]) -> tuple[TissueShare, ...]:
    """Tissues in `mask` (nz, ny, nx), the largest share first; fractions sum to 1, or there is none."""
    material = tissues.material_index[mask]
    count = len(tissues.materials)
    voxels = np.bincount(material, minlength=count)
    density = np.bincount(material, tissues.density_g_cm3[mask], count)
    found: dict[str, NDArray[np.float64]] = {}
    for number, shares in enumerate(tissues.tissue_of_material):
        for tissue, share in shares.items():
            name = GROUPS.get(tissue, tissue)
            found[name] = found.get(name, np.zeros(2)) + share * np.array([voxels[number], density[number]])
    kept = [TissueShare(name, float(volume / len(material)), float(mass / volume))
            for name, (volume, mass) in found.items() if volume > 0]  # fmt: skip
    return tuple(sorted(kept, key=lambda share: -share.fraction))


def tissues_around(patient: Patient, centre_mm: tuple[float, float, float],
                   radius_mm: float) -> Mapping[str, tuple[TissueShare, ...]]:
    """Region -> its tissues: 0-10 and 0-30 mm from the sphere within the body, and the breast where it is drawn.

    Args:
        patient: her anatomy.
        centre_mm: of the sphere, patient coordinates.
        radius_mm: of the sphere.
    """
    body = patient.structure("body").mask
    masks = {f"0-{reach:g} mm": near_applicator(patient, centre_mm, radius_mm, reach) & body
             for reach in (SHELL_mm, NEIGHBOURHOOD_mm)}
    if BREAST in patient.structures:
        masks[BREAST] = patient.structure(BREAST).mask & ~near_applicator(patient, centre_mm, 0.0, radius_mm)
    return {name: tissue_shares(patient.tissues, mask) for name, mask in masks.items()}


def near_applicator(patient: Patient, centre_mm: tuple[float, float, float], radius_mm: float,
                    reach_mm: float = SHELL_mm) -> NDArray[np.bool_]:
    """(nz, ny, nx) whether a voxel's centre lies at most `reach_mm` outside the sphere's surface."""
    grid = patient.image.grid
    middle = grid.to_index(np.array(centre_mm))
    reach = (radius_mm + reach_mm) / np.array(grid.spacing_mm)[::-1]
    low = np.maximum(np.floor(middle - reach), 0).astype(int)
    high = np.clip(np.ceil(middle + reach).astype(int) + 1, low, grid.shape)
    index = np.stack(np.meshgrid(*map(np.arange, low, high), indexing="ij"), -1)
    distance = np.linalg.norm(grid.to_points_mm(index.astype(float)) - np.array(centre_mm), axis=-1) - radius_mm
    found = np.zeros(grid.shape, bool)
    found[tuple(map(slice, low, high))] = (distance >= 0) & (distance <= reach_mm)
    return found
