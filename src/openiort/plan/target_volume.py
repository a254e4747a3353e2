"""The planning target volume: what lies within 10 mm of the sphere, within the body and in front of the chest wall.

The chest wall's surface is that of bone, lungs and a drawn chest wall, with the gaps between ribs closed; all that a
straight line from the sphere reaches only through it is behind it. A layered phantom has a chest wall of its own,
muscle included.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from openiort.core.distance_transform import distance_to_mm
from openiort.core.grid import Grid
from openiort.patient.immobile import CHEST_WALL, wall_names
from openiort.patient.patient import Patient
from openiort.patient.structure import Structure
from openiort.plan.region import inside, scan_voxels, share_of

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
MARGIN_mm = 10.0
# chosen: wide enough for the gaps between ribs (about 20 mm), which lung fills behind
CLOSING_mm, LATTICE_mm, LINE_STEP_mm = 12.0, 1.0, 1.0
NAME, OTHER_NAME = "PTV", "PTV (sphere + 10 mm)"
SAMPLE_mm = 0.5


def target_name(patient: Patient) -> str:
    """`PTV`, or a longer name where somebody has drawn a PTV."""
    return OTHER_NAME if NAME in patient.structures and patient.structure(NAME).origin == "contoured" else NAME


def beyond_chest_wall(patient: Patient, centre_mm: tuple[float, float, float], radius_mm: float,
                      points_mm: FloatArray) -> BoolArray:
    """(n,) whether points (n, 3), at most 10 mm outside the sphere and given from its centre, lie behind the surface.

    Args:
        patient: her anatomy.
        centre_mm: of the sphere, patient coordinates.
        radius_mm: of the sphere.
        points_mm: see above.
    """
    place = points_mm + np.array(centre_mm)
    if patient.layers is not None:
        return inside(patient, CHEST_WALL, place)
    found = _in_wall(patient, place)
    lattice = _behind_on_lattice(patient, np.array(centre_mm), radius_mm)
    if lattice is not None:
        found |= _at(lattice, points_mm)
    return found


def target_structure(patient: Patient, centre_mm: tuple[float, float, float], radius_mm: float) -> Structure:
    """The same as a structure with shares of voxels, on the image's grid; the sphere belongs to it."""
    grid = patient.image.grid
    reach = (radius_mm + MARGIN_mm) / np.array(grid.spacing_mm)[::-1] + 1.0
    middle = grid.to_index(np.array(centre_mm))
    low = np.clip(np.floor(middle - reach).astype(int), 0, grid.shape)
    high = np.clip(np.ceil(middle + reach).astype(int) + 1, low, grid.shape)
    axes = [np.arange(a, b) for a, b in zip(low, high, strict=True)]
    index = np.stack(np.meshgrid(*axes, indexing="ij"), -1).reshape(-1, 3)
    local = grid.to_points_mm(index.astype(float)) - np.array(centre_mm)
    sphere, around = (_share_of_ball(grid, local, r) for r in (radius_mm, radius_mm + MARGIN_mm))
    where = tuple(index.T)
    tissue = patient.structure("body").shares(where) - patient.structure("bone").shares(where)
    shell = np.flatnonzero((around > 0) & (sphere < 1))
    tissue[shell[beyond_chest_wall(patient, centre_mm, radius_mm, local[shell])]] = 0.0
    share = np.zeros(grid.shape, np.float32)
    share[where] = sphere + (around - sphere) * np.clip(tissue, 0.0, 1.0)
    return Structure.from_shares(target_name(patient), share, "automatic")


def _share_of_ball(grid: Grid, local_mm: FloatArray, radius_mm: float) -> FloatArray:
    """(n,) share of the voxels around points (n, 3), given from the ball's centre, that lies in the ball."""
    axes = grid.direction * np.array(grid.spacing_mm)  # columns: steps along x, y, z of the array
    half_mm = float(np.linalg.norm(np.array(grid.spacing_mm))) / 2.0
    distance = np.linalg.norm(local_mm, axis=1)
    share = (distance <= radius_mm).astype(float)
    cut = np.flatnonzero(np.abs(distance - radius_mm) < half_mm)
    parts = np.maximum(np.ceil(np.array(grid.spacing_mm) / SAMPLE_mm), 1).astype(int)
    share[cut] = 0.0
    for offset in np.ndindex(*parts):
        moved = local_mm[cut] + axes @ ((np.array(offset) + 0.5) / parts - 0.5)
        share[cut] += ((moved**2).sum(1) <= radius_mm**2) / parts.prod()
    return np.asarray(share)


def _in_wall(patient: Patient, points_mm: FloatArray) -> BoolArray:
    """(n,) whether points (n, 3), patient coordinates, lie in the wall."""
    voxels = scan_voxels(patient, points_mm)
    parts = [share_of(patient.structure(name), voxels) >= 0.5 for name in wall_names(patient)]
    return np.asarray(np.logical_or.reduce(parts))


def _lattice_points(half: int) -> FloatArray:
    axis = np.arange(-half, half + 1) * LATTICE_mm
    z, y, x = np.meshgrid(axis, axis, axis, indexing="ij")
    return np.stack([x, y, z], -1)


def _behind_on_lattice(patient: Patient, centre_mm: FloatArray, radius_mm: float) -> BoolArray | None:
    """(n, n, n) z, y, x: behind the chest wall's surface, but not bone or lung, on a cubic lattice around the sphere.

    None where neither bone nor lung is near.
    """
    half = int(np.ceil((radius_mm + MARGIN_mm + CLOSING_mm) / LATTICE_mm)) + 1
    points = _lattice_points(half)
    place = points.reshape(-1, 3) + centre_mm
    wall = _in_wall(patient, place).reshape(points.shape[:3])
    if not wall.any():
        return None
    closed = _closed(wall)
    distance = np.linalg.norm(points, axis=-1)
    shell = np.flatnonzero((distance > radius_mm) & (distance <= radius_mm + MARGIN_mm + LATTICE_mm))
    behind = closed.ravel().copy()
    direction = points.reshape(-1, 3)[shell] / distance.ravel()[shell, None]
    for at_mm in np.arange(radius_mm, radius_mm + MARGIN_mm, LINE_STEP_mm):
        passed = at_mm < distance.ravel()[shell]
        behind[shell[passed]] |= _at(closed, direction[passed] * at_mm)
    # bone and lung themselves are asked for exactly: next to them half a step of the lattice would be lost
    return np.asarray(behind.reshape(closed.shape) & ~wall)


def _closed(wall: BoolArray) -> BoolArray:
    """Morphological closing by a ball: what no ball outside the wall can reach."""
    step = (LATTICE_mm, LATTICE_mm, LATTICE_mm)
    near = distance_to_mm(wall, step, CLOSING_mm) <= CLOSING_mm
    if near.all():
        return wall
    return np.asarray(wall | (distance_to_mm(~near, step, CLOSING_mm) > CLOSING_mm))


def _at(lattice: BoolArray, points_mm: FloatArray) -> BoolArray:
    """(n,) value of a lattice at the nearest of its points."""
    half = lattice.shape[0] // 2
    x, y, z = np.clip(np.rint(points_mm / LATTICE_mm).astype(int) + half, 0, 2 * half).T
    return np.asarray(lattice[z, y, x])
