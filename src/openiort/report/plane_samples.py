"""CT, dose and outlines of structures resampled to square pixels on a plane through the applicator's centre."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from openiort.core.grid import Grid
from openiort.dose.dose_grid import DoseGrid
from openiort.plan.plan import Plan

FloatArray = NDArray[np.float64]
HALF_mm, STEP_mm = 75.0, 0.375
AIR_HU = -1000.0
BLEND_mm = 4.0  # over which the 1 mm dose goes over into the coarse one
OUTLINED = ("body", "bone", "lungs")


@dataclass(frozen=True, slots=True)
class Plane:
    """How a plane is looked at: directions in DICOM patient coordinates, letters at its edges.

    Attributes:
        name: as shown.
        right: direction towards the right edge of the picture.
        up: direction towards its upper edge.
        letters: at the left, right, lower and upper edge.
    """

    name: str
    right: tuple[float, float, float]
    up: tuple[float, float, float]
    letters: tuple[str, str, str, str]


# Radiological convention: her right on the left of the picture, her front on top or on the left.
PLANES = (
    Plane("axial", (1, 0, 0), (0, -1, 0), ("R", "L", "P", "A")),
    Plane("coronal", (1, 0, 0), (0, 0, 1), ("R", "L", "F", "H")),
    Plane("sagittal", (0, 1, 0), (0, 0, 1), ("A", "P", "F", "H")),
)


@dataclass(frozen=True, slots=True)
class PlaneSample:
    """What is drawn of a plane; arrays (n, n), row 0 at the lower edge.

    Attributes:
        axis_mm: (n,) distances from the centre, along both directions.
        hounsfield: CT, air outside the scan.
        dose_Gy: D_m,m.
        inside_mm: structure -> distance to its surface, positive inside.
    """

    axis_mm: FloatArray
    hounsfield: FloatArray
    dose_Gy: FloatArray
    inside_mm: Mapping[str, FloatArray]


def sample_plane(plan: Plan, plane: Plane, half_mm: float = HALF_mm, step_mm: float = STEP_mm) -> PlaneSample:
    """Resample one plane through the sphere's centre, 2 x half_mm wide."""
    count = round(half_mm / step_mm)
    axis: FloatArray = np.arange(-count, count + 1, dtype=np.float64) * step_mm
    across, along = np.meshgrid(axis, axis)
    centre = np.array(plan.centre_mm)
    points = centre + across[..., None] * np.array(plane.right, float) + along[..., None] * np.array(plane.up, float)
    image = plan.patient.image
    hounsfield = _linear(image.hounsfield, image.grid, points, AIR_HU)
    inside = {name: _inside_mm(plan.patient.structure(name).mask, image.grid, points, half_mm) for name in OUTLINED}
    return PlaneSample(np.asarray(axis, np.float64), hounsfield, plane_dose_Gy(plan, points), inside)


def _linear(values: NDArray[np.float32] | FloatArray, grid: Grid, points: FloatArray, outside: float) -> FloatArray:
    index = np.moveaxis(grid.to_index(points), -1, 0)
    found: FloatArray = ndimage.map_coordinates(values, index, output=np.float64, order=1, mode="nearest")
    return np.where(grid.contains(points), found, outside)


def _inside_mm(mask: NDArray[np.bool_], grid: Grid, points: FloatArray, half_mm: float) -> FloatArray:
    """Distance to the surface of `mask`, positive inside.

    Interpolating distances instead of the mask gives smooth outlines across slices that lie several mm apart.
    """
    index = grid.to_index(points).reshape(-1, 3)
    margin = 10.0 / np.array(grid.spacing_mm)[::-1]
    low = np.clip(np.floor(index.min(0) - margin).astype(int), 0, np.array(grid.shape) - 1)
    high = np.clip(np.ceil(index.max(0) + margin).astype(int) + 1, low + 1, grid.shape)
    part = mask[tuple(map(slice, low, high))]
    step = np.array(grid.spacing_mm)[::-1]
    if part.all() or not part.any():
        return np.full(points.shape[:-1], half_mm if part.all() else -half_mm)
    signed = ndimage.distance_transform_edt(part, step) - ndimage.distance_transform_edt(~part, step)
    # voxel centres lie half a voxel from the surface on either side; a light smoothing takes their corners off
    signed = ndimage.gaussian_filter(signed, 0.6)
    local = np.moveaxis(grid.to_index(points) - low, -1, 0)
    found: FloatArray = ndimage.map_coordinates(signed, local, order=1, mode="nearest")
    return found


def plane_dose_Gy(plan: Plan, points_mm: FloatArray) -> FloatArray:
    """D_m,m at points (..., 3): the 1 mm dose, going over into the coarse one at the edge of its box."""
    centre, radius = np.array(plan.centre_mm), plan.applicator.radius_mm
    fine = _smooth_dose_Gy(plan.fine_dose, points_mm, centre, radius)
    coarse = _smooth_dose_Gy(plan.coarse_dose, points_mm, centre, radius)
    grid = plan.fine_dose.grid
    index = grid.to_index(points_mm)
    to_edge = (np.minimum(index + 0.5, np.array(grid.shape) - 0.5 - index) * np.array(grid.spacing_mm)[::-1]).min(-1)
    weight = np.clip(to_edge / BLEND_mm, 0.0, 1.0)
    return np.where(grid.contains(points_mm), weight * fine + (1.0 - weight) * coarse, coarse)


def _smooth_dose_Gy(dose: DoseGrid, points: FloatArray, centre: FloatArray, radius_mm: float) -> FloatArray:
    """Dose interpolated as dose x r^2, which is nearly flat, and continued into the sphere.

    The grid has 0 inside the sphere; interpolating with that 0 would pull every line near the surface outwards.
    """
    grid = dose.grid
    index = np.stack(np.meshgrid(*(np.arange(n, dtype=float) for n in grid.shape), indexing="ij"), -1)
    r2 = ((grid.to_points_mm(index) - centre) ** 2).sum(-1)
    scaled = dose.medium_Gy * r2
    scaled = _continued_inwards(scaled, grid, centre, radius_mm, r2)
    r2_points = np.maximum(((points - centre) ** 2).sum(-1), radius_mm**2)
    return np.asarray(_linear(scaled, grid, points, 0.0) / r2_points)


def _continued_inwards(scaled: FloatArray, grid: Grid, centre: FloatArray, radius_mm: float,
                       r2: FloatArray) -> FloatArray:
    """`scaled` with each voxel whose centre lies in the sphere set to the value of the nearest one outside."""
    reach = (radius_mm + 3.0 * max(grid.spacing_mm)) / np.array(grid.spacing_mm)[::-1]
    middle = grid.to_index(centre)
    low = np.clip(np.floor(middle - reach).astype(int), 0, np.array(grid.shape) - 1)
    high = np.clip(np.ceil(middle + reach).astype(int) + 1, low + 1, grid.shape)
    box = tuple(map(slice, low, high))
    inner = (r2[box] < radius_mm**2) | (scaled[box] <= 0)
    if inner.all() or not inner.any():
        return scaled
    nearest = ndimage.distance_transform_edt(inner, np.array(grid.spacing_mm)[::-1], return_distances=False,
                                             return_indices=True)
    filled = scaled.copy()
    filled[box] = scaled[box][tuple(nearest)]
    return filled
