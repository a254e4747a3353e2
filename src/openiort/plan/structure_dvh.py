"""DVHs of structures: 1 mm voxels near the applicator, the scan's own voxels with the 4 mm dose further out."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from openiort.dose.dose_grid import DoseGrid
from openiort.dose.photon_dose import PhotonDose
from openiort.dose.point_dose import PointDose
from openiort.patient.patient import Patient
from openiort.patient.structure import Structure
from openiort.plan.dvh import DVH, make_dvh
from openiort.plan.region import inside, share

STRUCTURES = ("skin", "bone", "lungs", "body")
HOTTEST_VOXELS, SUBDIVISIONS = 60, 4


def dvh_structures(patient: Patient) -> tuple[str, ...]:
    """Names of the structures that get a DVH: those always there, then all that was contoured, air not."""
    drawn = (name for name, structure in patient.structures.items() if structure.origin == "contoured")
    return (*STRUCTURES, *(name for name in drawn if name not in (*STRUCTURES, "air")))


def structure_dvh(name: str, patient: Patient, dose: PhotonDose, points: PointDose, coarse: DoseGrid, photons: float,
                  prescription_Gy: float) -> DVH:
    """The DVH of one structure; the part inside the applicator is not counted, it holds no tissue."""
    origin = np.array(dose.scene.origin_mm)
    part = dose.fine.part
    tissue = np.flatnonzero(part.share > 0)
    belongs = share(patient, name, part.centre_mm[tissue] + origin)
    near = tissue[belongs > 0]
    near_cc = part.share[near] * belongs[belongs > 0] * dose.fine.box.step_mm**3 / 1000.0
    near_Gy = dose.fine.medium_Gy[near] * photons
    structure = patient.structure(name)
    far_Gy, far_cc = _outside_box(patient, structure, dose, coarse)
    highest = _highest_Gy(patient, name, dose, points, near, photons)
    return make_dvh(name, np.concatenate([near_Gy, far_Gy]), np.concatenate([near_cc, far_cc]),
                    prescription_Gy=prescription_Gy, covered_percent=None if structure.cut_by_scan else 100.0,
                    cut_by_scan=structure.cut_by_scan, maximum_Gy=highest)


def _outside_box(patient: Patient, structure: Structure, dose: PhotonDose,
                 coarse: DoseGrid) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Dose in the structure's own voxels that lie outside the fine box, and their volumes in cc."""
    index = np.argwhere(structure.touched)
    local = patient.image.grid.to_points_mm(index.astype(float)) - np.array(dose.scene.origin_mm)
    box = dose.fine.box
    outside = ((local < box.low_mm) | (local >= box.high_mm)).any(axis=1)
    place = local[outside] + np.array(dose.scene.origin_mm)
    voxel = np.clip(np.round(coarse.grid.to_index(place)).astype(int), 0, np.array(coarse.grid.shape) - 1)
    volume_cc = structure.shares(tuple(index[outside].T)) * patient.image.grid.voxel_volume_cc
    return np.asarray(coarse.medium_Gy[tuple(voxel.T)], float), volume_cc


def _highest_Gy(patient: Patient, name: str, dose: PhotonDose, points: PointDose, voxels: NDArray[np.intp],
                photons: float) -> float | None:
    """Highest dose at points within the structure's hottest voxels."""
    if not len(voxels):
        return None
    hottest = voxels[np.argsort(-dose.fine.medium_Gy[voxels])[:HOTTEST_VOXELS]]
    offsets = ((np.arange(SUBDIVISIONS) + 0.5) / SUBDIVISIONS - 0.5) * dose.fine.box.step_mm
    offset = np.stack(np.meshgrid(offsets, offsets, offsets), -1).reshape(-1, 3)
    centre = np.floor((dose.fine.part.centre_mm[hottest] - dose.fine.box.low_mm) / dose.fine.box.step_mm)
    centre = dose.fine.box.low_mm + (centre + 0.5) * dose.fine.box.step_mm
    place = (centre[:, None, :] + offset).reshape(-1, 3)
    place = place[(place**2).sum(1) > dose.scene.sphere.radius_mm**2]
    place = place[inside(patient, name, place + np.array(dose.scene.origin_mm))]
    return float(points.doses_Gy(place)[0].max()) * photons if len(place) else None
