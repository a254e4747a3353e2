"""Dose per source photon in the voxels of a box, however it was calculated."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from openiort.dose.cut_voxels import TissuePart, voxel_centres_mm
from openiort.dose.primary import primary_responses
from openiort.dose.scene import Scene, VoxelBox

FloatArray = NDArray[np.float64]
POINTS_AT_ONCE = 200_000


@dataclass(frozen=True, slots=True)
class BoxDose:
    """Dose per source photon in the voxels of a box.

    Attributes:
        box: the voxels.
        part: their tissue part.
        primary: (voxels, 3) responses of the primary, Gy.
        scatter: (voxels, 3) responses of the scatter, Gy; float32 where it was scored so.
        medium_Gy: (voxels,) D_m,m.
        water_Gy: (voxels,) D_w.
        medium_sigma_Gy: (voxels,) standard uncertainty of `medium_Gy`.
        water_sigma_Gy: (voxels,) standard uncertainty of `water_Gy`.
        groups_Gy: (groups, voxels) float32, scattered D_w of equal shares of the histories, if kept: their spread is
            that of independent runs, with all that voxels have in common.
    """

    box: VoxelBox
    part: TissuePart
    primary: FloatArray
    scatter: NDArray[np.floating]
    medium_Gy: FloatArray
    water_Gy: FloatArray
    medium_sigma_Gy: FloatArray
    water_sigma_Gy: FloatArray
    groups_Gy: NDArray[np.float32] | None = None


def primary_in(scene: Scene, part: TissuePart) -> FloatArray:
    """(voxels, 3) responses of the primary in the middle of each voxel's tissue, Gy; 0 where there is none."""
    found = np.zeros((len(part.share), 3))
    tissue = np.flatnonzero(part.share > 0)
    for first in range(0, len(tissue), POINTS_AT_ONCE):  # large boxes have no room for all centres once more
        some = tissue[first : first + POINTS_AT_ONCE]
        found[some] = primary_responses(scene, part.centre_mm[some])
    return found


def sigma_of_mean(total: FloatArray, squared: FloatArray, batches: int) -> FloatArray:
    """Standard uncertainty of the mean over batches, from the sums of their values and of the squares."""
    variance = np.maximum(squared - total**2 / batches, 0.0) / (batches - 1)
    return np.asarray(np.sqrt(variance / batches))


def with_means_of(fine: BoxDose, coarse: BoxDose) -> BoxDose:
    """`coarse` with the voxels that lie in the fine box set to the means of its tissue, where nothing was scored.

    Fine voxels share photons, so their uncertainties are averaged as if they were fully correlated: an upper bound.
    """
    if coarse.box.step_mm <= fine.box.step_mm:
        return coarse
    place = np.floor((voxel_centres_mm(fine.box) - coarse.box.low_mm) / coarse.box.step_mm).astype(int)
    nz, ny, nx = (int(n) for n in coarse.box.shape)
    voxel = (place[:, 2] * ny + place[:, 1]) * nx + place[:, 0]
    volume = np.bincount(voxel, fine.part.share, minlength=nz * ny * nx)
    covered = np.bincount(voxel, minlength=nz * ny * nx) > 0

    def filled(mine: NDArray[np.floating], theirs: NDArray[np.floating]) -> FloatArray:
        total = np.bincount(voxel, fine.part.share * theirs, minlength=len(volume))
        return np.where(covered, np.divide(total, volume, out=np.zeros_like(total), where=volume > 0), mine)

    def each_filled(mine: NDArray[np.floating], theirs: NDArray[np.floating]) -> FloatArray:
        return np.stack([filled(m, t) for m, t in zip(mine.T, theirs.T, strict=True)], 1)

    return BoxDose(
        coarse.box, coarse.part,
        primary=each_filled(coarse.primary, fine.primary), scatter=each_filled(coarse.scatter, fine.scatter),
        medium_Gy=filled(coarse.medium_Gy, fine.medium_Gy), water_Gy=filled(coarse.water_Gy, fine.water_Gy),
        medium_sigma_Gy=filled(coarse.medium_sigma_Gy, fine.medium_sigma_Gy),
        water_sigma_Gy=filled(coarse.water_sigma_Gy, fine.water_sigma_Gy), groups_Gy=coarse.groups_Gy,
    )
