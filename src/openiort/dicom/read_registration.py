"""Rigid Spatial Registrations: how coordinates of one frame of reference become those of another (PS3.3, C.20.2)."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.uid import SpatialRegistrationStorage

from openiort.core.errors import InputError
from openiort.core.grid import Grid
from openiort.dicom.find_rt_files import RTFile
from openiort.dicom.read_rt_file import read_rt_file
from openiort.dicom.tag_values import invalid, items, numbers, text, uid

RIGID = "RIGID"
TOLERANCE = 1e-3
SAME_mm = 0.1
FARTHEST_mm = 1e5
Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Registration:
    """One file.

    Attributes:
        matrices: frame of reference -> (4, 4) that takes its coordinates, mm, to those of the registered frame.
        patient_id: whom it says it belongs to.
        content: the file.
    """

    matrices: dict[str, Matrix]
    patient_id: str
    content: bytes


def read_registration(file: RTFile) -> Registration:
    """Read a registration.

    Raises:
        InputError: it cannot be read, or is not rigid.
    """
    content, dataset = read_rt_file(file.path, file.name, SpatialRegistrationStorage, "Spatial Registration")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        matrices = {uid(dataset, "FrameOfReferenceUID", file.name): np.eye(4)}
        for item in items(dataset, "RegistrationSequence", file.name):
            frame, matrix = text(item, "FrameOfReferenceUID"), _matrix(item, file.name)
            if not frame or matrix is None:
                continue
            if np.abs(matrices.setdefault(frame, matrix) - matrix).max() > SAME_mm:
                raise invalid("RegistrationSequence", "(two changes of one frame of reference)", file.name, "one each")
        return Registration(matrices, text(dataset, "PatientID"), content)


def frame_change(registrations: Sequence[Registration], source: str, target: str) -> Matrix:
    """(4, 4) that takes coordinates in one frame of reference, mm, to another.

    Raises:
        InputError: no registration joins the two, or two of them do so differently.
    """
    if source == target:
        return np.eye(4)
    found = [np.linalg.inv(one.matrices[target]) @ one.matrices[source] for one in registrations
             if source in one.matrices and target in one.matrices]
    if not found:
        raise InputError("the dose lies in another frame of reference than the anatomy, and no registration joins them",
                         where="FrameOfReferenceUID of the RT Dose", allowed="one frame of reference, or a rigid "
                         "Spatial Registration (REG) between the two in the same folder",
                         fix="export the dose on this CT, or the registration with it")
    if any(np.abs(other - found[0]).max() > SAME_mm for other in found[1:]):
        raise InputError(f"{len(found)} registrations join the two frames of reference, and they differ",
                         where="Spatial Registration files", allowed="one registration",
                         fix="leave only the one that was approved")
    return np.asarray(found[0])


def moved_grid(grid: Grid, change: Matrix) -> Grid:
    """The same voxels in the other frame of reference."""
    origin = change[:3, :3] @ np.array(grid.origin_mm) + change[:3, 3]
    x_mm, y_mm, z_mm = (float(value) for value in origin)
    return Grid((x_mm, y_mm, z_mm), grid.spacing_mm, grid.shape, change[:3, :3] @ grid.direction)


def _matrix(item: Dataset, where: str) -> Matrix | None:
    """All matrices of a frame of reference, the first one applied first; None where there is none."""
    whole = None
    for registration in items(item, "MatrixRegistrationSequence", where):
        for one in items(registration, "MatrixSequence", where):
            kind = text(one, "FrameOfReferenceTransformationMatrixType")
            if kind != RIGID:
                raise _not_rigid(kind or "(no type)", where)
            values = np.array(numbers(one, "FrameOfReferenceTransformationMatrix", 16, where)).reshape(4, 4)
            turn = values[:3, :3]
            is_turn = np.allclose(turn @ turn.T, np.eye(3), atol=TOLERANCE) and np.linalg.det(turn) > 0
            if not is_turn or not np.allclose(values[3], (0, 0, 0, 1)) or np.abs(values).max() > FARTHEST_mm:
                raise _not_rigid("a matrix that stretches, mirrors or leads nowhere", where)
            whole = values if whole is None else values @ whole
    return whole


def _not_rigid(what: str, where: str) -> InputError:
    return invalid("FrameOfReferenceTransformationMatrix", what, where, "rotation and shift only (RIGID)")
