"""DVHs of structures: 1 mm voxels near the applicator, the scan's own voxels with the 4 mm responses further out."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from openiort.dose.photon_dose import PhotonDose
from openiort.dose.point_dose import PointDose
from openiort.patient.patient import Patient
from openiort.patient.structure import Structure
from openiort.plan.dvh import DVH, MEDIA, make_dvh
from openiort.plan.region import inside, material
from openiort.plan.voxel_samples import VoxelSamples, far_samples_of_layers, near_samples, nearest_of_layers_mm

FloatArray = NDArray[np.float64]
STRUCTURES = ("skin", "bone", "lungs", "body")
HOTTEST_VOXELS, SUBDIVISIONS = 200, 4


def structure_dvh(name: str, patient: Patient, dose: PhotonDose, points: PointDose, photons: float,
                  prescription_Gy: float) -> tuple[DVH, DVH]:
    """The DVHs of one structure, of D_m,m and of D_w; the part inside the applicator is not counted."""
    structure, near = patient.structure(name), near_samples(patient, name, dose)
    far_Gy, far_cc, missing_cc = _outside_box(patient, structure, dose)
    everything_cc = float(near.volume_cc.sum() + far_cc.sum()) + missing_cc
    doses_Gy = np.concatenate([near.doses_Gy(points), far_Gy]) * photons
    volume_cc = np.concatenate([near.volume_cc, far_cc])
    highest_Gy = _highest_Gy(patient, name, dose, points, near, far_Gy) * photons
    to_medium, to_water = (
        make_dvh(name, doses_Gy[:, k], volume_cc, prescription_Gy=prescription_Gy, medium=medium,
                 covered_percent=100.0 * (1.0 - missing_cc / everything_cc) if everything_cc else 100.0,
                 cut_by_scan=structure.cut_by_scan, maximum_Gy=float(highest_Gy[k]))
        for k, medium in enumerate(MEDIA)
    )
    return to_medium, to_water


def _outside_box(patient: Patient, structure: Structure, dose: PhotonDose) -> tuple[FloatArray, FloatArray, float]:
    """Its own voxels outside the fine box: (n, 2) D_m,m and D_w, volume in cc; and the volume without dose.

    A 4 mm voxel has one material, a thin bone in it has another: so the responses are read off and mixed for each
    voxel of the scan.
    """
    if dose.scene.layered:
        far = far_samples_of_layers(patient, structure.name, dose)
        return far.doses_Gy(), far.volume_cc, 0.0
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
    return doses_Gy, volume_cc[known], float(volume_cc[outside & ~known].sum())


def _highest_Gy(patient: Patient, name: str, dose: PhotonDose, points: PointDose, near: VoxelSamples,
                far_Gy: FloatArray) -> FloatArray:
    """(2,) highest D_m,m and D_w at points within the structure, per source photon; 0 if it is empty.

    The voxels to look into are those where the primary, which has no noise, gives most.
    """
    far = np.asarray(far_Gy.max(axis=0) if len(far_Gy) else np.zeros(2))
    if not len(near.voxel):
        return far
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
        return np.asarray(np.maximum(far, near.doses_Gy(points).max(axis=0)))
    doses_Gy = np.stack(points.doses_Gy(place, material(patient, place + origin)), 1)
    return np.asarray(np.maximum(far, doses_Gy.max(axis=0)))
