"""A structure set written with pydicom alone, and ways to damage it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, RTStructureSetStorage

from tests.dicom.small_ct import IDENTITY

FRAME = IDENTITY.frame_of_reference_uid
Lines = Iterable[NDArray[np.float64] | tuple[str, NDArray[np.float64]]]


def square(z_mm: float, half_mm: float = 20.0) -> NDArray[np.float64]:
    corners = [(-half_mm, -half_mm), (half_mm, -half_mm), (half_mm, half_mm), (-half_mm, half_mm)]
    return np.array([[x, y, z_mm] for x, y in corners])


def structure_set(rois: dict[str, Lines], *, frame: str = FRAME, patient_id: str = IDENTITY.patient_id,
                  label: str = "CT_1", series: str = IDENTITY.series_instance_uid) -> FileDataset:  # fmt: skip
    """ROIs by name, numbered from 1; a line alone is CLOSED_PLANAR, a pair names its type."""
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = RTStructureSetStorage
    meta.MediaStorageSOPInstanceUID = "1.2.3.9"
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    found = FileDataset("", {}, file_meta=meta, preamble=b"\0" * 128)
    found.SOPClassUID, found.SOPInstanceUID, found.Modality = RTStructureSetStorage, "1.2.3.9", "RTSTRUCT"
    found.SpecificCharacterSet = "ISO_IR 192"
    found.PatientID, found.PatientName = patient_id, IDENTITY.patient_name
    found.StructureSetLabel, found.StructureSetDate = label, "20260103"
    found.ReferencedFrameOfReferenceSequence = [_item(FrameOfReferenceUID=frame, RTReferencedStudySequence=[
        _item(RTReferencedSeriesSequence=[_item(SeriesInstanceUID=series)])])]
    found.StructureSetROISequence, found.ROIContourSequence = [], []
    for number, (name, lines) in enumerate(rois.items(), start=1):
        found.StructureSetROISequence.append(
            _item(ROINumber=number, ROIName=name, ReferencedFrameOfReferenceUID=frame, ROIGenerationAlgorithm="MANUAL")
        )
        found.ROIContourSequence.append(
            _item(ReferencedROINumber=number, ContourSequence=[_contour(line) for line in lines])
        )
    return found


def write(dataset: FileDataset, path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    dataset.save_as(path, enforce_file_format=True)
    return path


def contours(dataset: FileDataset, roi: int = 0) -> Sequence[Any]:
    return dataset.ROIContourSequence[roi].ContourSequence  # type: ignore[no-any-return]


def _contour(line: NDArray[np.float64] | tuple[str, NDArray[np.float64]]) -> Dataset:
    kind, points = line if isinstance(line, tuple) else ("CLOSED_PLANAR", line)
    return _item(ContourGeometricType=kind, NumberOfContourPoints=len(points),
                 ContourData=[f"{value:.6g}" for value in points.ravel()])  # fmt: skip


def _item(**tags: Any) -> Dataset:
    item = Dataset()
    for keyword, value in tags.items():
        setattr(item, keyword, value)
    return item
