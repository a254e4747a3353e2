"""The part of a structure that lies in the 1 mm voxels around the applicator: which voxels, how much of each, of what.

In a layered phantom a face may cut a plane of voxels. Then the part that belongs to the structure stands for itself,
at its own middle and of its own tissue: between fat and skin the dose to medium jumps by a third.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from openiort.dose.photon_dose import PhotonDose
from openiort.dose.point_dose import PointDose
from openiort.patient.patient import Patient
from openiort.plan.region import material, share

FloatArray = NDArray[np.float64]
WHOLE = 1.0 - 1e-6


@dataclass(frozen=True, slots=True)
class NearSamples:
    """Parts of voxels of the fine box.

    Attributes:
        voxel: (n,) index into the fine box.
        place_mm: (n, 3) middle of the part, from the source.
        material: (n,) index into the scene's materials.
        volume_cc: (n,) of the part; the applicator's inside is not counted, it holds no tissue.
        at_point: (n,) whether the dose is to be evaluated there, and not taken from the voxel.
    """

    voxel: NDArray[np.intp]
    place_mm: FloatArray
    material: NDArray[np.integer]
    volume_cc: FloatArray
    at_point: NDArray[np.bool_]

    def doses_Gy(self, dose: PhotonDose, points: PointDose) -> FloatArray:
        """(n, 2) D_m,m and D_w per source photon."""
        found = np.stack([dose.fine.medium_Gy[self.voxel], dose.fine.water_Gy[self.voxel]], 1)
        cut = self.at_point
        if cut.any():
            found[cut] = np.stack(points.doses_Gy(self.place_mm[cut], self.material[cut]), 1)
        return found

    def primary_Gy(self, dose: PhotonDose) -> FloatArray:
        """(n, 2) primary part of D_m,m and D_w per source photon: without noise."""
        responses = dose.fine.primary[self.voxel]
        return np.stack([(dose.scene.mix[self.material] * responses).sum(1), responses[:, 0]], 1)


def near_samples(patient: Patient, name: str, dose: PhotonDose) -> NearSamples:
    """The parts of the fine box's voxels that belong to a structure."""
    part, origin = dose.fine.part, np.array(dose.scene.origin_mm)
    tissue = np.flatnonzero(part.share > 0)
    if dose.scene.layered:
        return _of_layers(patient, name, dose, tissue)
    belongs = share(patient, name, part.centre_mm[tissue] + origin)
    voxel, belongs = tissue[belongs > 0], belongs[belongs > 0]
    return NearSamples(voxel, part.centre_mm[voxel], dose.fine.box.material[voxel],
                       part.share[voxel] * belongs * dose.fine.box.step_mm**3 / 1000.0, np.zeros(len(voxel), bool))


def _of_layers(patient: Patient, name: str, dose: PhotonDose, tissue: NDArray[np.intp]) -> NearSamples:
    """The same in a layered phantom, plane by plane across y."""
    box, part, origin = dose.fine.box, dose.fine.part, np.array(dose.scene.origin_mm)
    belongs, middle_mm = _share_of_planes(patient, name, box.low_mm[1] + origin[1], box.step_mm, int(box.shape[1]))
    plane = tissue // int(box.shape[2]) % int(box.shape[1])
    kept = belongs[plane] > 0
    voxel, plane = tissue[kept], plane[kept]
    cut = belongs[plane] < WHOLE
    place = part.centre_mm[voxel].copy()
    place[cut, 1] = middle_mm[plane[cut]] - origin[1]
    # the middle may fall into the sphere where that cuts the voxel too
    hidden = cut & ((place**2).sum(1) <= dose.scene.sphere.radius_mm**2)
    place[hidden] = part.centre_mm[voxel[hidden]]
    made_of = box.material[voxel].astype(np.int64)
    made_of[cut] = material(patient, place[cut] + origin)
    return NearSamples(voxel, place, made_of, part.share[voxel] * belongs[plane] * box.step_mm**3 / 1000.0, cut)


def _share_of_planes(patient: Patient, name: str, low_mm: float, step_mm: float,
                     count: int) -> tuple[FloatArray, FloatArray]:
    """How much of each plane of voxels across y belongs to a structure of the phantom, and where its middle lies."""
    grid, mask = patient.image.grid, patient.structure(name).mask[0, :, 0]
    thin_mm = grid.spacing_mm[1]
    edges = grid.origin_mm[1] + thin_mm * (np.arange(len(mask) + 1) - 0.5)
    inside = np.concatenate([[0.0], np.cumsum(mask * thin_mm)])
    moment = np.concatenate([[0.0], np.cumsum(mask * thin_mm * (edges[1:] + edges[:-1]) / 2.0)])
    at = low_mm + step_mm * np.arange(count + 1)
    length, first_moment = np.diff(np.interp(at, edges, inside)), np.diff(np.interp(at, edges, moment))
    middle = np.divide(first_moment, length, out=np.zeros_like(length), where=length > 0)
    return length / step_mm, middle
