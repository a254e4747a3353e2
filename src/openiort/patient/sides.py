"""Paired organs by their side relative to the applicator: ipsilateral on its side of her midline, contralateral beyond.

The midline is where the lungs leave most room between them. Left and right structures that somebody drew are taken as
they are; otherwise the common one is split.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from openiort.patient.patient import Patient
from openiort.patient.structure import Structure
from openiort.patient.voxel_space import bounding_box

BoolArray = NDArray[np.bool_]
FloatArray = NDArray[np.float64]
ORGANS = {"lung": "lungs", "breast": "breast"}
SAME_SIDE, OTHER_SIDE = "ipsilateral", "contralateral"
# chosen: between two lungs lie heart and vessels; the area of one lung alone has no such valley
VALLEY, BIN_mm = 0.5, 4.0
LEAST_SHARE = 0.02


def side_of(patient: Patient, centre_mm: tuple[float, float, float]) -> str:
    """`left` or `right`: on which side of the midline between her lungs the applicator lies; empty in layers."""
    if patient.layers is not None:
        return ""
    return "left" if centre_mm[0] > midline_mm(patient) else "right"


def structures_by_side(patient: Patient, centre_mm: tuple[float, float, float]) -> dict[str, Structure]:
    """`ipsilateral lung`, `contralateral lung`, and the same for breasts that are drawn; what is not there is left out.

    A layered phantom has no sides.
    """
    if patient.layers is not None:
        return {}
    middle_mm, left = midline_mm(patient), side_of(patient, centre_mm) == "left"
    found: dict[str, Structure] = {}
    for organ, both in ORGANS.items():
        for name, structure in _left_and_right(patient, organ, both, middle_mm).items():
            side = SAME_SIDE if (name == "left") == left else OTHER_SIDE
            found[f"{side} {organ}"] = _renamed(structure, f"{side} {organ}")
    return found


def _left_and_right(patient: Patient, organ: str, both: str, middle_mm: float) -> dict[str, Structure]:
    drawn = {side: patient.structures[f"{side} {organ}"] for side in ("left", "right")
             if f"{side} {organ}" in patient.structures}
    if drawn:
        return drawn
    if both not in patient.structures or not patient.structure(both).touched.any():
        return {}
    return _split(patient, patient.structure(both), middle_mm)


def _split(patient: Patient, structure: Structure, middle_mm: float) -> dict[str, Structure]:
    """Left and right of a structure: a connected part belongs to the side that most of it lies on.

    A part that lies on both sides to at least 2 % is cut at the midline: lungs may touch in front of the heart.
    """
    touched = structure.touched
    box = bounding_box(touched)
    part = touched[box]
    left = _x_mm(patient, part, box) > middle_mm
    labels, count = ndimage.label(part)
    volume = np.bincount(labels.ravel(), minlength=count + 1)
    on_left = np.bincount(labels.ravel(), left.ravel(), minlength=count + 1) / np.maximum(volume, 1)
    whole_left, whole_right = on_left > 1.0 - LEAST_SHARE, on_left < LEAST_SHARE
    is_left = np.where((whole_left | whole_right)[labels], whole_left[labels], left)
    sides = {"left": part & is_left, "right": part & ~is_left}
    return {side: _part_of(structure, mask, box) for side, mask in sides.items() if mask.any()}


def _part_of(structure: Structure, mask: BoolArray, box: tuple[slice, slice, slice]) -> Structure:
    kept = np.zeros(structure.mask.shape, bool)
    kept[box] = mask
    share = None if structure.share_255 is None else np.where(kept, structure.share_255, 0).astype(np.uint8)
    return Structure(structure.name, structure.mask & kept, structure.origin, structure.cut_by_scan, share)


def _renamed(structure: Structure, name: str) -> Structure:
    return Structure(name, structure.mask, structure.origin, structure.cut_by_scan, structure.share_255)


def midline_mm(patient: Patient) -> float:
    """x of the valley between two lungs; the middle of the body where there is one lung or none."""
    lungs = patient.structure("lungs").mask
    profile, first_mm = _area_by_x(patient, lungs)
    if profile.sum() > 0:
        along = np.cumsum(profile) / profile.sum()
        inner = np.flatnonzero((along > 0.25) & (along < 0.75))
        if len(inner):
            valley = inner[profile[inner] <= profile[inner].min() + 1e-9]
            lowest = float(profile[valley].min())
            if lowest < VALLEY * float(profile.max()):
                return first_mm + (float(valley.mean()) + 0.5) * BIN_mm
    body, start_mm = _area_by_x(patient, patient.structure("body").mask)
    return start_mm + (float(np.average(np.arange(len(body)), weights=body)) + 0.5) * BIN_mm


def _area_by_x(patient: Patient, mask: BoolArray) -> tuple[FloatArray, float]:
    """Voxels of a mask by x, her right to her left, in bins of 4 mm; and where the first begins."""
    if not mask.any():
        return np.zeros(1), 0.0
    box = bounding_box(mask)
    part = mask[box]
    x_mm = _x_mm(patient, part, box)[part]
    first_mm = float(x_mm.min())
    return np.bincount(((x_mm - first_mm) / BIN_mm).astype(int)).astype(float), first_mm


def _x_mm(patient: Patient, part: BoolArray, box: tuple[slice, slice, slice]) -> FloatArray:
    """x of the centre of every voxel of a part of the image."""
    grid = patient.image.grid
    steps = (np.arange(piece.start or 0, (piece.start or 0) + length) for piece, length in
             zip(box, part.shape, strict=True))
    z, y, x = np.meshgrid(*steps, indexing="ij", sparse=True)
    scale = grid.direction[0] * np.array(grid.spacing_mm)
    return np.asarray(np.broadcast_to(grid.origin_mm[0] + scale[0] * x + scale[1] * y + scale[2] * z, part.shape))
