"""The parts of a structure in the voxels of the dose: which voxels, how much of each, of what.

In a layered phantom a face may cut a plane of voxels. Then the part that belongs to the structure stands for itself,
at its own middle and of its own tissue: between fat and skin the dose to medium jumps by a third.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from openiort.dose.box_dose import BoxDose
from openiort.dose.cut_voxels import voxel_centres_mm
from openiort.dose.photon_dose import PhotonDose
from openiort.dose.point_dose import PointDose
from openiort.patient.patient import Patient
from openiort.plan.region import material

FloatArray = NDArray[np.float64]
WHOLE = 1.0 - 1e-6
DIVIDED_mm, PARTS = 3.0, 3
JUST_WITHIN_mm = 1e-3


@dataclass(frozen=True, slots=True)
class VoxelSamples:
    """Parts of voxels of one box.

    Attributes:
        box: the dose that the voxels belong to.
        mix: (materials, 3) shares of the responses in the dose to each material.
        voxel: (n,) index into it.
        place_mm: (n, 3) middle of the part, from the source.
        material: (n,) index into the scene's materials.
        volume_cc: (n,) of the part; the applicator's inside is not counted, it holds no tissue.
        cut: (n,) whether this is only a part of the voxel: what a face of a layer leaves of it, or a part of a voxel
            next to the sphere.
    """

    box: BoxDose
    mix: FloatArray
    voxel: NDArray[np.intp]
    place_mm: FloatArray
    material: NDArray[np.integer]
    volume_cc: FloatArray
    cut: NDArray[np.bool_]

    def doses_Gy(self, points: PointDose | None = None) -> FloatArray:
        """(n, 2) D_m,m and D_w per source photon; cut parts are evaluated at their middle.

        `points` is of the fine box; without, the voxels' own responses are taken for all.
        """
        if points is None:
            return self._mixed(self.box.primary[self.voxel] + self.box.scatter[self.voxel], self.material)
        found, whole = np.empty((len(self.voxel), 2)), ~self.cut
        found[whole] = self._mixed(points.voxel_responses(self.voxel[whole]), self.material[whole])
        if self.cut.any():
            found[self.cut] = np.stack(points.doses_Gy(self.place_mm[self.cut], self.material[self.cut]), 1)
        return found

    def primary_Gy(self) -> FloatArray:
        """(n, 2) primary part of D_m,m and D_w per source photon: without noise."""
        return self._mixed(self.box.primary[self.voxel], self.material)

    def _mixed(self, responses: FloatArray, material: NDArray[np.integer]) -> FloatArray:
        to_medium = sum(self.mix[:, k][material] * responses[:, k] for k in range(responses.shape[1]))
        return np.stack([np.maximum(to_medium, 0.0), responses[:, 0]], 1)


def near_samples(dose: PhotonDose) -> VoxelSamples:
    """All voxels of the fine box that hold tissue."""
    box, part = dose.fine.box, dose.fine.part
    voxel = np.flatnonzero(part.share > 0)
    return VoxelSamples(dose.fine, dose.scene.mix, voxel, part.centre_mm[voxel], box.material[voxel],
                        part.share[voxel] * box.step_mm**3 / 1000.0, np.zeros(len(voxel), bool))


def near_samples_of_layers(patient: Patient, name: str, dose: PhotonDose) -> VoxelSamples:
    """The parts of a structure of a layered phantom in the fine box."""
    return _of_layers(patient, name, dose, dose.fine, np.flatnonzero(dose.fine.part.share > 0))


def divided_near_sphere(samples: VoxelSamples, dose: PhotonDose) -> VoxelSamples:
    """Samples of the fine box with those next to the sphere in 3 x 3 x 3 parts, which share the voxel's volume.

    Dose falls by 15 % over the first millimetre: one value a voxel would make hot volumes 2 % too cold.
    """
    box, radius_mm = samples.box.box, dose.scene.sphere.radius_mm
    far = np.linalg.norm(samples.place_mm, axis=1)
    chosen = np.flatnonzero((far < radius_mm + DIVIDED_mm) & ~samples.cut)
    z, y, x = np.unravel_index(samples.voxel[chosen], tuple(int(n) for n in box.shape))
    steps = (np.arange(PARTS) + 0.5) / PARTS
    offset = np.stack(np.meshgrid(steps, steps, steps), -1).reshape(-1, 3)
    place = box.low_mm + (np.stack([x, y, z], 1)[:, None, :] + offset) * box.step_mm
    outside = (place**2).sum(-1) > radius_mm**2
    count = outside.sum(axis=1)
    kept, part = np.nonzero(outside)
    is_whole = np.ones(len(samples.voxel), bool)
    is_whole[chosen[count > 0]] = False
    whole = np.flatnonzero(is_whole)
    of = np.concatenate([whole, chosen[kept]])
    per_part = samples.volume_cc[chosen[kept]] / count[kept]
    return replace(
        samples, voxel=samples.voxel[of], material=samples.material[of],
        place_mm=np.concatenate([samples.place_mm[whole], place[kept, part]]),
        volume_cc=np.concatenate([samples.volume_cc[whole], per_part]),
        cut=np.concatenate([samples.cut[whole], np.ones(len(kept), bool)]),
    )


def far_samples_of_layers(patient: Patient, name: str, dose: PhotonDose) -> VoxelSamples:
    """The parts of a structure of a layered phantom in the coarse box, outside the fine one."""
    centre, fine = voxel_centres_mm(dose.coarse.box), dose.fine.box
    outside = np.flatnonzero(((centre < fine.low_mm) | (centre > fine.high_mm)).any(axis=1))
    return _of_layers(patient, name, dose, dose.coarse, outside)


def nearest_of_layers_mm(patient: Patient, name: str, dose: PhotonDose) -> FloatArray:
    """(n, 3) points from the source, just within a structure of a layered phantom where its faces are nearest."""
    grid, planes = patient.image.grid, np.flatnonzero(patient.structure(name).mask[0, :, 0])
    if not len(planes):
        return np.empty((0, 3))
    half_mm = grid.spacing_mm[1] / 2.0 - JUST_WITHIN_mm
    y_mm = grid.origin_mm[1] + grid.spacing_mm[1] * planes[[0, -1]] + np.array([-half_mm, half_mm])
    points = np.array([[0.0, y, 0.0] for y in y_mm]) - np.array(dose.scene.origin_mm)
    box = dose.fine.box
    known = ((points > box.low_mm) & (points < box.high_mm)).all(axis=1)
    return np.asarray(points[known & (np.abs(points[:, 1]) > dose.scene.sphere.radius_mm)])


def _of_layers(patient: Patient, name: str, dose: PhotonDose, box_dose: BoxDose,
               voxels: NDArray[np.intp]) -> VoxelSamples:
    """Plane by plane across y; the voxels of one quarter around it stand for all four."""
    box, part, origin = box_dose.box, box_dose.part, np.array(dose.scene.origin_mm)
    voxels = voxels[(part.centre_mm[voxels][:, [0, 2]] > 0).all(axis=1)]
    belongs, middle_mm = _share_of_planes(patient, name, box.low_mm[1] + origin[1], box.step_mm, int(box.shape[1]))
    plane = voxels // int(box.shape[2]) % int(box.shape[1])
    voxel, plane = voxels[belongs[plane] > 0], plane[belongs[plane] > 0]
    cut = belongs[plane] < WHOLE
    place = part.centre_mm[voxel].copy()
    place[cut, 1] = middle_mm[plane[cut]] - origin[1]
    # the middle may fall into the sphere where that cuts the voxel too
    hidden = cut & ((place**2).sum(1) <= dose.scene.sphere.radius_mm**2)
    place[hidden] = part.centre_mm[voxel[hidden]]
    made_of = box.material[voxel].astype(np.int64)
    made_of[cut] = material(patient, place[cut] + origin)
    return VoxelSamples(box_dose, dose.scene.mix, voxel, place, made_of,
                        4.0 * part.share[voxel] * belongs[plane] * box.step_mm**3 / 1000.0, cut)


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
