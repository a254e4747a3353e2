"""A DICOM RT Dose file as dose on a grid in patient coordinates."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pydicom
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.uid import RTDoseStorage

from openiort.core.errors import InputError
from openiort.core.grid import Grid
from openiort.dicom.tag_values import invalid, numbers, text, whole_number

MAX_FILE_BYTES = 2 * 2**30
MAX_FRAMES = 5000
EVEN_mm = 0.01


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
    dataset = _dataset(file)
    if text(dataset, "DoseUnits").upper() != "GY":
        raise invalid("DoseUnits", text(dataset, "DoseUnits"), file.name, "GY")
    grid = _grid(dataset, file.name)
    scaling = numbers(dataset, "DoseGridScaling", 1, file.name)[0]
    stored = _stored(dataset, grid, file.name)
    return ReadDose(grid, stored * scaling, text(dataset, "FrameOfReferenceUID"), text(dataset, "DoseComment"))


def _dataset(file: Path) -> Dataset:
    try:
        if file.stat().st_size > MAX_FILE_BYTES:
            raise _not_usable(file, "it is larger than 2 GB")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            dataset = pydicom.dcmread(file)
    except OSError as error:
        raise _not_usable(file, error.strerror or str(error)) from error
    except InputError:
        raise
    except Exception as error:  # pydicom raises almost anything on a malformed file
        raise _not_usable(file, type(error).__name__) from error
    if text(dataset, "SOPClassUID") != RTDoseStorage:
        raise _not_usable(file, "it is another kind of DICOM file")
    return dataset


def _not_usable(file: Path, why: str) -> InputError:
    return InputError(f"file '{file.name}' cannot be read as a dose: {why}", where=file.name,
                      allowed="a whole DICOM RT Dose file", fix="export or copy it again")


def _grid(dataset: Dataset, where: str) -> Grid:
    frames = whole_number(dataset, "NumberOfFrames", 2, MAX_FRAMES, where)
    rows, columns = (whole_number(dataset, name, 1, MAX_FRAMES, where) for name in ("Rows", "Columns"))
    row_mm, column_mm = numbers(dataset, "PixelSpacing", 2, where)
    x, y, z = numbers(dataset, "ImagePositionPatient", 3, where)
    cosines = np.array(numbers(dataset, "ImageOrientationPatient", 6, where)).reshape(2, 3)
    steps_mm = np.diff(numbers(dataset, "GridFrameOffsetVector", frames, where))
    if steps_mm.min() <= 0 or np.ptp(steps_mm) > EVEN_mm:
        raise invalid("GridFrameOffsetVector", f"{steps_mm.min():g} to {steps_mm.max():g} mm", where,
                      "planes at rising, even distances")
    direction = np.column_stack([*cosines, np.cross(*cosines)])
    return Grid((x, y, z), (column_mm, row_mm, float(steps_mm.mean())), (frames, rows, columns), direction)


def _stored(dataset: Dataset, grid: Grid, where: str) -> NDArray[np.float64]:
    bits = whole_number(dataset, "BitsAllocated", 16, 32, where)
    content = dataset.get("PixelData") or b""
    expected = grid.voxel_count * bits // 8
    if bits not in (16, 32) or not expected <= len(content) <= expected + 1:
        raise invalid("PixelData", f"{len(content)} bytes", where, f"{expected} bytes, uncompressed, 16 or 32 bits")
    kind = np.dtype("<u4" if bits == 32 else "<u2")
    return np.frombuffer(content, kind, grid.voxel_count).reshape(grid.shape).astype(np.float64)
