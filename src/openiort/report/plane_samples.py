"""CT, dose and outlines of structures resampled to square pixels on a plane through the applicator's centre."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from openiort.core.distance_transform import distance_to_mm
from openiort.core.grid import Grid
from openiort.patient.patient import Patient
from openiort.patient.voxel_space import step_mm
from openiort.plan.plan import Plan
from openiort.report.plane_dose import PlaneDose, linear

FloatArray = NDArray[np.float64]
HALF_mm, STEP_mm = 75.0, 0.375
AIR_HU = -1000.0
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


def sample_plane(plan: Plan, dose: PlaneDose, plane: Plane, half_mm: float = HALF_mm,
                 step_mm: float = STEP_mm) -> PlaneSample:
    """Resample one plane through the sphere's centre, 2 x half_mm wide."""
    axis, points = plane_points(plan.centre_mm, plane, half_mm, step_mm)
    hounsfield, inside = _anatomy(plan.patient, points, half_mm, OUTLINED)
    return PlaneSample(axis, hounsfield, dose.at_Gy(points), inside)


def anatomy_plane(patient: Patient, centre_mm: tuple[float, float, float], plane: Plane, structures: Sequence[str], *,
                  half_mm: float = HALF_mm, step_mm: float = STEP_mm) -> PlaneSample:
    """The same without a dose: a patient's CT and structures on one plane through a point."""
    axis, points = plane_points(centre_mm, plane, half_mm, step_mm)
    hounsfield, inside = _anatomy(patient, points, half_mm, structures)
    return PlaneSample(axis, hounsfield, np.zeros_like(hounsfield), inside)


def plane_points(centre_mm: tuple[float, float, float], plane: Plane, half_mm: float,
                  step_mm: float) -> tuple[FloatArray, FloatArray]:
    """Axis (n,) and points (n, n, 3) of a plane through a point."""
    count = round(half_mm / step_mm)
    axis = np.asarray(np.arange(-count, count + 1) * step_mm, np.float64)
    across, along = np.meshgrid(axis, axis)
    right, up = np.array(plane.right, float), np.array(plane.up, float)
    return axis, np.asarray(np.array(centre_mm) + across[..., None] * right + along[..., None] * up)


def _anatomy(patient: Patient, points: FloatArray, half_mm: float,
             structures: Sequence[str]) -> tuple[FloatArray, dict[str, FloatArray]]:
    image = patient.image
    hounsfield = linear(image.hounsfield, image.grid, points, AIR_HU)
    return hounsfield, {name: _inside_mm(patient.structure(name).mask, image.grid, points, half_mm)
                        for name in structures}


def _inside_mm(mask: NDArray[np.bool_], grid: Grid, points: FloatArray, half_mm: float) -> FloatArray:
    """Distance to the surface of `mask`, positive inside.

    Interpolating distances instead of the mask gives smooth outlines across slices that lie several mm apart.
    """
    index = grid.to_index(points).reshape(-1, 3)
    margin = 10.0 / np.array(grid.spacing_mm)[::-1]
    low = np.clip(np.floor(index.min(0) - margin).astype(int), 0, np.array(grid.shape) - 1)
    high = np.clip(np.ceil(index.max(0) + margin).astype(int) + 1, low + 1, grid.shape)
    part = mask[tuple(map(slice, low, high))]
    step = step_mm(grid)
    if part.all() or not part.any():
        return np.full(points.shape[:-1], half_mm if part.all() else -half_mm)
    signed = distance_to_mm(~part, step) - distance_to_mm(part, step)
    # voxel centres lie half a voxel from the surface on either side; a light smoothing takes their corners off
    signed = ndimage.gaussian_filter(signed, 0.6)
    local = np.moveaxis(grid.to_index(points) - low, -1, 0)
    found: FloatArray = ndimage.map_coordinates(signed, local, order=1, mode="nearest")
    return found
