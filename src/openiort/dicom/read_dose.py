"""A DICOM RT Dose file as dose on a grid in patient coordinates."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.uid import RTDoseStorage

from openiort.core.errors import InputError
from openiort.core.grid import Grid
from openiort.dicom.read_rt_file import read_rt_file
from openiort.dicom.tag_values import invalid, numbers, text, whole_number

MAX_FRAMES = 5000
EVEN_mm = 0.01
AXIAL = 1.0 - 1e-6  # z of the normal of planes that lie across her axis
UNSIGNED, SIGNED = 0, 1


@dataclass(frozen=True, slots=True)
class ReadDose:
    """Dose as a file holds it.

    Attributes:
        grid: where the voxels lie.
        dose_Gy: (nz, ny, nx) float64, read-only.
        frame_of_reference_uid: coordinate system of the image that it belongs to.
        comment: what the file says of it.
    """

    grid: Grid
    dose_Gy: NDArray[np.float64]
    frame_of_reference_uid: str
    comment: str

    def __post_init__(self) -> None:
        dose_Gy = np.ascontiguousarray(self.dose_Gy, np.float64)
        dose_Gy.setflags(write=False)
        object.__setattr__(self, "dose_Gy", dose_Gy)


def read_dose(path: str | Path) -> ReadDose:
    """Read a dose of several frames, uncompressed, in Gy.

    Raises:
        InputError: the file cannot be read, is no RT Dose, or has values that cannot be used.
    """
    file = Path(path)
    _, dataset = read_rt_file(file, file.name, RTDoseStorage, "RT Dose")
    if text(dataset, "DoseUnits").upper() != "GY":
        raise invalid("DoseUnits", text(dataset, "DoseUnits"), file.name, "GY")
    grid, dose_Gy = dose_values(dataset, file.name)
    return ReadDose(grid, dose_Gy, text(dataset, "FrameOfReferenceUID"), text(dataset, "DoseComment"))


def dose_values(dataset: Dataset, where: str) -> tuple[Grid, NDArray[np.float64]]:
    """Grid and values (nz, ny, nx) in the units that the file gives.

    Raises:
        InputError: a value cannot be used, or a dose is below zero.
    """
    grid = _grid(dataset, where)
    scaling = numbers(dataset, "DoseGridScaling", 1, where)[0]
    values = _stored(dataset, grid, where) * scaling
    if not np.isfinite(values).all() or values.min() < 0:
        raise InputError("the dose has values below zero or beyond all numbers", where=where, allowed="doses from 0 on",
                         fix="export the absorbed dose itself, no difference of doses")
    return grid, values


def _grid(dataset: Dataset, where: str) -> Grid:
    frames = whole_number(dataset, "NumberOfFrames", 2, MAX_FRAMES, where)
    rows, columns = (whole_number(dataset, name, 1, MAX_FRAMES, where) for name in ("Rows", "Columns"))
    row_mm, column_mm = numbers(dataset, "PixelSpacing", 2, where)
    if min(row_mm, column_mm) <= 0:
        raise invalid("PixelSpacing", (row_mm, column_mm), where, "two distances above 0 mm")
    x, y, z = numbers(dataset, "ImagePositionPatient", 3, where)
    cosines = np.array(numbers(dataset, "ImageOrientationPatient", 6, where)).reshape(2, 3)
    if not np.allclose(cosines @ cosines.T, np.eye(2), atol=1e-3):
        raise invalid("ImageOrientationPatient", cosines.tolist(), where, "two unit vectors at right angles")
    offsets_mm = numbers(dataset, "GridFrameOffsetVector", frames, where)
    steps_mm = np.diff(offsets_mm)
    if steps_mm.min() <= 0 <= steps_mm.max() or np.ptp(steps_mm) > EVEN_mm:
        raise invalid("GridFrameOffsetVector", f"{steps_mm.min():g} to {steps_mm.max():g} mm", where,
                      "planes at rising or falling, even distances")
    step_mm = float(steps_mm.mean())
    across = _across_planes(np.cross(*cosines), offsets_mm[0], z, where)
    direction = np.column_stack([*cosines, np.sign(step_mm) * across])
    return Grid((x, y, z), (column_mm, row_mm, abs(step_mm)), (frames, rows, columns), direction)


def _across_planes(normal: NDArray[np.float64], first_mm: float, z_mm: float, where: str) -> NDArray[np.float64]:
    """(3,) direction in which offsets of planes count (PS3.3, C.8.8.3.2).

    Offsets that begin with 0 lie along the normal of the planes; those that begin with the z of the first plane are
    its z and the others', of axial planes.
    """
    if abs(first_mm) <= EVEN_mm:
        return normal
    if abs(first_mm - z_mm) > EVEN_mm or abs(normal[2]) < AXIAL:
        raise invalid("GridFrameOffsetVector", f"first offset {first_mm:g} mm, first plane at z = {z_mm:g} mm", where,
                      "0 at first, or the z of axial planes")
    return np.array([0.0, 0.0, 1.0])


def _stored(dataset: Dataset, grid: Grid, where: str) -> NDArray[np.float64]:
    bits = whole_number(dataset, "BitsAllocated", 16, 32, where)
    content = dataset.get("PixelData") or b""
    expected = grid.voxel_count * bits // 8
    if bits not in (16, 32) or not expected <= len(content) <= expected + 1:
        raise invalid("PixelData", f"{len(content)} bytes", where, f"{expected} bytes, uncompressed, 16 or 32 bits")
    signed = whole_number(dataset, "PixelRepresentation", UNSIGNED, SIGNED, where) == SIGNED
    kind = np.dtype(f"<{'i' if signed else 'u'}{bits // 8}")
    return np.frombuffer(content, kind, grid.voxel_count).reshape(grid.shape).astype(np.float64)
