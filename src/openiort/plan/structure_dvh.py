"""DVHs of structures: 1 mm voxels near the applicator, the scan's own voxels with the 4 mm responses further out."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from openiort.dose.dose_spread import DoseSpread
from openiort.plan.dose_samples import DoseSamples, StructureSamples
from openiort.plan.dvh import DVH, MEDIA, make_dvh
from openiort.plan.dvh_band import DVHBand, dvh_band
from openiort.plan.region import inside, material
from openiort.plan.voxel_samples import VoxelSamples, nearest_of_layers_mm

FloatArray = NDArray[np.float64]
STRUCTURES = ("skin", "bone", "lungs", "body")
HOTTEST_VOXELS, SUBDIVISIONS = 200, 4


def structure_dvh(name: str, samples: DoseSamples, photons: float, prescription_Gy: float) -> tuple[DVH, DVH]:
    """The DVHs of one structure, of D_m,m and of D_w; the part inside the applicator is not counted."""
    structure, parts = samples.patient.structure(name), samples.of(name)
    near_Gy, far_Gy = parts.near_Gy * photons, parts.far.doses_Gy * photons
    doses_Gy, volume_cc = np.concatenate([near_Gy, far_Gy]), np.concatenate([parts.near.volume_cc, parts.far.volume_cc])
    everything_cc = float(volume_cc.sum()) + parts.missing_cc
    highest_Gy = np.maximum(_highest_Gy(name, samples, parts.whole) * photons, _highest(far_Gy))
    bands = _bands(parts, doses_Gy, volume_cc, samples.spread)
    to_medium, to_water = (
        make_dvh(name, doses_Gy[:, k], volume_cc, prescription_Gy=prescription_Gy, medium=medium,
                 covered_percent=100.0 * (1.0 - parts.missing_cc / everything_cc) if everything_cc else 100.0,
                 cut_by_scan=structure.cut_by_scan, maximum_Gy=float(highest_Gy[k]),
                 band=bands[k])
        for k, medium in enumerate(MEDIA)
    )
    return to_medium, to_water


def _bands(parts: StructureSamples, doses_Gy: FloatArray, volume_cc: FloatArray,
           spread: DoseSpread | None) -> list[DVHBand | None]:
    """Of D_m,m and of D_w."""
    if spread is None or parts.near_deviation is None:
        return [None for _ in MEDIA]
    deviation = np.concatenate([parts.near_deviation, spread.coarse[:, parts.far.voxel]], axis=1)
    return [dvh_band(doses_Gy[:, k], volume_cc, deviation) for k in range(len(MEDIA))]


def _highest(doses_Gy: FloatArray) -> FloatArray:
    return np.asarray(doses_Gy.max(axis=0) if len(doses_Gy) else np.zeros(2))


def _highest_Gy(name: str, samples: DoseSamples, whole: VoxelSamples) -> FloatArray:
    """(2,) highest D_m,m and D_w at points of the fine box within the structure, per source photon; 0 if it is empty.

    The voxels to look into are those where the primary, which has no noise, gives most.
    """
    if not len(whole.voxel):
        return np.zeros(2)
    patient, dose, points = samples.patient, samples.dose, samples.points
    box, origin = dose.fine.box, np.array(dose.scene.origin_mm)
    hottest = whole.voxel[_hottest(whole.primary_Gy())]
    offsets = ((np.arange(SUBDIVISIONS) + 0.5) / SUBDIVISIONS - 0.5) * box.step_mm
    offset = np.stack(np.meshgrid(offsets, offsets, offsets), -1).reshape(-1, 3)
    centre = np.floor((dose.fine.part.centre_mm[hottest] - box.low_mm) / box.step_mm)
    centre = box.low_mm + (centre + 0.5) * box.step_mm
    place = (centre[:, None, :] + offset).reshape(-1, 3)
    place = place[(place**2).sum(1) > dose.scene.sphere.radius_mm**2]
    place = place[inside(patient, name, place + origin)]
    if dose.scene.layered:
        place = np.concatenate([place, nearest_of_layers_mm(patient, name, dose)])
    if not len(place):
        return _highest(whole.doses_Gy(points))
    return _highest(np.stack(points.doses_Gy(place, material(patient, place + origin)), 1))


def _hottest(doses_Gy: FloatArray) -> NDArray[np.intp]:
    """Which of samples (n, 2) have the highest doses of either medium."""
    if len(doses_Gy) <= HOTTEST_VOXELS:
        return np.arange(len(doses_Gy))
    return np.unique(np.argpartition(doses_Gy, -HOTTEST_VOXELS, axis=0)[-HOTTEST_VOXELS:])
