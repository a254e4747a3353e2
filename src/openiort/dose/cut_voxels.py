"""Voxels that the applicator's surface cuts: which part of each is tissue, and where in it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import prange
from numpy.typing import NDArray

from openiort.core.compiled import njit
from openiort.dose.scene import Scene, VoxelBox

SUBDIVISIONS = 12
LEAST_TISSUE_SHARE = 0.03


@dataclass(frozen=True, slots=True)
class TissuePart:
    """What of each voxel of a box is outside the applicator.

    Attributes:
        share: (voxels,) of its volume, 0-1; shares below 3 % count as 0.
        centre_mm: (voxels, 3) centre of that part, mm from the source; the voxel's centre where it is whole or empty.
    """

    share: NDArray[np.float64]
    centre_mm: NDArray[np.float64]


def voxel_centres_mm(box: VoxelBox) -> NDArray[np.float64]:
    """(voxels, 3) centres as x, y, z in mm from the source, x fastest."""
    axes = [box.low_mm[i] + box.step_mm * (np.arange(box.shape[2 - i]) + 0.5) for i in range(3)]
    found = np.empty((*(int(n) for n in box.shape), 3))
    found[..., 0], found[..., 1], found[..., 2] = axes[0], axes[1][:, None], axes[2][:, None, None]
    return found.reshape(-1, 3)


@njit(parallel=True)
def _cut(centre, share, cut, step, radius):
    """Set share and centre of the part outside the sphere of each voxel in `cut`."""
    for number in prange(cut.shape[0]):
        voxel = cut[number]
        x0, y0, z0 = centre[voxel, 0], centre[voxel, 1], centre[voxel, 2]
        count, sx, sy, sz = 0, 0.0, 0.0, 0.0
        for i in range(SUBDIVISIONS):
            x = x0 + ((i + 0.5) / SUBDIVISIONS - 0.5) * step
            for j in range(SUBDIVISIONS):
                y = y0 + ((j + 0.5) / SUBDIVISIONS - 0.5) * step
                for k in range(SUBDIVISIONS):
                    z = z0 + ((k + 0.5) / SUBDIVISIONS - 0.5) * step
                    if x * x + y * y + z * z > radius * radius:
                        count += 1
                        sx, sy, sz = sx + x, sy + y, sz + z
        share[voxel] = count / SUBDIVISIONS**3
        if count > 0:
            centre[voxel, 0], centre[voxel, 1], centre[voxel, 2] = sx / count, sy / count, sz / count


def tissue_part(scene: Scene, box: VoxelBox) -> TissuePart:
    """Cut every voxel of a box with the sphere, by 12 x 12 x 12 points in the voxels that it cuts."""
    centre = voxel_centres_mm(box)
    distance = np.linalg.norm(centre, axis=1)
    half_diagonal = box.step_mm * 0.5 * np.sqrt(3.0)
    share = (distance >= scene.sphere.radius_mm).astype(float)
    cut = np.flatnonzero(np.abs(distance - scene.sphere.radius_mm) < half_diagonal)
    _cut(centre, share, cut, box.step_mm, scene.sphere.radius_mm)
    share[share < LEAST_TISSUE_SHARE] = 0.0
    return TissuePart(share, centre)
