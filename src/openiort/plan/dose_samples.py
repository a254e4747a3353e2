"""All that DVHs of structures are made of: parts of voxels, of dose box and scan, with their doses.

Structures overlap, and each of them is asked about the same voxels. So the doses are evaluated once, for all that holds
tissue, and a structure takes its share of them. In flat layers, where a face may cut a plane of voxels, each structure
has parts of its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from openiort.dose.dose_spread import DoseSpread
from openiort.dose.photon_dose import PhotonDose
from openiort.dose.point_dose import PointDose
from openiort.patient.patient import Patient
from openiort.plan.region import scan_voxels, share_of
from openiort.plan.voxel_samples import (
    VoxelSamples,
    divided_near_sphere,
    far_samples_of_layers,
    near_samples,
    near_samples_of_layers,
)

FloatArray = NDArray[np.float64]
IndexArray = NDArray[np.intp]
NO_DOSE = -1


@dataclass(frozen=True, slots=True)
class FarSamples:
    """Parts outside the fine box.

    Attributes:
        voxel: (n,) of the coarse box.
        doses_Gy: (n, 2) D_m,m and D_w per source photon.
        volume_cc: (n,).
    """

    voxel: IndexArray
    doses_Gy: FloatArray
    volume_cc: FloatArray


@dataclass(frozen=True, slots=True)
class _FarParts:
    """Parts outside the fine box that all structures share: what one material fills of a voxel of the coarse box.

    Attributes:
        of_scan: of each voxel of the scan there, the number of its part, from 1 on; 0 where there is no dose.
        voxel: (n,) of the coarse box, by part.
        doses_Gy: (n, 2) D_m,m and D_w per source photon, by part.
    """

    of_scan: IndexArray
    voxel: IndexArray
    doses_Gy: FloatArray


@dataclass(frozen=True, slots=True)
class StructureSamples:
    """The parts of one structure; the applicator's inside is not counted.

    Attributes:
        whole: voxels of the fine box, undivided.
        near: the same with those next to the sphere divided.
        near_Gy: (n, 2) D_m,m and D_w of `near` per source photon.
        near_deviation: (groups, n) relative deviation of groups of histories there; None where not known.
        far: parts outside the fine box that have a dose.
        missing_cc: volume that has none.
    """

    whole: VoxelSamples
    near: VoxelSamples
    near_Gy: FloatArray
    near_deviation: NDArray[np.float32] | None
    far: FarSamples
    missing_cc: float


class DoseSamples:
    """The parts of some structures of a patient, with a dose per source photon."""

    def __init__(self, patient: Patient, dose: PhotonDose, points: PointDose, names: Iterable[str],
                 spread: DoseSpread | None = None) -> None:
        """Evaluate the doses; `points` is of the same dose, `spread` its statistical noise."""
        self.patient, self.dose, self.points, self.spread = patient, dose, points, spread
        if dose.scene.layered:
            return
        self._whole = near_samples(dose)
        self._near = divided_near_sphere(self._whole, dose)
        self._near_Gy = self._near.doses_Gy(points)
        self._deviation = _deviation(self._near, spread)
        origin_mm = np.array(dose.scene.origin_mm)
        self._scan_voxel = scan_voxels(patient, dose.fine.part.centre_mm + origin_mm)
        self._far_scan_voxel, self._far = _outside_fine_box(patient, dose, names)

    def of(self, name: str) -> StructureSamples:
        """The parts of one of the structures."""
        if self.dose.scene.layered:
            return self._of_layers(name)
        structure = self.patient.structure(name)
        share = share_of(structure, self._scan_voxel)
        whole, near = (np.flatnonzero(share[samples.voxel] > 0) for samples in (self._whole, self._near))
        shares = np.bincount(self._far.of_scan, structure.shares_of(self._far_scan_voxel), len(self._far.voxel) + 1)
        missing_cc, far_cc = np.split(shares * self.patient.image.grid.voxel_volume_cc, [1])
        far = np.flatnonzero(far_cc)
        return StructureSamples(
            _shared(self._whole, whole, share), _shared(self._near, near, share), self._near_Gy[near],
            None if self._deviation is None else self._deviation[:, near],
            FarSamples(self._far.voxel[far], self._far.doses_Gy[far], far_cc[far]), float(missing_cc[0]),
        )

    def _of_layers(self, name: str) -> StructureSamples:
        whole = near_samples_of_layers(self.patient, name, self.dose)
        near = divided_near_sphere(whole, self.dose)
        far = far_samples_of_layers(self.patient, name, self.dose)
        return StructureSamples(whole, near, near.doses_Gy(self.points), _deviation(near, self.spread),
                                FarSamples(far.voxel, far.doses_Gy(), far.volume_cc), 0.0)


def _shared(samples: VoxelSamples, kept: IndexArray, share: FloatArray) -> VoxelSamples:
    """Some of the samples, each with the share of its voxel's volume."""
    voxel = samples.voxel[kept]
    return replace(samples, voxel=voxel, place_mm=samples.place_mm[kept], material=samples.material[kept],
                   volume_cc=samples.volume_cc[kept] * share[voxel], cut=samples.cut[kept])


