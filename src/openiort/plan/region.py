"""Which structure a point lies in, and by how much, and which material is there."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from openiort.patient.patient import Patient
from openiort.patient.structure import Structure

OUTSIDE = -1


def scan_voxels(patient: Patient, points_mm: NDArray[np.float64]) -> NDArray[np.intp]:
    """(n,) number, in z, y, x order, of the voxel of the scan around each point (n, 3); -1 outside the scan.

    Points are given in patient coordinates. Who asks for several structures at the same points asks for this once.
    """
    shape = patient.image.grid.shape
    index = np.rint(patient.image.grid.to_index(points_mm)).astype(np.intp)
    within = ((index >= 0) & (index < np.array(shape))).all(axis=1)
    number = (index[:, 0] * shape[1] + index[:, 1]) * shape[2] + index[:, 2]
    return np.asarray(np.where(within, number, OUTSIDE))


def share_of(structure: Structure, voxels: NDArray[np.intp]) -> NDArray[np.float64]:
    """(n,) which share, 0 to 1, of voxels of the scan, by number, belongs to the structure; 0 outside the scan."""
    return np.asarray(np.where(voxels == OUTSIDE, 0.0, structure.shares_of(voxels)))


def inside(patient: Patient, name: str, points_mm: NDArray[np.float64]) -> NDArray[np.bool_]:
    """(n,) whether points (n, 3), patient coordinates, lie in a voxel of the structure; False outside the scan."""
    return share(patient, name, points_mm) >= 0.5


def share(patient: Patient, name: str, points_mm: NDArray[np.float64]) -> NDArray[np.float64]:
    """(n,) which share, 0 to 1, of the voxel around each point (n, 3) belongs to the structure; 0 outside the scan."""
    return share_of(patient.structure(name), scan_voxels(patient, points_mm))


def material(patient: Patient, points_mm: NDArray[np.float64]) -> NDArray[np.int64]:
    """(n,) index into the materials of her tissue map of the voxel around each point (n, 3); air outside the scan."""
    return material_of(patient, scan_voxels(patient, points_mm))


def material_of(patient: Patient, voxels: NDArray[np.intp]) -> NDArray[np.int64]:
    """(n,) the same of voxels of the scan by number."""
    found = patient.tissues.material_index.reshape(-1)[voxels].astype(np.int64)
    found[voxels == OUTSIDE] = 0
    return found


def in_scan(patient: Patient, points_mm: NDArray[np.float64]) -> NDArray[np.bool_]:
    """(n,) whether points (n, 3), patient coordinates, lie in the scan."""
    return patient.image.grid.contains(points_mm)
