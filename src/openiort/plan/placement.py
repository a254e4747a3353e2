"""Where the applicator lies: checks before anything is calculated, and its distances to skin, bone and lung."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from openiort.core.errors import InputError
from openiort.core.interpolation import interpolated
from openiort.patient.patient import Patient
from openiort.plan.directions import spread_directions
from openiort.plan.region import in_scan, inside

OVERLAP_ALLOWED_cc = 0.02
OUTSIDE_ALLOWED_cc = 0.02
WHERE = "--at (at_mm)"
NEAR_mm, VERY_NEAR_SKIN_mm = 10.0, 5.0
SEARCH_mm, SEARCH_STEP_mm = 60.0, 0.25


def point_mm(at_mm: Sequence[float]) -> tuple[float, float, float]:
    """Three finite numbers as a point.

    Raises:
        InputError: anything else.
    """
    try:
        x, y, z = (float(c) for c in at_mm)
    except (TypeError, ValueError):
        x = y = z = math.nan
    if not all(map(math.isfinite, (x, y, z))):
        raise InputError(f"centre {at_mm} is not a point", where=WHERE, allowed="three finite numbers x,y,z in mm",
                         fix="give DICOM patient coordinates, --at=-88.2,-222.9,-587.0 for instance")
    return x, y, z


def applicator_centre_mm(patient: Patient, at_mm: Sequence[float] | None,
                         diameter_mm: float) -> tuple[float, float, float]:
    """The centre that was asked for; that of a layered phantom, which was made around one applicator.

    Raises:
        InputError: no point where one is needed, or another place or applicator than the phantom's.
    """
    layers = patient.layers
    if layers is None:
        if at_mm is None:
            raise InputError("the applicator's place is missing", where=WHERE, allowed="three numbers x,y,z in mm",
                             fix="give DICOM patient coordinates, --at=-88.2,-222.9,-587.0 for instance")
        return point_mm(at_mm)
    if diameter_mm != layers.applicator_mm:
        raise InputError(f"the layers were measured from a sphere of {layers.applicator_mm:g} mm, not of "
                         f"{diameter_mm:g} mm", where="--applicator (applicator_mm)",
                         allowed=f"{layers.applicator_mm:g} mm",
                         fix="make the layered patient for this applicator")
    if at_mm is not None and point_mm(at_mm) != layers.centre_mm:
        raise InputError("in a layered phantom the applicator lies where the layers were measured from", where=WHERE,
                         allowed=", ".join(f"{c:g}" for c in layers.centre_mm), fix="leave it out")
    return layers.centre_mm


def check_placement(patient: Patient, centre_mm: tuple[float, float, float], radius_mm: float, *,
                    tissue_gives_way: bool = False) -> None:
    """Refuse a sphere that cannot lie there.

    Args:
        patient: her anatomy.
        centre_mm: (x, y, z) of the sphere.
        radius_mm: of the sphere.
        tissue_gives_way: whether the body is still to be moved out, so that the sphere may reach out of it here.

    Raises:
        InputError: outside the scan or the body; the sphere reaches out of the scan or the body, or overlaps bone or
            lung.
    """
    where = WHERE
    at = ", ".join(f"{c:g}" for c in centre_mm)
    centre = np.array([centre_mm], float)
    corners = patient.image.grid.corners_mm()
    bounds = ", ".join(f"{n} {a:.1f} to {b:.1f}" for n, a, b in
                       zip("xyz", corners.min(axis=0), corners.max(axis=0), strict=True))
    if not in_scan(patient, centre)[0]:
        raise InputError(f"centre ({at}) mm is outside the scan", where=where, allowed=f"{bounds} mm",
                         fix="give the centre of the tumour bed in DICOM patient coordinates")
    if not inside(patient, "body", centre)[0]:
        raise InputError(f"centre ({at}) mm is outside the body", where=where, allowed="a point in the breast",
                         fix="read the coordinates of the tumour bed from a viewer in DICOM patient coordinates")
    ball = _ball_points(centre_mm, radius_mm)
    voxel_cc = 4.0 / 3.0 * math.pi * radius_mm**3 / len(ball) / 1000.0
    if not in_scan(patient, ball).all():
        raise InputError(f"sphere of {2 * radius_mm:g} mm at ({at}) mm reaches out of the scan", where=where,
                         allowed=f"the whole sphere within {bounds} mm", fix="move the centre or scan further")
    outside_cc = 0.0 if tissue_gives_way else float((~inside(patient, "body", ball)).sum()) * voxel_cc
    if outside_cc > OUTSIDE_ALLOWED_cc:
        raise InputError(f"sphere of {2 * radius_mm:g} mm at ({at}) mm reaches out of the body by {outside_cc:.2f} cc",
                         where=where, allowed="the whole sphere within the body",
                         fix="move the centre inwards or choose a smaller applicator")
    for name in ("bone", "lungs"):
        overlap_cc = float(inside(patient, name, ball).sum()) * voxel_cc
        if overlap_cc > OVERLAP_ALLOWED_cc:
            raise InputError(f"sphere of {2 * radius_mm:g} mm at ({at}) mm overlaps {name} by {overlap_cc:.2f} cc",
                             where=where, allowed=f"no {name} in the sphere",
                             fix="move the centre away or choose a smaller applicator")


def _ball_points(centre_mm: tuple[float, float, float], radius_mm: float) -> np.ndarray:
    """Points of equal volume filling the sphere, about 1 mm apart."""
    axis = np.arange(-math.ceil(radius_mm), math.ceil(radius_mm) + 1.0)
    points = np.stack(np.meshgrid(axis, axis, axis), -1).reshape(-1, 3)
    return np.asarray(points[(points**2).sum(1) <= radius_mm**2] + np.array(centre_mm))


def distances_mm(patient: Patient, centre_mm: tuple[float, float, float], radius_mm: float) -> dict[str, float | None]:
    """Shortest distance from the sphere's surface to the skin surface, bone and lungs; None beyond 60 mm.

    Along 8,000 directions, on the voxels' shares interpolated to their half-way surface, whose place between two steps
    of 0.25 mm is interpolated too. A direction that leaves the scan says nothing. A layered phantom knows them.
    """
    if patient.layers is not None:
        return {name: far if far <= SEARCH_mm else None for name, far in patient.layers.distances_mm().items()}
    directions = spread_directions(8000)
    steps = np.arange(radius_mm, radius_mm + SEARCH_mm, SEARCH_STEP_mm)
    points = np.array(centre_mm) + directions[:, None, :] * steps[None, :, None]
    index = patient.image.grid.to_index(points.reshape(-1, 3))
    kept = patient.image.grid.contains(points.reshape(-1, 3))
    found: dict[str, float | None] = {}
    for name, structure in (("skin", "body"), ("bone", "bone"), ("lungs", "lungs")):
        level = interpolated(patient.structure(structure).all_shares(), index)
        level = np.where(kept, 1.0 - level if name == "skin" else level, 0.0).reshape(points.shape[:2])
        found[name] = _first_crossing(level, steps - radius_mm)
    return found


def _first_crossing(level: np.ndarray, distance_mm: np.ndarray) -> float | None:
    """Least distance at which a row of `level`, (directions, steps), reaches a half; None if none does."""
    reached = level >= 0.5
    rows = np.flatnonzero(reached.any(axis=1))
    if not len(rows):
        return None
    step = reached[rows].argmax(axis=1)
    before = np.maximum(step - 1, 0)
    low, high = level[rows, before], level[rows, step]
    part = np.divide(0.5 - low, high - low, out=np.ones_like(low), where=(high > low) & (step > 0))
    crossing_mm = distance_mm[before] + part * (distance_mm[step] - distance_mm[before])
    return max(0.0, float(crossing_mm.min()))


def distance_warnings(distances: dict[str, float | None]) -> list[str]:
    """What is to be said about short distances."""
    said = []
    skin = distances.get("skin")
    if skin is not None and skin < VERY_NEAR_SKIN_mm:
        said.append(f"SKIN ONLY {skin:.1f} mm FROM THE APPLICATOR (below {VERY_NEAR_SKIN_mm:g} mm): high risk of skin "
                    "injury")
    for name, distance in distances.items():
        if distance is not None and distance < NEAR_mm and not (name == "skin" and distance < VERY_NEAR_SKIN_mm):
            said.append(f"{name} is {distance:.1f} mm from the applicator's surface (below {NEAR_mm:g} mm)")
    return said
