"""The scene in the form in which photons fly through it: two flat arrays, quick to hand on and to read.

Three grids lie behind one another in `medium`: the cells of the fine box (the voxels themselves, or blocks of 2 x 2 x
2 of them), the fine voxels, and the coarse voxels. A cell whose voxels are alike is crossed in one step; one whose
voxels differ is marked, and crossed voxel by voxel, so that nothing of the anatomy is lost.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import prange, uint32
from numpy.typing import NDArray

from openiort.core.compiled import njit
from openiort.dose.scene import Scene, VoxelBox

CELLS, VOXELS, COARSE = 0, 1, 2
# columns of `frame`; the fourth row holds radius, density and material of the sphere
LOW, HIGH, STEP, COUNT, FIRST, SCORE = 0, 3, 6, 7, 10, 11
SPHERE, SPHERE_RADIUS, SPHERE_DENSITY, SPHERE_MATERIAL = 3, 0, 1, 2
MIXED = 255
MATERIAL_SHIFT, DENSITY_BITS = 24, 0xFFFFFF
DENSITY_STEP_g_cm3 = 2.0**-20
ALIKE = 1.01


class Space(NamedTuple):
    """Where photons fly.

    Attributes:
        frame: (4, 12) a row for cells, voxels and coarse voxels each: lowest corner x, y, z, highest corner, edge,
            counts along x, y, z, place of the first in `medium`, place of the first in a score; then the sphere.
        medium: (cells + voxels + coarse voxels,) uint32: material in the upper 8 bits, density in the lower 24.
    """

    frame: NDArray[np.float64]
    medium: NDArray[np.uint32]


def make_space(scene: Scene, fold: int) -> Space:
    """Pack a scene; `fold` is the edge of a cell in fine voxels, 1 or 2."""
    cells = cell_box(scene.fine, fold)
    boxes = (cells, scene.fine, scene.coarse)
    frame = np.zeros((4, 12))
    first = 0
    for row, box in zip(frame, boxes, strict=False):
        high = scene.fine.high_mm if box is cells else box.high_mm
        row[:] = *box.low_mm, *high, box.step_mm, *box.shape[::-1], first, 0.0
        first += len(box.material)
    frame[COARSE, SCORE] = 3 * len(cells.material)
    frame[SPHERE, :3] = scene.sphere.radius_mm, scene.sphere.density, scene.sphere.material
    return Space(frame, np.concatenate([_packed(box) for box in boxes]))


def score_size(scene: Scene, space: Space) -> int:
    """Length of one score: three responses of all cells, then of the coarse voxels where the fine box leaves any."""
    return int(space.frame[COARSE, SCORE]) + (0 if same_box(scene) else 3 * len(scene.coarse.material))


def same_box(scene: Scene) -> bool:
    """Whether the coarse box is the fine one once more."""
    return bool(scene.coarse.step_mm == scene.fine.step_mm and np.array_equal(scene.coarse.shape, scene.fine.shape))


def cell_box(box: VoxelBox, fold: int) -> VoxelBox:
    """The cells of a box: material and density where all voxels of a cell are alike, else material `MIXED`."""
    if fold == 1:
        return box
    shape = (box.shape + fold - 1) // fold
    count = int(shape.prod())
    material, density = np.zeros(count, np.uint8), np.zeros(count, np.float32)
    _join(box.material, box.density, box.shape, shape, fold, material, density)
    return VoxelBox(box.low_mm, box.step_mm * fold, shape, material, density)


@njit(parallel=True)
def _join(material, density, shape, cells, fold, cell_material, cell_density):
    ny, nx = shape[1], shape[2]
    for cz in prange(cells[0]):
        for cy in range(cells[1]):
            for cx in range(cells[2]):
                first = ((cz * fold) * ny + cy * fold) * nx + cx * fold
                low, high, total, count, alike = 1e9, 0.0, 0.0, 0, True
                for iz in range(cz * fold, min(cz * fold + fold, shape[0])):
                    for iy in range(cy * fold, min(cy * fold + fold, ny)):
                        for ix in range(cx * fold, min(cx * fold + fold, nx)):
                            voxel = (iz * ny + iy) * nx + ix
                            alike = alike and material[voxel] == material[first]
                            rho = float(density[voxel])
                            low, high, total, count = min(low, rho), max(high, rho), total + rho, count + 1
                cell = (cz * cells[1] + cy) * cells[2] + cx
                cell_material[cell] = material[first] if alike and high <= ALIKE * low else MIXED
                cell_density[cell] = total / count


def _packed(box: VoxelBox) -> NDArray[np.uint32]:
    steps = np.rint(box.density.astype(float) / DENSITY_STEP_g_cm3).astype(np.uint32)
    return np.asarray((box.material.astype(np.uint32) << np.uint32(MATERIAL_SHIFT)) | steps, np.uint32)


@njit
def material_of(packed):
    """Material of an element of `Space.medium`."""
    return np.int64(packed >> uint32(MATERIAL_SHIFT))


@njit
def density_of(packed):
    """Density in g/cm3 of an element of `Space.medium`."""
    return np.int64(packed & uint32(DENSITY_BITS)) * DENSITY_STEP_g_cm3
