"""Which breast is treated, and its extent: as drawn, or else found from the CT for the set-up of fields alone."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from scipy.spatial import ConvexHull

from openiort.core.errors import InputError
from openiort.patient.patient import Patient
from openiort.patient.sides import midline_mm
from openiort.patient.structure import Structure
from openiort.patient.voxel_space import grown, reaches_edge, step_mm

BoolArray = NDArray[np.bool_]
SIDES = ("left", "right")
# chosen, for a breast that nobody has drawn: how much tissue over the chest wall is breast, and where it ends
LEAST_THICKNESS_mm, FROM_MIDLINE_mm, FROM_WALL_mm, LATERAL_SHARE = 20.0, 20.0, 5.0, 0.3
LUNG_SHARE, LEAST_VOXELS = 0.25, 20


def treated_breast(patient: Patient, side: str | None = None) -> tuple[str, Structure]:
    """Side and breast: the drawn one; where none is drawn, one that is found, marked `automatic`.

    Args:
        patient: her anatomy.
        side: "left" or "right"; None where one breast is drawn.

    Raises:
        InputError: a layered phantom; the side is not known; nothing on that side is like a breast.
    """
    if patient.layers is not None:
        raise InputError("a layered phantom has no breast", where="patient", allowed="a CT",
                         fix="give a CT, or compare with the nominal dose")
    if side is not None and side not in SIDES:
        raise InputError(f"side '{side}' is unknown", where="side", allowed=" or ".join(SIDES), fix="choose one")
    drawn = {name: patient.structures[f"{name} breast"] for name in SIDES if f"{name} breast" in patient.structures}
    if side is None and len(drawn) == 1:
        side = next(iter(drawn))
    if side is None and not drawn and "breast" in patient.structures:
        side = _side_of(patient, patient.structure("breast").mask)
        return side, patient.structure("breast")
    if side is None:
        raise InputError("it is not known which breast is treated", where="side", allowed=" or ".join(SIDES),
                         fix="name the side, or draw the breast")
    return side, drawn[side] if side in drawn else _found(patient, side)


def _side_of(patient: Patient, mask: BoolArray) -> str:
    middle = patient.image.grid.to_points_mm(np.argwhere(mask).mean(0))
    return "left" if middle[0] > midline_mm(patient) else "right"


def _found(patient: Patient, side: str) -> Structure:
    """Tissue over the chest wall, thick enough, on one side of the midline and in front of the axilla."""
    grid = patient.image.grid
    step = step_mm(grid)
    x_mm, y_mm = _in_slice_mm(patient)
    on_side = (x_mm - midline_mm(patient)) * (1 if side == "left" else -1) > FROM_MIDLINE_mm
    chest = _chest(patient, x_mm, y_mm)
    levels = _levels(patient.structure("lungs").mask & on_side)
    hers = patient.structure("body").mask & ~chest & on_side & levels & _before_axilla(chest & on_side, y_mm)
    away_mm = ndimage.distance_transform_edt(~chest, sampling=step) if chest.any() else np.zeros(chest.shape)
    thick = hers & (away_mm > LEAST_THICKNESS_mm)
    found = _largest(hers & (away_mm > FROM_WALL_mm) & grown(thick, LEAST_THICKNESS_mm, step))
    if not found.any():
        raise InputError(f"nothing on the {side} is like a breast", where="CT",
                         allowed=f"tissue of {LEAST_THICKNESS_mm:g} mm over the chest wall", fix="draw the breast")
    return Structure(f"{side} breast", found, "automatic", reaches_edge(found))


def _in_slice_mm(patient: Patient) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """x and y of the voxels of the middle slice, (1, ny, nx): a CT as read has its slices across her axis."""
    grid = patient.image.grid
    nz, ny, nx = grid.shape
    index = np.stack(np.meshgrid([nz // 2], np.arange(ny), np.arange(nx), indexing="ij"), -1)
    points = grid.to_points_mm(index.astype(float))
    return points[..., 0], points[..., 1]


def _chest(patient: Patient, x_mm: NDArray[np.float64], y_mm: NDArray[np.float64]) -> BoolArray:
    """What the ribs enclose: in each slice the convex hull of bone and lungs."""
    wall = patient.structure("bone").mask | patient.structure("lungs").mask
    plane = np.stack([x_mm[0], y_mm[0]], -1)
    chest = np.zeros(wall.shape, bool)
    for number in np.flatnonzero(wall.sum(axis=(1, 2)) > LEAST_VOXELS):
        sides = ConvexHull(plane[wall[number]]).equations  # normal and offset of each edge
        chest[number] = (plane @ sides[:, :2].T + sides[:, 2] <= 0).all(-1)
    return chest


def _levels(lung: BoolArray) -> BoolArray:
    """(nz, 1, 1) the slices with enough lung on that side: below it the abdomen would pass for a breast."""
    area = lung.sum(axis=(1, 2))
    return np.asarray(area >= LUNG_SHARE * max(int(area.max()), 1))[:, None, None]


def _before_axilla(chest: BoolArray, y_mm: NDArray[np.float64]) -> BoolArray:
    """In each slice, what lies in front of a share of the chest's depth."""
    before = np.zeros(chest.shape, bool)
    for number in np.flatnonzero(chest.any(axis=(1, 2))):
        depth = y_mm[0][chest[number]]
        before[number] = y_mm[0] < depth.min() + LATERAL_SHARE * (depth.max() - depth.min())
    return before


def _largest(mask: BoolArray) -> BoolArray:
    labels, count = ndimage.label(mask)
    return mask if count < 2 else np.asarray(labels == 1 + np.argmax(np.bincount(labels.ravel())[1:]))
