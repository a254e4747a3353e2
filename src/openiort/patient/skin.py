"""The skin: the outermost layer of the body, a few millimetres thick."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from openiort.core.grid import Grid
from openiort.patient.voxel_space import BoolArray, grown, step_mm


def find_skin(body: BoolArray, grid: Grid, skin_mm: float) -> BoolArray:
    """Mask (nz, ny, nx) of the voxels of `body` whose centre lies within `skin_mm` of its surface.

    The surface runs between the last voxel inside and the first one outside, half a voxel from either centre.
    Where the scan cuts the body there is no skin: the array's edge is no surface.
    """
    if skin_mm <= 0 or body.all():
        return np.zeros(grid.shape, bool)
    step = np.array(step_mm(grid))
    near = body & grown(~body, skin_mm + float(step.max()), (step[0], step[1], step[2]))
    nearest = ndimage.distance_transform_edt(body, sampling=step, return_distances=False, return_indices=True)
    inside = np.argwhere(near)
    offset_mm = np.abs(inside - nearest[:, near].T) * step
    distance_mm = np.sqrt((offset_mm**2).sum(axis=1))
    # Lattice planes across the offset are this far apart; the surface lies in the middle between two.
    plane_mm = (offset_mm * step).max(axis=1) / distance_mm
    skin = np.zeros(grid.shape, bool)
    skin[near] = distance_mm - plane_mm / 2 <= skin_mm
    return skin
