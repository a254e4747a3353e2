"""DVHs of structures: 1 mm voxels near the applicator, the scan's own voxels with the 4 mm responses further out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from openiort.dose.dose_spread import DoseSpread
from openiort.dose.photon_dose import PhotonDose
from openiort.dose.point_dose import PointDose
from openiort.patient.patient import Patient
from openiort.patient.structure import Structure
from openiort.plan.dvh import DVH, MEDIA, make_dvh
from openiort.plan.dvh_band import DVHBand, dvh_band
from openiort.plan.region import inside, material
from openiort.plan.voxel_samples import (
    VoxelSamples,
    divided_near_sphere,
    far_samples_of_layers,
    near_samples,
    nearest_of_layers_mm,
)

FloatArray = NDArray[np.float64]
STRUCTURES = ("skin", "bone", "lungs", "body")
HOTTEST_VOXELS, SUBDIVISIONS = 200, 4
# of the voxels far out, where many of the scan lie in one of the dose: as many as the band needs
MOST_FAR_SAMPLES = 100_000


def structure_dvh(name: str, patient: Patient, dose: PhotonDose, points: PointDose, photons: float,
                  prescription_Gy: float, spread: DoseSpread | None = None) -> tuple[DVH, DVH]:
    """The DVHs of one structure, of D_m,m and of D_w; the part inside the applicator is not counted."""
    structure, whole = patient.structure(name), near_samples(patient, name, dose)
    near = divided_near_sphere(whole, dose)
    far, missing_cc = _outside_box(patient, structure, dose)
    everything_cc = float(near.volume_cc.sum() + far.volume_cc.sum()) + missing_cc
    near_Gy, far_Gy = near.doses_Gy(points) * photons, far.doses_Gy * photons
    doses_Gy, volume_cc = np.concatenate([near_Gy, far_Gy]), np.concatenate([near.volume_cc, far.volume_cc])
    highest_Gy = np.maximum(_highest_Gy(patient, name, dose, points, whole) * photons, _highest(far_Gy))
    bands = [_band(near, near_Gy[:, k], far, far_Gy[:, k], spread) for k in range(len(MEDIA))]
    to_medium, to_water = (
        make_dvh(name, doses_Gy[:, k], volume_cc, prescription_Gy=prescription_Gy, medium=medium,
                 covered_percent=100.0 * (1.0 - missing_cc / everything_cc) if everything_cc else 100.0,
                 cut_by_scan=structure.cut_by_scan, maximum_Gy=float(highest_Gy[k]),
                 band=bands[k])
        for k, medium in enumerate(MEDIA)
    )
    return to_medium, to_water


@dataclass(frozen=True, slots=True)
class _FarSamples:
    """Parts of a structure outside the fine box: voxel of the coarse box, D_m,m and D_w per source photon, volume."""

    voxel: NDArray[np.intp]
    doses_Gy: FloatArray
    volume_cc: FloatArray


def _outside_box(patient: Patient, structure: Structure, dose: PhotonDose) -> tuple[_FarSamples, float]:
    """Its own voxels outside the fine box, and the volume in cc that has no dose.

    A 4 mm voxel has one material, a thin bone in it has another: so the responses are read off and mixed for each
    voxel of the scan.
    """
    if dose.scene.layered:
        far = far_samples_of_layers(patient, structure.name, dose)
        return _FarSamples(far.voxel, far.doses_Gy(), far.volume_cc), 0.0
    index = np.argwhere(structure.touched)
    origin = np.array(dose.scene.origin_mm)
    local = patient.image.grid.to_points_mm(index.astype(float)) - origin
    fine, coarse = dose.fine.box, dose.coarse.box
    outside = ((local < fine.low_mm) | (local >= fine.high_mm)).any(axis=1)
    known = outside & ((local >= coarse.low_mm) & (local < coarse.high_mm)).all(axis=1)
    x, y, z = np.floor((local[known] - coarse.low_mm) / coarse.step_mm).astype(int).T
    voxel = (z * coarse.shape[1] + y) * coarse.shape[2] + x
    responses = dose.coarse.primary[voxel] + dose.coarse.scatter[voxel]
    mix = dose.scene.mix[patient.tissues.material_index[tuple(index[known].T)]]
    volume_cc = structure.shares(tuple(index.T)) * patient.image.grid.voxel_volume_cc
    doses_Gy = np.stack([np.maximum((mix * responses).sum(1), 0.0), responses[:, 0]], 1)
    return _FarSamples(voxel, doses_Gy, volume_cc[known]), float(volume_cc[outside & ~known].sum())


def _band(near: VoxelSamples, near_Gy: FloatArray, far: _FarSamples, far_Gy: FloatArray,
          spread: DoseSpread | None) -> DVHBand | None:
    if spread is None:
        return None
    radius_mm = np.linalg.norm(near.place_mm, axis=1)
    every = 1 + len(far_Gy) // MOST_FAR_SAMPLES
    far_voxel, far_cc = far.voxel[::every], far.volume_cc[::every] * every
    return dvh_band(
        np.concatenate([near_Gy, far_Gy[::every]]), np.concatenate([near.volume_cc, far_cc]),
        lambda group: np.concatenate([spread.near(group, near.voxel, radius_mm), spread.coarse[group, far_voxel]]),
        spread.groups,
    )


def _highest(doses_Gy: FloatArray) -> FloatArray:
    return np.asarray(doses_Gy.max(axis=0) if len(doses_Gy) else np.zeros(2))


def _highest_Gy(patient: Patient, name: str, dose: PhotonDose, points: PointDose, near: VoxelSamples) -> FloatArray:
    """(2,) highest D_m,m and D_w at points of the fine box within the structure, per source photon; 0 if it is empty.

    The voxels to look into are those where the primary, which has no noise, gives most.
    """
    if not len(near.voxel):
        return np.zeros(2)
    box, origin = dose.fine.box, np.array(dose.scene.origin_mm)
    order = np.argsort(-near.primary_Gy(), axis=0)[:HOTTEST_VOXELS]
    hottest = near.voxel[np.unique(order)]
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
        return _highest(near.doses_Gy(points))
    return _highest(np.stack(points.doses_Gy(place, material(patient, place + origin)), 1))
