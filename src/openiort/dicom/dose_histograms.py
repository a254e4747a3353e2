"""A plan's dose-volume histograms as the RT DVH module of an RT Dose (PS3.3, C.8.8.4)."""

from __future__ import annotations

import math
from collections.abc import Mapping

from pydicom.dataset import Dataset, FileDataset

from openiort.dicom.exported_rois import APPLICATOR
from openiort.dicom.write_structures import WrittenStructures
from openiort.dicom.written_dataset import decimal
from openiort.plan.dvh import DVH

BIN_Gy = 0.05
# with explicit value representation 64 kB hold 3,000 bins or so (PS3.5, 7.1.2)
MOST_BINS = 2000


def add_histograms(dataset: FileDataset, dvhs: Mapping[str, DVH], structures: WrittenStructures) -> None:
    """Add the histogram of each structure that has a region in the structure set; none, if there is no such structure.

    Shells have none here: their histograms leave out bone and what is outside the body, their regions do not.
    """
    shown = [dvh for name, dvh in dvhs.items() if name in structures.roi_numbers and _is_of_a_structure(name, dvh)]
    if not shown:
        return
    dataset.ReferencedStructureSetSequence = [structures.reference()]
    dataset.DVHSequence = [_histogram(dvh, structures) for dvh in shown]


def _is_of_a_structure(name: str, dvh: DVH) -> bool:
    return not name.startswith("shell ") and dvh.dose_Gy.size > 0


def _histogram(dvh: DVH, structures: WrittenStructures) -> Dataset:
    width_Gy = _bin_Gy(max(dvh.max_Gy, float(dvh.dose_Gy[0])))
    _, volume_cc = dvh.curve(width_Gy)
    item = Dataset()
    item.DVHReferencedROISequence = [_region(structures.roi_numbers[dvh.structure], "INCLUDED"),
                                     _region(APPLICATOR, "EXCLUDED")]
    item.DVHType = "CUMULATIVE"
    item.DoseUnits = "GY"
    item.DoseType = "PHYSICAL"
    item.DVHDoseScaling = 1
    item.DVHVolumeUnits = "CM3"
    item.DVHNumberOfBins = len(volume_cc)
    # each pair: width of a bin, and the volume that gets at least the dose at which the bin begins
    item.DVHData = [text for volume in volume_cc for text in (decimal(width_Gy), decimal(round(float(volume), 6)))]
    item.DVHMinimumDose = decimal(dvh.min_Gy)
    item.DVHMaximumDose = decimal(dvh.max_Gy)
    item.DVHMeanDose = decimal(dvh.mean_Gy)
    return item


def _bin_Gy(highest_Gy: float) -> float:
    return round(BIN_Gy * max(math.ceil(highest_Gy / (MOST_BINS * BIN_Gy)), 1), 2)


def _region(number: int, contribution: str) -> Dataset:
    item = Dataset()
    item.ReferencedROINumber = number
    item.DVHROIContributionType = contribution
    return item
