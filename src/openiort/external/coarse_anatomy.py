"""Her anatomy on a coarse grid along her axes, as dose from outside is calculated on: densities and masks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from openiort.core.grid import Grid
from openiort.patient.hounsfield_density import density_g_cm3
from openiort.patient.patient import Patient
from openiort.patient.voxel_space import nearest_voxels

BoolArray = NDArray[np.bool_]
VOXEL_mm = 3.0
AIR_AROUND_mm = 15.0
AIR_HU = -1000.0
SAMPLES = 3  # along each edge of a voxel: its density is the mean of 27 points


@dataclass(frozen=True, slots=True, eq=False)
class CoarseAnatomy:
    """What a photon engine and the set-up of fields need.

    Attributes:
        grid: cubic voxels, axes along the patient's.
        density_g_cm3: (nz, ny, nx) float32; air outside her body, a couch left out.
        masks: name -> (nz, ny, nx) bool, by the centres of the voxels.
    """

    grid: Grid
    density_g_cm3: NDArray[np.float32]
    masks: Mapping[str, BoolArray]

    def points_mm(self, mask: BoolArray) -> NDArray[np.float64]:
        """(n, 3) centres of the voxels of a mask, patient coordinates."""
        return self.grid.to_points_mm(np.argwhere(mask).astype(float))


def coarse_anatomy(patient: Patient, masks: Mapping[str, BoolArray]) -> CoarseAnatomy:
    """Her body, with air around it but nothing beyond the scan along her axis.

    Args:
        patient: her anatomy.
        masks: name -> mask on the image's grid; `body` is added.
    """
    body = patient.structure("body").mask
    grid = _grid_around(patient, body)
    index = np.stack(np.meshgrid(*map(np.arange, grid.shape), indexing="ij"), -1).astype(float)
    at = patient.image.grid.to_index(grid.to_points_mm(index))  # where in the image each voxel's centre lies
    centre = nearest_voxels(at, patient.image.grid.shape)
    found = {name: np.asarray(mask[centre]) for name, mask in {**masks, "body": body}.items()}
    return CoarseAnatomy(grid, _mean_density(patient, body, grid, at), found)


def _grid_around(patient: Patient, body: BoolArray) -> Grid:
    index = np.argwhere(body)
    low, high = index.min(0) - 0.5, index.max(0) + 0.5
    picks = np.stack(np.meshgrid([0, 1], [0, 1], [0, 1], indexing="ij"), -1).reshape(-1, 3)
    corners = patient.image.grid.to_points_mm(np.where(picks == 1, high, low))
    air = np.array([AIR_AROUND_mm, AIR_AROUND_mm, 0.0])
    first, last = corners.min(0) - air, corners.max(0) + air
    count = np.maximum(np.floor((last - first) / VOXEL_mm + 1e-6).astype(int), 1)
    origin = first + VOXEL_mm / 2.0
    return Grid((float(origin[0]), float(origin[1]), float(origin[2])), (VOXEL_mm,) * 3,
                (int(count[2]), int(count[1]), int(count[0])))


def _mean_density(patient: Patient, body: BoolArray, grid: Grid, at: NDArray[np.float64]) -> NDArray[np.float32]:
    image = patient.image.grid
    air = float(density_g_cm3(np.array([AIR_HU]))[0])
    inside = np.where(body, patient.tissues.density_g_cm3, np.float32(air))
    offsets_mm = ((np.arange(SAMPLES) + 0.5) / SAMPLES - 0.5) * VOXEL_mm
    total = np.zeros(grid.shape, np.float32)
    for shift_mm in np.stack(np.meshgrid(offsets_mm, offsets_mm, offsets_mm, indexing="ij"), -1).reshape(-1, 3):
        steps = image.to_index(np.array(image.origin_mm) + shift_mm)
        total += inside[nearest_voxels(at + steps, image.shape)]
    return np.asarray(total / SAMPLES**3, np.float32)
