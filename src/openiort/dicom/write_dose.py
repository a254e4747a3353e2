"""A dose grid as a DICOM RT Dose file in the CT's frame of reference."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset, FileDataset
from pydicom.uid import RTDoseStorage

from openiort.core.grid import Grid
from openiort.dicom.written_dataset import (
    NOT_A_DEVICE,
    add_description,
    add_identity,
    decimal,
    decimals,
    new_dataset,
    new_uid,
    save,
)
from openiort.dose.dose_grid import DoseGrid
from openiort.patient.identity import SourceIdentity

GRID_FRAME_OFFSET_VECTOR = 0x3004_000C
LARGEST_STORED = 2**32 - 1
DEIDENTIFICATION = "OpenIORT: name, numbers and dates replaced or emptied; UIDs kept"


def write_dose(
    path: str | Path,
    dose_grid: DoseGrid,
    identity: SourceIdentity,
    *,
    description: str,
    deidentify_as: str | None = None,
) -> None:
    """Write D_m,m as RT Dose Storage, 32 bits, Gy.

    Args:
        path: of the file; written beside, then renamed.
        dose_grid: its `medium_Gy` is written; its axes must be the patient's (identity direction).
        identity: of the CT that the dose was calculated on.
        description: of the series.
        deidentify_as: the pseudonym that takes the place of name and number. Study and frame of reference keep
            their identifiers, or the dose would no longer lie on its CT.

    Raises:
        InputError: the disk is full or the place cannot be written.
        ValueError: the grid is rotated, or a dose negative or not finite.
    """
    stored, scaling = _stored(dose_grid)
    owner = identity if deidentify_as is None else _without_name(identity, deidentify_as)
    sources = (owner.study_instance_uid, owner.patient_id, description, repr(dose_grid.grid), stored.tobytes())
    dataset = new_dataset(RTDoseStorage, new_uid("dose", *sources), "RTDOSE")
    add_identity(dataset, owner)
    if deidentify_as is not None:
        _add_deidentification(dataset)
    add_description(dataset, description)
    dataset.SeriesInstanceUID = new_uid("series", *sources)
    dataset.SeriesNumber = 1
    dataset.OperatorsName = ""
    dataset.InstanceNumber = 1
    _add_dose(dataset, description)
    _add_plane(dataset, dose_grid.grid)
    _add_pixels(dataset, stored, scaling)
    save(dataset, Path(path))


def _stored(dose_grid: DoseGrid) -> tuple[NDArray[np.uint32], str]:
    """Whole numbers and the scaling that takes them to Gy; rounded with the scaling as it is written."""
    dose_Gy = dose_grid.medium_Gy.astype(np.float64)
    if not np.isfinite(dose_Gy).all() or dose_Gy.min() < 0:
        raise ValueError("a dose is negative or not finite")
    if not np.allclose(dose_grid.grid.direction, np.eye(3)):
        raise ValueError("a dose grid must lie along the patient's axes to be written")
    # one part in 10^9 more, so that rounding the scaling to 16 characters cannot overflow the largest dose
    scaling = decimal((float(dose_Gy.max()) or 1.0) / LARGEST_STORED * (1 + 1e-9))
    return np.rint(dose_Gy / float(scaling)).astype("<u4"), scaling


def _without_name(identity: SourceIdentity, pseudonym: str) -> SourceIdentity:
    empty = SourceIdentity(patient_name=pseudonym, patient_id=pseudonym)
    return replace(
        empty,
        study_instance_uid=identity.study_instance_uid,
        series_instance_uid=identity.series_instance_uid,
        frame_of_reference_uid=identity.frame_of_reference_uid,
    )


def _add_deidentification(dataset: FileDataset) -> None:
    dataset.PatientIdentityRemoved = "YES"
    dataset.DeidentificationMethod = DEIDENTIFICATION
    dataset.LongitudinalTemporalInformationModified = "REMOVED"


def _add_dose(dataset: FileDataset, description: str) -> None:
    dataset.DoseUnits = "GY"
    dataset.DoseType = "PHYSICAL"
    # PLAN, FRACTION, BEAM, BRACHY and so on require a reference to an RT Plan file, which is not written yet;
    # PLAN_OVERVIEW describes the plan in this file instead (PS3.3, table C.8-39).
    dataset.DoseSummationType = "PLAN_OVERVIEW"
    overview = Dataset()
    overview.PlanOverviewIndex = 1
    overview.RTPlanLabel = "OpenIORT"
    overview.NumberOfFractionsIncluded = 1
    overview.TreatmentSite = ""
    overview.PrescriptionOverviewSequence = []
    dataset.PlanOverviewSequence = [overview]
    dataset.TissueHeterogeneityCorrection = "IMAGE"
    dataset.DoseComment = f"{NOT_A_DEVICE}; dose to medium in medium (D_m,m)"


def _add_plane(dataset: FileDataset, grid: Grid) -> None:
    dataset.ImagePositionPatient = decimals(grid.origin_mm)
    dataset.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
    dataset.PixelSpacing = decimals((grid.spacing_mm[1], grid.spacing_mm[0]))
    dataset.SliceThickness = decimal(grid.spacing_mm[2])
    dataset.NumberOfFrames = grid.shape[0]
    dataset.FrameIncrementPointer = GRID_FRAME_OFFSET_VECTOR
    dataset.GridFrameOffsetVector = decimals(np.arange(grid.shape[0]) * grid.spacing_mm[2])


def _add_pixels(dataset: FileDataset, stored: NDArray[np.uint32], scaling: str) -> None:
    dataset.SamplesPerPixel = 1
    dataset.PhotometricInterpretation = "MONOCHROME2"
    dataset.Rows, dataset.Columns = stored.shape[1:]
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit = 32, 32, 31
    dataset.PixelRepresentation = 0
    dataset.DoseGridScaling = scaling
    dataset.PixelData = stored.tobytes()
