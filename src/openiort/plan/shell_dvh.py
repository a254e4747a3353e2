"""Shells around the applicator, cut into sub-voxels that follow the sphere, and their DVH.

Near the surface the dose falls by 15 % a millimetre, so the sub-voxels are at most 0.25 mm within 3 mm of the sphere
and 0.5 mm further out; each has its exact volume. Its dose is evaluated at a point in it whose depth differs from
neighbour to neighbour, so that a layer fills its thickness evenly: with all points in the middle, a whole layer would
cross a dose at once, and V90 would jump by half of its value.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from openiort.dose.dose_spread import DoseSpread
from openiort.dose.point_dose import PointDose
from openiort.patient.patient import Patient
from openiort.plan.directions import spread_directions
from openiort.plan.dvh import DVH, MEDIA, make_dvh
from openiort.plan.dvh_band import DVHBand, dvh_band
from openiort.plan.region import in_scan, material_of, scan_voxels, share_of
from openiort.plan.target_volume import beyond_chest_wall, target_name

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
SHELLS_mm = (5.0, 10.0)
BONE_TISSUES = ("spongiosa", "cortical bone")
# multiples of it fill 0 to 1 evenly, and not in step with the golden ratio that spreads the directions
IRRATIONAL = math.sqrt(2.0)
# of the sub-voxels, many of which lie in one voxel of the dose: as many as the band needs
EVERY = 4
NEAR_mm, NEAR_STEP_mm, FAR_STEP_mm = 3.0, 0.25, 0.5


def sub_voxels(radius_mm: float, near_step_mm: float = NEAR_STEP_mm, far_step_mm: float = FAR_STEP_mm, *,
               a_quarter: bool = False) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Points (n, 3) in mm from the centre, their volumes (n,) in cc and depths (n,) in mm, of the 0-10 mm shell.

    `a_quarter` gives those with x and z above 0 alone, for the volume of all.
    """
    points, volumes, depths = [], [], []
    for begin, end, step in ((0.0, NEAR_mm, near_step_mm), (NEAR_mm, SHELLS_mm[-1], far_step_mm)):
        outer = radius_mm + end
        directions = spread_directions(math.ceil(4.0 * math.pi * outer**2 / step**2))
        if a_quarter:
            directions = directions[(directions[:, 0] > 0) & (directions[:, 2] > 0)]
        for low in np.arange(begin, end - 1e-9, step):
            inner, beyond = radius_mm + low, radius_mm + low + step
            share = (np.arange(len(directions)) + 0.5) * IRRATIONAL % 1.0  # of the layer's volume below the point
            at = (inner**3 + share * (beyond**3 - inner**3)) ** (1.0 / 3.0)
            volume_cc = 4.0 / 3.0 * math.pi * (beyond**3 - inner**3) / len(directions) / 1000.0
            points.append(directions * at[:, None])
            volumes.append(np.full(len(directions), volume_cc))
            depths.append(at - radius_mm)
    return np.concatenate(points), np.concatenate(volumes), np.concatenate(depths)


def shell_dvhs(doses: PointDose, patient: Patient, centre_mm: tuple[float, float, float], radius_mm: float,
               photons: float, prescription_Gy: float,
               spread: DoseSpread | None = None) -> dict[str, tuple[DVH, DVH]]:
    """DVHs, of D_m,m and D_w, of the shells 0-5 and 0-10 mm, clipped by body surface and bone, and of the PTV.

    The PTV is the 0-10 mm shell without all that lies behind the surface of the chest wall.
    """
    # flat layers look the same in all four quarters around y
    points, volume_cc, depth_mm = sub_voxels(radius_mm, a_quarter=patient.layers is not None)
    place = points + np.array(centre_mm)
    scanned = in_scan(patient, place)
    voxels = scan_voxels(patient, place)
    made_of = material_of(patient, voxels)
    # bone by its outline and by composition: a voxel that is part bone gets the dose of bone
    body, bone = (share_of(patient.structure(name), voxels) >= 0.5 for name in ("body", "bone"))
    kept = scanned & body & ~bone & ~patient.tissues.made_of(BONE_TISSUES)[made_of]
    dose = np.zeros((2, len(points)))
    dose[:, kept] = np.stack(doses.doses_Gy(points[kept], made_of[kept])) * photons
    beyond = beyond_chest_wall(patient, centre_mm, radius_mm, points)
    wanted = {f"shell 0-{width:g} mm": (depth_mm < width, kept) for width in SHELLS_mm}
    wanted[target_name(patient)] = (~beyond, kept & ~beyond)
    samples = _Samples(dose, volume_cc, doses.voxel_at(points), radius_mm + depth_mm)
    return {name: _of_shell(name, samples, shell & used, shell & ~scanned, prescription_Gy, spread)
            for name, (shell, used) in wanted.items()}


@dataclass(frozen=True, slots=True)
class _Samples:
    """Sub-voxels: (2, n) D_m,m and D_w in Gy, volume, voxel of the dose, distance from the source."""

    dose_Gy: FloatArray
    volume_cc: FloatArray
    voxel: NDArray[np.intp]
    radius_mm: FloatArray


def _of_shell(name: str, samples: _Samples, used: BoolArray, missing: BoolArray, prescription_Gy: float,
              spread: DoseSpread | None) -> tuple[DVH, DVH]:
    # what lies outside the scan may be body or not: it counts as not covered
    volume_cc, chosen = samples.volume_cc, np.flatnonzero(used)
    missing_cc, used_cc = float(volume_cc[missing].sum()), float(volume_cc[chosen].sum())
    bands = _bands(samples, chosen[::EVERY], spread)
    to_medium, to_water = (
        make_dvh(name, samples.dose_Gy[k][chosen], volume_cc[chosen], prescription_Gy=prescription_Gy, medium=medium,
                 covered_percent=100.0 * used_cc / max(used_cc + missing_cc, 1e-9), cut_by_scan=missing_cc > 0,
                 band=bands[k])
        for k, medium in enumerate(MEDIA)
    )
    return to_medium, to_water


def _bands(samples: _Samples, chosen: NDArray[np.intp], spread: DoseSpread | None) -> list[DVHBand | None]:
    """Of D_m,m and of D_w."""
    if spread is None:
        return [None for _ in MEDIA]
    deviation = spread.near(samples.voxel[chosen], samples.radius_mm[chosen])
    return [dvh_band(samples.dose_Gy[k][chosen], samples.volume_cc[chosen], deviation) for k in range(len(MEDIA))]
