"""Dose at any point, for drawing: between voxels, into the sphere, from the 1 mm grid into the coarse one.

What is interpolated is dose x r^2, which is nearly flat. Far from the sphere its noise would make every isodose line
a saw; there the dose to water is smoothed by 1.5 mm, and the ratio of D_m,m to it, which tells bone from fat and fat
from gland, is taken from each voxel as it is: nothing is blurred across tissues. Figures and tables never use this.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from openiort.core.grid import Grid
from openiort.dose.dose_grid import DoseGrid
from openiort.plan.plan import Plan

FloatArray = NDArray[np.float64]
BLEND_mm = 4.0  # over which the 1 mm dose goes over into the coarse one
SMOOTHING_mm, FULL_FROM_mm = 1.5, 10.0  # standard deviation; depth from which it is smoothed in full


@dataclass(frozen=True, slots=True)
class PlaneDose:
    """D_m,m prepared for drawing.

    Attributes:
        centre_mm: of the sphere.
        radius_mm: of the sphere.
        fine_grid: of `fine`.
        fine: dose x r^2 on the 1 mm grid, continued into the sphere.
        coarse_grid: of `coarse`.
        coarse: the same on the coarse grid.
    """

    centre_mm: FloatArray
    radius_mm: float
    fine_grid: Grid
    fine: FloatArray
    coarse_grid: Grid
    coarse: FloatArray

    def at_Gy(self, points_mm: FloatArray) -> FloatArray:
        """D_m,m at points (..., 3); 0 outside both grids."""
        fine = linear(self.fine, self.fine_grid, points_mm, 0.0)
        coarse = linear(self.coarse, self.coarse_grid, points_mm, 0.0)
        grid = self.fine_grid
        index = grid.to_index(points_mm)
        to_edge_mm = np.minimum(index + 0.5, np.array(grid.shape) - 0.5 - index) * np.array(grid.spacing_mm)[::-1]
        weight = np.clip(to_edge_mm.min(-1) / BLEND_mm, 0.0, 1.0)
        r2 = np.maximum(((points_mm - self.centre_mm) ** 2).sum(-1), self.radius_mm**2)
        return np.asarray((weight * fine + (1.0 - weight) * coarse) / r2)


def plane_dose(plan: Plan) -> PlaneDose:
    """Prepare a plan's dose once for all planes."""
    centre, radius = np.array(plan.centre_mm, float), plan.applicator.radius_mm
    fine = _scaled(plan.fine_dose, centre, radius, smoothing_mm=SMOOTHING_mm)
    coarse = _scaled(plan.coarse_dose, centre, radius, smoothing_mm=0.0)
    return PlaneDose(centre, radius, plan.fine_dose.grid, fine, plan.coarse_dose.grid, coarse)


def linear(values: NDArray[np.float32] | FloatArray, grid: Grid, points_mm: FloatArray, outside: float) -> FloatArray:
    """Values on a grid interpolated linearly at points (..., 3); `outside` off the grid."""
    index = np.moveaxis(grid.to_index(points_mm), -1, 0)
    found: FloatArray = ndimage.map_coordinates(values, index, output=np.float64, order=1, mode="nearest")
    return np.where(grid.contains(points_mm), found, outside)


def _scaled(dose: DoseGrid, centre: FloatArray, radius_mm: float, *, smoothing_mm: float) -> FloatArray:
    grid = dose.grid
    index = np.stack(np.meshgrid(*(np.arange(n, dtype=float) for n in grid.shape), indexing="ij"), -1)
    r2 = ((grid.to_points_mm(index) - centre) ** 2).sum(-1)
    scaled = dose.medium_Gy * r2
    if smoothing_mm:
        scaled = scaled * _noise_removed(dose, r2, radius_mm, smoothing_mm)
    return _continued_inwards(scaled, grid, centre, radius_mm, r2)


def _noise_removed(dose: DoseGrid, r2: FloatArray, radius_mm: float, smoothing_mm: float) -> FloatArray:
    """Smoothed dose to water / dose to water, in each voxel; 1 at the surface, where there is little noise."""
    sigma = smoothing_mm / np.array(dose.grid.spacing_mm)[::-1]
    water = dose.water_Gy * r2
    known = (r2 > radius_mm**2) & (water > 0)
    weight = ndimage.gaussian_filter(known.astype(float), sigma)
    smooth = ndimage.gaussian_filter(np.where(known, water, 0.0), sigma) / np.maximum(weight, 1e-9)
    ratio = np.divide(smooth, water, out=np.ones_like(water), where=known)
    share = np.clip((np.sqrt(r2) - radius_mm) / FULL_FROM_mm, 0.0, 1.0)
    return np.asarray(1.0 + share * (ratio - 1.0))


def _continued_inwards(scaled: FloatArray, grid: Grid, centre: FloatArray, radius_mm: float,
                       r2: FloatArray) -> FloatArray:
    """`scaled` with each voxel whose centre lies in the sphere set to the value of the nearest one outside.

    The grid has 0 inside the sphere; interpolating with that 0 would pull every line near the surface outwards.
    """
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
