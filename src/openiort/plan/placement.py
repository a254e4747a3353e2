"""Where the applicator lies: checks before anything is calculated, and its distances to skin, bone and lung."""

from __future__ import annotations

import math

import numpy as np
from scipy.ndimage import map_coordinates

from openiort.core.errors import InputError
from openiort.patient.patient import Patient
from openiort.plan.directions import spread_directions
from openiort.plan.region import in_scan, inside

BONE_ALLOWED_cc = 0.02
OUTSIDE_ALLOWED_cc = 0.02
NEAR_mm, VERY_NEAR_SKIN_mm = 10.0, 5.0
SEARCH_mm, SEARCH_STEP_mm = 60.0, 0.25


def check_placement(patient: Patient, centre_mm: tuple[float, float, float], radius_mm: float) -> None:
    """Refuse a sphere that cannot lie there.

    Raises:
        InputError: centre not finite, outside the scan or the body; the sphere reaches out of the scan or the body,
            or overlaps bone.
    """
    where = "--at (at_mm)"
    at = ", ".join(f"{c:g}" for c in centre_mm)
    if len(centre_mm) != 3 or not all(math.isfinite(c) for c in centre_mm):
        raise InputError(f"centre ({at}) is not a point", where=where, allowed="three finite numbers x,y,z in mm",
                         fix="give DICOM patient coordinates, --at=-88.2,-222.9,-587.0 for instance")
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
    outside_cc = float((~inside(patient, "body", ball)).sum()) * voxel_cc
    if outside_cc > OUTSIDE_ALLOWED_cc:
        raise InputError(f"sphere of {2 * radius_mm:g} mm at ({at}) mm reaches out of the body by {outside_cc:.2f} cc",
                         where=where, allowed="the whole sphere within the body",
                         fix="move the centre inwards or choose a smaller applicator")
    bone_cc = float(inside(patient, "bone", ball).sum()) * voxel_cc
    if bone_cc > BONE_ALLOWED_cc:
        raise InputError(f"sphere of {2 * radius_mm:g} mm at ({at}) mm overlaps bone by {bone_cc:.2f} cc", where=where,
                         allowed="no bone in the sphere", fix="move the centre away or choose a smaller applicator")


def _ball_points(centre_mm: tuple[float, float, float], radius_mm: float) -> np.ndarray:
    """Points of equal volume filling the sphere, about 1 mm apart."""
    axis = np.arange(-math.ceil(radius_mm), math.ceil(radius_mm) + 1.0)
    points = np.stack(np.meshgrid(axis, axis, axis), -1).reshape(-1, 3)
    return np.asarray(points[(points**2).sum(1) <= radius_mm**2] + np.array(centre_mm))


def distances_mm(patient: Patient, centre_mm: tuple[float, float, float], radius_mm: float) -> dict[str, float | None]:
    """Shortest distance from the sphere's surface to the skin surface, bone and lungs; None beyond 60 mm.

    Along 8,000 directions in steps of 0.25 mm, on the masks interpolated to their half-way surface. A direction that
    leaves the scan says nothing.
    """
    directions = spread_directions(8000)
    steps = np.arange(radius_mm, radius_mm + SEARCH_mm, SEARCH_STEP_mm)
    points = np.array(centre_mm) + directions[:, None, :] * steps[None, :, None]
    index = patient.image.grid.to_index(points.reshape(-1, 3))
    kept = patient.image.grid.contains(points.reshape(-1, 3))
    found: dict[str, float | None] = {}
    for name, mask in (("skin", ~patient.structure("body").mask), ("bone", patient.structure("bone").mask),
                       ("lungs", patient.structure("lungs").mask)):
        level = map_coordinates(mask.astype(np.float32), index.T, order=1, mode="nearest")
        hit = ((level >= 0.5) & kept).reshape(points.shape[:2])
        along = np.flatnonzero(hit.any(axis=0))
        found[name] = float(steps[along[0]] - radius_mm) if len(along) else None
    return found


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
