"""Which structure a point lies in, on the fine box around the applicator."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from openiort.patient.patient import Patient


def inside(patient: Patient, name: str, points_mm: NDArray[np.float64]) -> NDArray[np.bool_]:
    """(n,) whether points (n, 3), patient coordinates, lie in a voxel of the structure; False outside the scan."""
    mask = patient.structure(name).mask
    index = np.round(patient.image.grid.to_index(points_mm)).astype(int)
    within = ((index >= 0) & (index < np.array(mask.shape))).all(axis=1)
    found = np.zeros(len(index), bool)
    found[within] = mask[tuple(index[within].T)]
    return found


def in_scan(patient: Patient, points_mm: NDArray[np.float64]) -> NDArray[np.bool_]:
    """(n,) whether points (n, 3), patient coordinates, lie in the scan."""
    return patient.image.grid.contains(points_mm)
