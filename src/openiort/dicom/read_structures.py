"""An RT Structure Set file in, the contours of its ROIs in millimetres out; nothing in the file is trusted."""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
import pydicom
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.filereader import read_file_meta_info
from pydicom.uid import DeflatedExplicitVRLittleEndian, RTStructureSetStorage

from openiort.core.errors import InputError
from openiort.dicom.tag_values import invalid, missing, text, uid, whole_number
from openiort.patient.contours import ContouredROI

MAX_BYTES = 512 * 2**20
MAX_ROIS, MAX_CONTOURS, MAX_POINTS = 500, 100_000, 5_000_000
FARTHEST_mm = 1e5
CONTOUR_DATA = 0x3006_0050
CLOSED, OPEN = ("CLOSED_PLANAR", "CLOSEDPLANAR_XOR"), ("OPEN_PLANAR", "OPEN_NONPLANAR")
TYPES = (*CLOSED, *OPEN, "POINT")
MAX_NUMBER = 2**31 - 1


@dataclass(frozen=True, slots=True)
class StructureSet:
    """One RT Structure Set as read.

    Attributes:
        file_name: the file as messages show it.
        label: what its author called it.
        date: YYYYMMDD, or empty.
        patient_id: whom it says it belongs to.
        series_uids: image series that it says it was drawn on.
        rois: in the file's order.
        file_sha256: of the file.
    """

    file_name: str
    label: str
    date: str
    patient_id: str
    series_uids: frozenset[str]
    rois: tuple[ContouredROI, ...]
    file_sha256: bytes


def read_structures(path: Path, file_name: str) -> StructureSet:
    """Read a structure set.

    Args:
        path: the file.
        file_name: the file as messages show it.

    Raises:
        InputError: it cannot be read, is no structure set, is damaged, or holds more than anybody draws.
    """
    content = _content(path, file_name)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pydicom's remarks, on reading and on every value, name its own path
        return _structure_set(path, content, file_name)


def _structure_set(path: Path, content: bytes, file_name: str) -> StructureSet:
    dataset = _dataset(path, content, file_name)
    names = _names(dataset, file_name)
    contours = _contours(dataset, names, file_name)
    return StructureSet(
        file_name=file_name,
        label=text(dataset, "StructureSetLabel"),
        date=text(dataset, "StructureSetDate"),
        patient_id=text(dataset, "PatientID"),
        series_uids=frozenset(_series_uids(dataset, file_name)),
        rois=tuple(
            contours.get(number, ContouredROI(name, number, frame, ())) for number, (name, frame) in names.items()
        ),
        file_sha256=hashlib.sha256(content).digest(),
    )


def _content(path: Path, file_name: str) -> bytes:
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise _too_much(f"{size / 2**20:.0f} MB", f"{MAX_BYTES // 2**20} MB", file_name)
        return path.read_bytes()
    except OSError as error:
        raise InputError(
            f"structure set '{file_name}' cannot be read: {error.strerror or error}",
            where=file_name,
            allowed="an RT Structure Set file that you may read",
            fix="check path and permissions",
        ) from error


def _dataset(path: Path, content: bytes, file_name: str) -> Dataset:
    try:
        head = read_file_meta_info(path)
        kind, syntax = text(head, "MediaStorageSOPClassUID"), text(head, "TransferSyntaxUID")
        # a deflated file is unpacked as a whole on reading: a few kilobytes could become terabytes
        dataset = None if syntax == DeflatedExplicitVRLittleEndian else pydicom.dcmread(BytesIO(content))
    except Exception as error:  # pydicom raises almost anything on a malformed file
        raise _damaged(f"{type(error).__name__} while reading it", file_name) from error
    if kind != RTStructureSetStorage or (dataset is not None and text(dataset, "SOPClassUID") != kind):
        raise _not_usable("is no RT Structure Set", file_name)
    if dataset is None:
        raise _not_usable("is deflated as a whole, which is not read here", file_name)
    return dataset


def _items(dataset: Dataset, keyword: str, where: str) -> list[Dataset]:
    """The items of a sequence; none where it is absent or empty."""
    try:
        value = dataset.get(keyword)
        items = list(value) if value else []
    except Exception as error:  # as above
        raise _damaged(f"{keyword} cannot be read ({type(error).__name__})", where) from error
    if not all(isinstance(item, Dataset) for item in items):
        raise _damaged(f"{keyword} is no sequence", where)
    return items


