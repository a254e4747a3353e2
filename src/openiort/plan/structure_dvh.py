"""DVHs of structures: 1 mm voxels near the applicator, the scan's own voxels with the 4 mm responses further out."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from openiort.dose.photon_dose import PhotonDose
from openiort.dose.point_dose import PointDose
from openiort.patient.patient import Patient
from openiort.patient.structure import Structure
from openiort.plan.dvh import DVH, make_dvh
from openiort.plan.region import inside, material, share

STRUCTURES = ("skin", "bone", "lungs", "body")
HOTTEST_VOXELS, SUBDIVISIONS = 200, 4


def structure_dvh(name: str, patient: Patient, dose: PhotonDose, points: PointDose, photons: float,
                  prescription_Gy: float) -> DVH:
    """The DVH of one structure; the part inside the applicator is not counted, it holds no tissue."""
    structure, part = patient.structure(name), dose.fine.part
    tissue = np.flatnonzero(part.share > 0)
    belongs = share(patient, name, part.centre_mm[tissue] + np.array(dose.scene.origin_mm))
    near = tissue[belongs > 0]
    near_cc = part.share[near] * belongs[belongs > 0] * dose.fine.box.step_mm**3 / 1000.0
    far_Gy, far_cc, missing_cc = _outside_box(patient, structure, dose)
    everything_cc = float(near_cc.sum() + far_cc.sum()) + missing_cc
    return make_dvh(name, np.concatenate([dose.fine.medium_Gy[near], far_Gy]) * photons,
                    np.concatenate([near_cc, far_cc]), prescription_Gy=prescription_Gy,
                    covered_percent=100.0 * (1.0 - missing_cc / everything_cc) if everything_cc else 100.0,
                    cut_by_scan=structure.cut_by_scan,
                    maximum_Gy=_highest_Gy(patient, name, dose, points, near, far_Gy) * photons)


def _outside_box(patient: Patient, structure: Structure,
                 dose: PhotonDose) -> tuple[NDArray[np.float64], NDArray[np.float64], float]:
    """Its own voxels outside the fine box: dose to their own material and volume in cc; and the volume without dose.

    A 4 mm voxel has one material, a thin bone in it has another: so the responses are read off and mixed for each
    voxel of the scan.
    """
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
    return (np.maximum((mix * responses).sum(1), 0.0), volume_cc[known],
            float(volume_cc[outside & ~known].sum()))


def _highest_Gy(patient: Patient, name: str, dose: PhotonDose, points: PointDose, voxels: NDArray[np.intp],
                far_Gy: NDArray[np.float64]) -> float:
    """Highest dose at points within the structure, per source photon; 0 if it is empty.

    The voxels to look into are those where the primary, which has no noise, gives most.
    """
    far = float(far_Gy.max()) if len(far_Gy) else 0.0
    if not len(voxels):
        return far
    box, origin = dose.fine.box, np.array(dose.scene.origin_mm)
    expected_Gy = (dose.scene.mix[box.material[voxels]] * dose.fine.primary[voxels]).sum(1)
    hottest = voxels[np.argsort(-expected_Gy)[:HOTTEST_VOXELS]]
    offsets = ((np.arange(SUBDIVISIONS) + 0.5) / SUBDIVISIONS - 0.5) * box.step_mm
    offset = np.stack(np.meshgrid(offsets, offsets, offsets), -1).reshape(-1, 3)
    centre = np.floor((dose.fine.part.centre_mm[hottest] - box.low_mm) / box.step_mm)
    centre = box.low_mm + (centre + 0.5) * box.step_mm
    place = (centre[:, None, :] + offset).reshape(-1, 3)
    place = place[(place**2).sum(1) > dose.scene.sphere.radius_mm**2]
    place = place[inside(patient, name, place + origin)]
    if not len(place):
        return max(far, float(dose.fine.medium_Gy[voxels].max()))
    return max(far, float(points.doses_Gy(place, material(patient, place + origin))[0].max()))