def _deviation(near: VoxelSamples, spread: DoseSpread | None) -> NDArray[np.float32] | None:
    return None if spread is None else spread.near(near.voxel, np.linalg.norm(near.place_mm, axis=1))


def _outside_fine_box(patient: Patient, dose: PhotonDose, names: Iterable[str]) -> tuple[IndexArray, _FarParts]:
    """Voxels of the scan outside the fine box that any structure touches, by number, and the parts they belong to.

    A 4 mm voxel has one material, a thin bone in it has another: so the responses are mixed for each material that the
    scan has there.
    """
    grid, coarse, materials = patient.image.grid, dose.coarse.box, len(dose.scene.mix)
    touched = np.zeros(grid.shape, bool)
    for name in names:
        touched |= patient.structure(name).touched
    found = [_outside_in_slice(z, touched[z], patient, dose) for z in range(len(touched))]
    number, voxel = (np.concatenate(parts) for parts in zip(*found, strict=True))
    material = patient.tissues.material_index.reshape(-1)[number].astype(np.intp)
    key = np.where(voxel == NO_DOSE, 0, voxel * materials + material + 1)
    used = np.zeros(int(np.prod(coarse.shape)) * materials + 1, bool)
    used[0] = used[key] = True
    voxel, material = np.divmod(np.flatnonzero(used)[1:] - 1, materials)
    responses = (dose.coarse.primary + dose.coarse.scatter)[voxel]
    doses_Gy = np.stack([np.maximum((dose.scene.mix[material] * responses).sum(1), 0.0), responses[:, 0]], 1)
    return number, _FarParts((np.cumsum(used) - 1)[key], voxel, doses_Gy)


def _outside_in_slice(z: int, touched: NDArray[np.bool_], patient: Patient,
                      dose: PhotonDose) -> tuple[IndexArray, IndexArray]:
    """Of a slice: voxels of the scan by number, and the voxel of the coarse box around the middle of each."""
    fine, coarse, number = dose.fine.box, dose.coarse.box, np.flatnonzero(touched)
    y, x = np.unravel_index(number, touched.shape)
    index = np.stack([np.full(len(number), z), y, x], 1)
    local = patient.image.grid.to_points_mm(index.astype(float)) - np.array(dose.scene.origin_mm)
    outside = ((local < fine.low_mm) | (local >= fine.high_mm)).any(axis=1)
    number, local = number[outside], local[outside]
    known = ((local >= coarse.low_mm) & (local < coarse.high_mm)).all(axis=1)
    x, y, z_coarse = np.floor((local - coarse.low_mm) / coarse.step_mm).astype(np.intp).T
    voxel = (z_coarse * coarse.shape[1] + y) * coarse.shape[2] + x
    return number + z * touched.size, np.where(known, voxel, NO_DOSE)