def _names(dataset: Dataset, where: str) -> dict[int, tuple[str, str]]:
    """ROI number -> its name and frame of reference."""
    items = _items(dataset, "StructureSetROISequence", where)
    if len(items) > MAX_ROIS:
        raise _too_much(f"{len(items)} ROIs", f"{MAX_ROIS}", where)
    found: dict[int, tuple[str, str]] = {}
    for item in items:
        number = whole_number(item, "ROINumber", 0, MAX_NUMBER, where)
        if number in found:
            raise _damaged(f"two ROIs have the number {number}", where)
        name = " ".join(text(item, "ROIName").split()) or f"ROI {number}"
        found[number] = (name, uid(item, "ReferencedFrameOfReferenceUID", f"{where}, ROI {number}"))
    return found


def _contours(dataset: Dataset, names: dict[int, tuple[str, str]], where: str) -> dict[int, ContouredROI]:
    found: dict[int, ContouredROI] = {}
    contours_left, points_left = MAX_CONTOURS, MAX_POINTS
    for item in _items(dataset, "ROIContourSequence", where):
        number = whole_number(item, "ReferencedROINumber", 0, MAX_NUMBER, where)
        if number not in names or number in found:
            raise _damaged(f"contours of ROI {number} come {'twice' if number in found else 'without an ROI'}", where)
        drawn = _items(item, "ContourSequence", where)
        contours_left -= len(drawn)
        if contours_left < 0:
            raise _too_much("more contours", f"{MAX_CONTOURS}", where)
        lines = [_line(contour, f"{where}, ROI {number}, contour {k + 1}") for k, contour in enumerate(drawn)]
        points_left -= sum(len(points) for _, points in lines)
        if points_left < 0:
            raise _too_much("more points", f"{MAX_POINTS}", where)
        found[number] = _roi(number, *names[number], lines)
    return found


def _roi(number: int, name: str, frame: str, lines: Sequence[tuple[str, NDArray[np.float64]]]) -> ContouredROI:
    closed = [points for kind, points in lines if kind in CLOSED]
    points = [points for kind, points in lines if kind == "POINT"]
    return ContouredROI(
        name=name,
        number=number,
        frame_of_reference_uid=frame,
        contours=tuple(line for line in closed if len(line) >= 3),
        points=np.concatenate([np.zeros((0, 3)), *points]),
        open_lines=sum(kind in OPEN for kind, _ in lines),
        too_short=sum(len(line) < 3 for line in closed),
    )


def _line(contour: Dataset, where: str) -> tuple[str, NDArray[np.float64]]:
    kind = text(contour, "ContourGeometricType").upper()
    if kind not in TYPES:
        raise invalid("ContourGeometricType", kind, where, ", ".join(TYPES))
    values = _values(contour, where)
    if values.size % 3:
        raise _damaged("ContourData is not made of x, y, z", where)
    if not np.isfinite(values).all() or np.abs(values).max(initial=0.0) > FARTHEST_mm:
        raise invalid("ContourData", "(no finite number, or too far away)", where, "positions within 100 m, in mm")
    points = values.reshape(-1, 3)
    announced = text(contour, "NumberOfContourPoints")
    if announced and whole_number(contour, "NumberOfContourPoints", 0, MAX_POINTS, where) != len(points):
        raise _damaged(f"a contour announces {announced} points and has {len(points)}", where)
    return kind, points


def _values(contour: Dataset, where: str) -> NDArray[np.float64]:
    """The numbers of ContourData, from its bytes: pydicom would make an object of each."""
    try:
        raw = contour.get_item(CONTOUR_DATA)
        if raw is None:
            raise missing("ContourData", where)
        value = raw.value
        if isinstance(value, bytes):
            value = value.rstrip(b" \0").split(b"\\") if value.strip(b" \0") else []
        return np.array([float(number) for number in (value or [])])
    except InputError:
        raise
    except Exception as error:  # as above
        raise invalid("ContourData", "(not readable)", where, "numbers in mm") from error


def _series_uids(dataset: Dataset, where: str) -> list[str]:
    return [
        text(series, "SeriesInstanceUID")
        for frame in _items(dataset, "ReferencedFrameOfReferenceSequence", where)
        for study in _items(frame, "RTReferencedStudySequence", where)
        for series in _items(study, "RTReferencedSeriesSequence", where)
    ]


def _not_usable(what: str, file_name: str) -> InputError:
    return InputError(
        f"file '{file_name}' {what}",
        where=file_name,
        allowed="an RT Structure Set (RTSTRUCT) file, not deflated",
        fix="export the structures of the planning CT as RTSTRUCT",
    )


def _damaged(why: str, where: str) -> InputError:
    return InputError(
        f"structure set is damaged or truncated: {why}",
        where=where,
        allowed="a whole RT Structure Set file",
        fix="copy or export this file again, or plan without it (--structures none)",
    )


def _too_much(what: str, most: str, where: str) -> InputError:
    return InputError(
        f"structure set holds {what} than can be anatomy" if what.startswith("more") else
        f"structure set is too large: {what}",
        where=where,
        allowed=f"at most {most}",
        fix="export only the structures that the plan needs",
    )  # fmt: skip
