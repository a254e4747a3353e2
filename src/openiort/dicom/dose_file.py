"""One RT Dose file of a planning system: its values, and which part of which plan they are (PS3.3, C.8.8.3)."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.uid import RTDoseStorage

from openiort.core.errors import InputError
from openiort.core.grid import Grid
from openiort.dicom.find_rt_files import RTFile
from openiort.dicom.read_dose import dose_values
from openiort.dicom.read_rt_file import read_rt_file
from openiort.dicom.stored_dvhs import StoredDVH, stored_dvhs
from openiort.dicom.tag_values import invalid, items, text, uid, whole_number

GY, RELATIVE = "GY", "RELATIVE"
PHYSICAL = "PHYSICAL"
MOST_NUMBER = 2**31 - 1


@dataclass(frozen=True, slots=True)
class DoseFile:
    """One dose.

    Attributes:
        name: the file as messages show it.
        uid: SOP Instance UID.
        summation: Dose Summation Type: what it is the dose of.
        units: `GY` or `RELATIVE`.
        plan_uid: SOP Instance UID of its RT Plan; empty where it names none.
        groups: numbers of the fraction groups that it names.
        beams: numbers of the beams that it names.
        grid: where the voxels lie.
        values: (nz, ny, nx) in `units`.
        frame_of_reference_uid: coordinate system.
        patient_id: whom it says it belongs to.
        study_uid: study.
        histograms: DVHs stored beside the dose.
        content: the file.
    """

    name: str
    uid: str
    summation: str
    units: str
    plan_uid: str
    groups: frozenset[int]
    beams: frozenset[int]
    grid: Grid
    values: NDArray[np.float64]
    frame_of_reference_uid: str
    patient_id: str
    study_uid: str
    histograms: tuple[StoredDVH, ...]
    content: bytes


def read_dose_file(file: RTFile) -> DoseFile:
    """Read a dose with what it refers to.

    Raises:
        InputError: it cannot be read, is no physical dose, or has units, references or values that cannot be used.
    """
    content, dataset = read_rt_file(file.path, file.name, RTDoseStorage, "RT Dose")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        units, kind = text(dataset, "DoseUnits").upper(), text(dataset, "DoseType").upper()
        if units not in (GY, RELATIVE):
            raise invalid("DoseUnits", units, file.name, f"{GY} or {RELATIVE}")
        if kind != PHYSICAL:
            raise invalid("DoseType", kind, file.name, f"{PHYSICAL}: an effective dose holds somebody's model already")
        plan_uid, groups, beams = _references(dataset, file.name)
        grid, values = dose_values(dataset, file.name)
        if not values.max() > 0:
            raise InputError("the dose is zero everywhere", where=file.name, allowed="a dose that was calculated",
                             fix="calculate the dose in the planning system, then export it again")
        return DoseFile(
            name=file.name, uid=uid(dataset, "SOPInstanceUID", file.name),
            summation=text(dataset, "DoseSummationType").upper(), units=units, plan_uid=plan_uid, groups=groups,
            beams=beams, grid=grid, values=values,
            frame_of_reference_uid=uid(dataset, "FrameOfReferenceUID", file.name),
            patient_id=text(dataset, "PatientID"), study_uid=text(dataset, "StudyInstanceUID"),
            histograms=stored_dvhs(dataset, file.name), content=content,
        )


def _references(dataset: Dataset, where: str) -> tuple[str, frozenset[int], frozenset[int]]:
    """RT Plan, fraction groups and beams that a dose names."""
    plans = items(dataset, "ReferencedRTPlanSequence", where)
    found = {text(plan, "ReferencedSOPInstanceUID") for plan in plans}
    if len(found) > 1:
        raise InputError(f"the dose is the sum of {len(found)} plans", where=where, allowed="the dose of one plan",
                         fix="export the dose of each plan into a folder of its own, and give all by --ebrt-dose")
    groups, beams = set(), set()
    for plan in plans:
        for group in items(plan, "ReferencedFractionGroupSequence", where):
            groups.add(whole_number(group, "ReferencedFractionGroupNumber", 0, MOST_NUMBER, where))
            beams |= {whole_number(beam, "ReferencedBeamNumber", 0, MOST_NUMBER, where)
                      for beam in items(group, "ReferencedBeamSequence", where)}
    return found.pop() if found else "", frozenset(groups), frozenset(beams)
