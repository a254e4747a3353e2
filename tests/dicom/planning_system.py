"""Dose, plan, structures and registration of a made-up planning system, written with pydicom alone."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, RTDoseStorage, RTPlanStorage, SpatialRegistrationStorage

from openiort.core.grid import Grid
from tests.dicom.small_ct import IDENTITY
from tests.dicom.small_structures import FRAME, square, structure_set, write

PLAN_UID, OTHER_FRAME = "1.2.3.77", "1.2.3.4.99"
# 60 x 60 x 40 mm in voxels of 3, 3 and 2 mm
GRID = Grid((-30.0, -30.0, -20.0), (3.0, 3.0, 2.0), (21, 21, 21))
PRESCRIPTION_Gy, FRACTIONS, BEAMS = 40.0, 15, (1, 2)


def item(**tags: Any) -> Dataset:
    made = Dataset()
    for keyword, value in tags.items():
        setattr(made, keyword, value)
    return made


def file_of(sop_class_uid: str, uid: str, modality: str) -> FileDataset:
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID = sop_class_uid, uid
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    found = FileDataset("", {}, file_meta=meta, preamble=b"\0" * 128)
    found.SOPClassUID, found.SOPInstanceUID, found.Modality = sop_class_uid, uid, modality
    found.SpecificCharacterSet = "ISO_IR 192"
    found.PatientName, found.PatientID = IDENTITY.patient_name, IDENTITY.patient_id
    found.StudyInstanceUID = IDENTITY.study_instance_uid
    return found


def linear_Gy(grid: Grid = GRID, total_Gy: float = PRESCRIPTION_Gy) -> NDArray[np.float64]:
    """A dose that rises with x from 0.5 to 1 of the total: interpolation is exact, means have closed forms."""
    x = np.arange(grid.shape[2]) / (grid.shape[2] - 1)
    return np.broadcast_to(total_Gy * (0.5 + 0.5 * x), grid.shape).copy()


def dose_file(values: NDArray[np.float64], *, grid: Grid = GRID, uid: str = "1.2.3.50", summation: str = "PLAN",
              plan: str = PLAN_UID, beams: Sequence[int] = (), group: int | None = None, units: str = "GY",
              frame: str = FRAME) -> FileDataset:  # fmt: skip
    found = file_of(RTDoseStorage, uid, "RTDOSE")
    found.FrameOfReferenceUID = frame
    found.DoseUnits, found.DoseType, found.DoseSummationType = units, "PHYSICAL", summation
    reference = item(ReferencedSOPClassUID=RTPlanStorage, ReferencedSOPInstanceUID=plan)
    if beams or group is not None:
        reference.ReferencedFractionGroupSequence = [item(
            ReferencedFractionGroupNumber=1 if group is None else group,
            ReferencedBeamSequence=[item(ReferencedBeamNumber=number) for number in beams])]
    found.ReferencedRTPlanSequence = [reference] if plan else []
    scaling = float(values.max()) / 4e9 or 1.0
    found.ImagePositionPatient = list(grid.origin_mm)
    found.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
    found.PixelSpacing = [grid.spacing_mm[1], grid.spacing_mm[0]]
    found.NumberOfFrames, found.Rows, found.Columns = grid.shape
    found.GridFrameOffsetVector = [float(z) for z in np.arange(grid.shape[0]) * grid.spacing_mm[2]]
    found.SamplesPerPixel, found.PhotometricInterpretation, found.PixelRepresentation = 1, "MONOCHROME2", 0
    found.BitsAllocated, found.BitsStored, found.HighBit = 32, 32, 31
    found.DoseGridScaling = f"{scaling:.9e}"
    found.PixelData = np.rint(values / float(found.DoseGridScaling)).astype("<u4").tobytes()
    return found


def plan_file(*, uid: str = PLAN_UID, prescription_Gy: float | None = PRESCRIPTION_Gy, fractions: int = FRACTIONS,
              beams: Sequence[int] = BEAMS, beam_dose_Gy: float | None = None, groups: int = 1) -> FileDataset:
    found = file_of(RTPlanStorage, uid, "RTPLAN")
    found.FractionGroupSequence = [item(
        FractionGroupNumber=number + 1, NumberOfFractionsPlanned=fractions,
        ReferencedBeamSequence=[item(ReferencedBeamNumber=beam,
                                     **({} if beam_dose_Gy is None else {"BeamDose": beam_dose_Gy}))
                                for beam in beams]) for number in range(groups)]  # fmt: skip
    found.DoseReferenceSequence = [] if prescription_Gy is None else [
        item(DoseReferenceNumber=1, DoseReferenceStructureType="SITE", DoseReferenceType="TARGET",
             TargetPrescriptionDose=prescription_Gy),
        item(DoseReferenceNumber=2, DoseReferenceStructureType="COORDINATES", DoseReferenceType="TARGET",
             TargetPrescriptionDose=2 * prescription_Gy),
    ]
    return found


def registration_file(matrix: NDArray[np.float64], *, source: str = OTHER_FRAME, target: str = FRAME,
                      kind: str = "RIGID", uid: str = "1.2.3.60") -> FileDataset:
    found = file_of(SpatialRegistrationStorage, uid, "REG")
    found.FrameOfReferenceUID = target
    one = item(FrameOfReferenceTransformationMatrixType=kind,
               FrameOfReferenceTransformationMatrix=[f"{value:.9g}" for value in matrix.ravel()])
    found.RegistrationSequence = [item(FrameOfReferenceUID=source,
                                       MatrixRegistrationSequence=[item(MatrixSequence=[one])])]
    return found


def box_contours(half_mm: float = 15.0) -> list[NDArray[np.float64]]:
    """A box of 2 x half across and 24 mm long: planes at -10.5, -7.5, ..., 10.5 mm with end caps."""
    return [square(z, half_mm) for z in np.arange(-10.5, 12.0, 3.0)]


def write_all(folder: Path, *files: FileDataset, structures: bool = True) -> Path:
    if structures:
        write(structure_set({"Breast": box_contours()}), folder / "rs.dcm")
    for number, file in enumerate(files):
        write(file, folder / f"{number}.dcm")
    return folder
