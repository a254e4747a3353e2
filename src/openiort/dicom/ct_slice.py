"""The head of one CT slice: who, which series, where in space; without its pixels."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from openiort.dicom.multi_frame import frame_name
from openiort.dicom.tag_values import invalid, numbers, text, uid, whole_number
from openiort.patient.identity import SourceIdentity

MAX_MATRIX = 4096
# A direction cosine is written with 16 characters at most; some scanners write six digits.
ORTHONORMAL_TOLERANCE = 1e-3


@dataclass(frozen=True, slots=True)
class CTSlice:
    """One slice.

    Attributes:
        path: its file.
        name: the file, and which frame of it, as messages show it.
        rows: of the matrix.
        columns: of the matrix.
        spacing_mm: (2,) between columns (array x) and between rows (array y).
        position_mm: (3,) x, y, z of the centre of pixel [0, 0], LPS.
        orientation: (3, 3); columns are the unit vectors of array x and array y and their normal, orthonormal.
        tilt_degrees: what the scanner says of its gantry; 0 where it says nothing.
        sop_instance_uid: of its file; may be empty.
        identity: whom it belongs to.
        frame: which frame of a multi-frame file, from 0; None for a single slice.
        sop_class_uid: of its file; empty for CT Image Storage.
    """

    path: Path
    name: str
    rows: int
    columns: int
    spacing_mm: NDArray[np.float64]
    position_mm: NDArray[np.float64]
    orientation: NDArray[np.float64]
    tilt_degrees: float
    sop_instance_uid: str
    identity: SourceIdentity
    frame: int | None = None
    sop_class_uid: str = ""

    @property
    def height_mm(self) -> float:
        """Its position along its own normal."""
        return float(self.position_mm @ self.orientation[:, 2])


def is_localizer(dataset: Dataset) -> bool:
    """Whether the head belongs to a scout image: third value of ImageType (PS3.3, C.8.2.1.1.1)."""
    return "LOCALIZER" in text(dataset, "ImageType").upper().split("\\")


def ct_slice(dataset: Dataset, path: Path, file_name: str, frame: int | None = None) -> CTSlice:
    """Take from a head what the stack needs.

    Args:
        dataset: of a single slice, or of one frame as `frame_heads` gives it.
        path: the file.
        file_name: the file as messages show it.
        frame: which frame it is, from 0; None for a single slice.

    Raises:
        InputError: a required tag is missing or its value cannot be used.
    """
    name = frame_name(file_name, frame)
    columns_mm, rows_mm = numbers(dataset, "PixelSpacing", 2, name)[::-1]
    if min(columns_mm, rows_mm) <= 0 or max(columns_mm, rows_mm) > 100:
        raise invalid("PixelSpacing", (rows_mm, columns_mm), name, "two distances above 0, in mm")
    return CTSlice(
        path=path,
        name=name,
        rows=whole_number(dataset, "Rows", 1, MAX_MATRIX, name),
        columns=whole_number(dataset, "Columns", 1, MAX_MATRIX, name),
        spacing_mm=np.array([columns_mm, rows_mm]),
        position_mm=_position_mm(dataset, name),
        orientation=_orientation(dataset, name),
        tilt_degrees=_tilt_degrees(dataset, name),
        sop_instance_uid=text(dataset, "SOPInstanceUID"),
        identity=source_identity(dataset, name),
        frame=frame,
        sop_class_uid="" if frame is None else text(dataset, "SOPClassUID"),
    )


def source_identity(dataset: Dataset, where: str) -> SourceIdentity:
    """Whom a CT slice belongs to.

    Raises:
        InputError: study, series or frame of reference are not identified.
    """
    return SourceIdentity(
        patient_name=text(dataset, "PatientName"),
        patient_id=text(dataset, "PatientID"),
        birth_date=text(dataset, "PatientBirthDate"),
        sex=text(dataset, "PatientSex"),
        study_instance_uid=uid(dataset, "StudyInstanceUID", where),
        series_instance_uid=uid(dataset, "SeriesInstanceUID", where),
        frame_of_reference_uid=uid(dataset, "FrameOfReferenceUID", where),
        study_date=text(dataset, "StudyDate"),
        study_time=text(dataset, "StudyTime"),
        study_id=text(dataset, "StudyID"),
        accession_number=text(dataset, "AccessionNumber"),
        referring_physician=text(dataset, "ReferringPhysicianName"),
    )


def _position_mm(dataset: Dataset, where: str) -> NDArray[np.float64]:
    position_mm = np.array(numbers(dataset, "ImagePositionPatient", 3, where))
    if np.abs(position_mm).max() > 1e5:
        raise invalid("ImagePositionPatient", position_mm, where, "a position within 100 m, in mm")
    return position_mm


def _orientation(dataset: Dataset, where: str) -> NDArray[np.float64]:
    cosines = np.array(numbers(dataset, "ImageOrientationPatient", 6, where)).reshape(2, 3)
    if not np.allclose(cosines @ cosines.T, np.eye(2), atol=ORTHONORMAL_TOLERANCE):
        raise invalid("ImageOrientationPatient", cosines.ravel(), where, "two unit vectors at right angles")
    x = cosines[0] / np.linalg.norm(cosines[0])
    y = cosines[1] - (cosines[1] @ x) * x
    y /= np.linalg.norm(y)
    return np.column_stack([x, y, np.cross(x, y)])


def _tilt_degrees(dataset: Dataset, where: str) -> float:
    return numbers(dataset, "GantryDetectorTilt", 1, where)[0] if text(dataset, "GantryDetectorTilt") else 0.0
