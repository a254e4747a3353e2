"""A dose grid as a DICOM RT Dose file in the CT's frame of reference."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset, FileDataset
from pydicom.uid import UID, RTDoseStorage, RTPlanStorage

from openiort.core.grid import Grid
from openiort.dicom.dose_histograms import add_histograms
from openiort.dicom.rt_file import new_rt_dataset, reference, save_rt
from openiort.dicom.write_plan import WrittenPlan
from openiort.dicom.write_structures import WrittenStructures
from openiort.dicom.written_dataset import NOT_A_DEVICE, decimal, decimals
from openiort.dose.dose_grid import DoseGrid
from openiort.patient.identity import SourceIdentity
from openiort.plan.dvh import DVH

GRID_FRAME_OFFSET_VECTOR = 0x3004_000C
LARGEST_STORED = 2**32 - 1
MEDIUM, WATER = "D_m,m", "D_w"
COMMENTS = {MEDIUM: "dose to medium in medium (D_m,m)", WATER: "dose to water in medium (D_w)"}
NO_HISTOGRAMS: Mapping[str, DVH] = {}


def write_dose(
    path: str | Path,
    dose_grid: DoseGrid,
    identity: SourceIdentity,
    *,
    description: str,
    deidentify_as: str | None = None,
    medium: str = MEDIUM,
    plan: WrittenPlan | None = None,
    structures: WrittenStructures | None = None,
    dvhs: Mapping[str, DVH] = NO_HISTOGRAMS,
) -> UID:
    """Write a dose as RT Dose Storage, 32 bits, Gy.

    Args:
        path: of the file; written beside, then renamed.
        dose_grid: its axes must be the patient's (identity direction).
        identity: of the CT that the dose was calculated on.
        description: of the series.
        deidentify_as: the pseudonym that takes the place of name and number. Study and frame of reference keep
            their identifiers, or the dose would no longer lie on its CT.
        medium: which dose: `D_m,m`, to medium in medium, or `D_w`, to water in medium.
        plan: the RT Plan that it is the dose of; without one the file describes the plan itself.
        structures: the structure set of that plan.
        dvhs: structure -> histogram of this dose; those of regions in the structure set are written.

    Returns:
        Its SOP Instance UID.

    Raises:
        InputError: the disk is full or the place cannot be written.
        ValueError: the grid is rotated, or a dose negative or not finite.
    """
    stored, scaling = _stored(dose_grid, medium)
    dataset = new_rt_dataset(RTDoseStorage, "RTDOSE", identity, description=description, deidentify_as=deidentify_as)
    dataset.DoseUnits = "GY"
    dataset.DoseType = "PHYSICAL"
    dataset.TissueHeterogeneityCorrection = "IMAGE"
    dataset.DoseComment = f"{NOT_A_DEVICE}; {COMMENTS[medium]}"
    _add_references(dataset, plan, structures)
    if structures is not None:
        add_histograms(dataset, dvhs, structures)
    _add_plane(dataset, dose_grid.grid)
    _add_pixels(dataset, stored, scaling)
    return save_rt(dataset, Path(path))


def _stored(dose_grid: DoseGrid, medium: str) -> tuple[NDArray[np.uint32], str]:
    """Whole numbers and the scaling that takes them to Gy; rounded with the scaling as it is written."""
    dose_Gy = (dose_grid.water_Gy if medium == WATER else dose_grid.medium_Gy).astype(np.float64)
    if not np.isfinite(dose_Gy).all() or dose_Gy.min() < 0:
        raise ValueError("a dose is negative or not finite")
    if not np.allclose(dose_grid.grid.direction, np.eye(3)):
        raise ValueError("a dose grid must lie along the patient's axes to be written")
    # one part in 10^9 more, so that rounding the scaling to 16 characters cannot overflow the largest dose
    scaling = decimal((float(dose_Gy.max()) or 1.0) / LARGEST_STORED * (1 + 1e-9))
    return np.rint(dose_Gy / float(scaling)).astype("<u4"), scaling


def _add_references(dataset: FileDataset, plan: WrittenPlan | None, structures: WrittenStructures | None) -> None:
    """The plan; where there is no file of it, an overview of the plan stands here instead (PS3.3, table C.8-39)."""
    if plan is not None:
        dataset.DoseSummationType = "PLAN"
        dataset.ReferencedRTPlanSequence = [reference(RTPlanStorage, plan.sop_instance_uid)]
        return
    dataset.DoseSummationType = "PLAN_OVERVIEW"
    overview = Dataset()
    overview.PlanOverviewIndex = 1
    overview.RTPlanLabel = "OpenIORT"
    overview.NumberOfFractionsIncluded = 1
    overview.TreatmentSite = ""
    overview.PrescriptionOverviewSequence = []
    if structures is not None:
        overview.ReferencedStructureSetSequence = [structures.reference()]
    dataset.PlanOverviewSequence = [overview]


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
