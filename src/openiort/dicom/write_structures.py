"""The structures of a plan as a DICOM RT Structure Set on the slices of its CT."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset, FileDataset
from pydicom.tag import Tag
from pydicom.uid import CTImageStorage, ImplicitVRLittleEndian, RTStructureSetStorage

from openiort.core.grid import Grid
from openiort.dicom.exported_rois import ExportedROI, contoured_rois, exported_rois
from openiort.dicom.rt_file import new_rt_dataset, reference, save_rt
from openiort.dicom.written_dataset import LO, LONG_TEXT, NOT_A_DEVICE, decimal, plain_text
from openiort.patient.identity import SourceIdentity
from openiort.patient.image import CTImage
from openiort.patient.outline import Outline, outlined_volume_cc
from openiort.patient.patient import Patient
from openiort.patient.structure import Structure

# Detached Study Management: retired, and the value that planning systems write where the study itself is meant
STUDY_CLASS_UID = "1.2.840.10008.3.1.2.3.1"
LABEL = "OpenIORT"
CONTOUR_DATA = Tag(0x3006_0050)


@dataclass(frozen=True, slots=True)
class WrittenStructures:
    """How other files refer to a structure set.

    Attributes:
        sop_instance_uid: of the file.
        roi_numbers: structure of hers -> its number in the file.
    """

    sop_instance_uid: str
    roi_numbers: Mapping[str, int]

    def reference(self) -> Dataset:
        """An item that refers to the file."""
        return reference(RTStructureSetStorage, self.sop_instance_uid)


def write_structures(path: str | Path, patient: Patient, centre_mm: tuple[float, float, float], radius_mm: float, *,
                     identity: SourceIdentity | None = None, deidentify_as: str | None = None) -> WrittenStructures:
    """Write applicator, shells and all structures as RT Structure Set Storage.

    Args:
        path: of the file; written beside, then renamed.
        patient: her structures, and the CT that they lie on.
        centre_mm: (x, y, z) of the sphere.
        radius_mm: of the sphere.
        identity: whose the CT is; that of the patient if left out.
        deidentify_as: the pseudonym that takes the place of name and number.

    Raises:
        InputError: the disk is full or the place cannot be written.
    """
    rois = exported_rois(patient, centre_mm, radius_mm)
    return _write_rois(Path(path), rois, patient.image, identity or patient.identity, "OpenIORT structures",
                       deidentify_as)


def write_contours(path: str | Path, structures: Iterable[Structure], image: CTImage, identity: SourceIdentity, *,
                   description: str) -> WrittenStructures:
    """Write structures alone, as somebody drew them, for a CT without a plan.

    Args:
        path: of the file; written beside, then renamed.
        structures: on the image's grid.
        image: with the identifiers of its slices.
        identity: whose the CT is.
        description: of the series.

    Raises:
        InputError: the disk is full or the place cannot be written.
    """
    return _write_rois(Path(path), contoured_rois(structures, image.grid), image, identity, description, None)


def _write_rois(path: Path, rois: Sequence[ExportedROI], image: CTImage, owner: SourceIdentity, description: str,
                deidentify_as: str | None) -> WrittenStructures:
    dataset = new_rt_dataset(RTStructureSetStorage, "RTSTRUCT", owner, description=description,
                             deidentify_as=deidentify_as)
    # an explicit value representation leaves 64 kB for one outline, which a long one needs more than
    dataset.file_meta.TransferSyntaxUID = ImplicitVRLittleEndian
    dataset.StructureSetLabel = LABEL
    dataset.StructureSetDescription = f"{NOT_A_DEVICE}; _auto: found automatically by OpenIORT, not reviewed"
    # no date: equal plans give equal files
    dataset.StructureSetDate = dataset.StructureSetTime = ""
    dataset.ReferencedFrameOfReferenceSequence = [_frame(owner, image)]
    _add_rois(dataset, rois, owner.frame_of_reference_uid, image)
    dataset.ApprovalStatus = "UNAPPROVED"
    numbers = {roi.structure: number for number, roi in enumerate(rois, 1) if roi.structure}
    return WrittenStructures(save_rt(dataset, path), numbers)


def _slice_references(image: CTImage) -> list[Dataset]:
    """One item a slice: its file, and which frame of it where a file holds several."""
    found = [_file_reference(image, uid) for uid in image.slice_uids]
    for item, frame in zip(found, image.slice_frames, strict=False):
        item.ReferencedFrameNumber = frame
    return found


def _file_reference(image: CTImage, sop_instance_uid: str) -> Dataset:
    return reference(image.slice_class_uid or CTImageStorage, sop_instance_uid)


def _frame(owner: SourceIdentity, image: CTImage) -> Dataset:
    frame = Dataset()
    frame.FrameOfReferenceUID = owner.frame_of_reference_uid
    if image.slice_uids:
        series = Dataset()
        series.SeriesInstanceUID = owner.series_instance_uid
        # each file once, as a whole
        series.ContourImageSequence = [_file_reference(image, uid) for uid in dict.fromkeys(image.slice_uids)]
        study = reference(STUDY_CLASS_UID, owner.study_instance_uid)
        study.RTReferencedSeriesSequence = [series]
        frame.RTReferencedStudySequence = [study]
    return frame


def _add_rois(dataset: FileDataset, rois: Sequence[ExportedROI], frame_uid: str, image: CTImage) -> None:
    numbered = list(enumerate(rois, 1))
    per_slice = _slice_references(image)
    dataset.StructureSetROISequence = [_roi(number, roi, frame_uid, image.grid) for number, roi in numbered]
    dataset.ROIContourSequence = [_contours(number, roi, per_slice) for number, roi in numbered]
    dataset.RTROIObservationsSequence = [_observation(number, roi) for number, roi in numbered]


def _roi(number: int, roi: ExportedROI, frame_uid: str, grid: Grid) -> Dataset:
    item = Dataset()
    item.ROINumber = number
    item.ReferencedFrameOfReferenceUID = frame_uid
    item.ROIName = roi.name
    item.ROIDescription = plain_text(roi.description, LONG_TEXT)
    item.ROIVolume = decimal(outlined_volume_cc(roi.outlines, grid))
    item.ROIGenerationAlgorithm = roi.algorithm
    item.ROIGenerationDescription = plain_text(roi.description, LO)
    return item


def _contours(number: int, roi: ExportedROI, per_slice: list[Dataset]) -> Dataset:
    item = Dataset()
    item.ReferencedROINumber = number
    item.ROIDisplayColor = list(roi.colour)
    if roi.outlines:
        item.ContourSequence = [_contour(k, outline, per_slice) for k, outline in enumerate(roi.outlines, 1)]
    return item


def _contour(number: int, outline: Outline, per_slice: list[Dataset]) -> Dataset:
    item = Dataset()
    item.ContourNumber = number
    if per_slice:
        item.ContourImageSequence = [per_slice[outline.slice_index]]
    item.ContourGeometricType = "CLOSED_PLANAR"
    item.NumberOfContourPoints = len(outline.points_mm)
    item[CONTOUR_DATA] = _coordinates(outline.points_mm)
    return item


def _coordinates(points_mm: NDArray[np.float64]) -> DataElement:
    """x, y, z of each point to 0.001 mm.

    They are bytes, for pydicom would make an object of each number and check it; with an implicit value representation
    the file does not say that they were, and the standard's dictionary makes them the decimal strings that they are.
    """
    texts = [f"{value:.3f}".rstrip("0").rstrip(".") for value in (points_mm.ravel().round(3) + 0.0).tolist()]
    value = "\\".join(texts).encode()
    value += b" " * (len(value) % 2)
    return DataElement(CONTOUR_DATA, "OB", value)


def _observation(number: int, roi: ExportedROI) -> Dataset:
    item = Dataset()
    item.ObservationNumber = number
    item.ReferencedROINumber = number
    item.RTROIInterpretedType = roi.interpreted_type
    item.ROIInterpreter = ""
    return item
