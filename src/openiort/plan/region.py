"""Which structure a point lies in, and by how much, and which material is there."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from openiort.patient.patient import Patient


def inside(patient: Patient, name: str, points_mm: NDArray[np.float64]) -> NDArray[np.bool_]:
    """(n,) whether points (n, 3), patient coordinates, lie in a voxel of the structure; False outside the scan."""
    return share(patient, name, points_mm) >= 0.5


def share(patient: Patient, name: str, points_mm: NDArray[np.float64]) -> NDArray[np.float64]:
    """(n,) which share, 0 to 1, of the voxel around each point (n, 3) belongs to the structure; 0 outside the scan."""
    structure = patient.structure(name)
    index = np.round(patient.image.grid.to_index(points_mm)).astype(int)
    within = ((index >= 0) & (index < np.array(structure.mask.shape))).all(axis=1)
    found = np.zeros(len(index))
    found[within] = structure.shares(tuple(index[within].T))
    return found


def material(patient: Patient, points_mm: NDArray[np.float64]) -> NDArray[np.int64]:
    """(n,) index into the materials of her tissue map of the voxel around each point (n, 3); air outside the scan."""
    tissues = patient.tissues
    index = np.round(patient.image.grid.to_index(points_mm)).astype(int)
    within = ((index >= 0) & (index < np.array(tissues.material_index.shape))).all(axis=1)
    found = np.zeros(len(index), np.int64)
    found[within] = tissues.material_index[tuple(index[within].T)]
    return found


def in_scan(patient: Patient, points_mm: NDArray[np.float64]) -> NDArray[np.bool_]:
    """(n,) whether points (n, 3), patient coordinates, lie in the scan."""
    return patient.image.grid.contains(points_mm)
