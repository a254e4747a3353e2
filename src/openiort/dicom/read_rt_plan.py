"""What an RT Plan of any planning system says of its course: fractions, beams, prescription (PS3.3, C.8.8.10-13)."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

from pydicom.dataset import Dataset
from pydicom.uid import RTPlanStorage

from openiort.core.errors import InputError
from openiort.dicom.find_rt_files import RTFile
from openiort.dicom.read_rt_file import read_rt_file
from openiort.dicom.tag_values import invalid, items, numbers, text, uid, whole_number

MOST_FRACTIONS, MOST_NUMBER = 100, 2**31 - 1
HIGHEST_DOSE_Gy = 200.0
TARGET, OF_A_VOLUME = "TARGET", ("SITE", "VOLUME")


@dataclass(frozen=True, slots=True)
class FractionGroup:
    """Fractions that are alike.

    Attributes:
        number: the file's own.
        fractions: planned.
        beams: numbers of the beams given in each of them.
        beam_doses_Gy: of one fraction at the beams' dose points; None where the file is silent on any of them.
    """

    number: int
    fractions: int
    beams: tuple[int, ...]
    beam_doses_Gy: tuple[float, ...] | None


@dataclass(frozen=True, slots=True)
class ReadPlan:
    """A course of treatment as its file says.

    Attributes:
        uid: SOP Instance UID.
        patient_id: whom it says it belongs to.
        groups: one or more.
        prescription_Gy: of the whole course; None where the file has none.
        prescription_from: where that stands, in words.
        content: the file.
    """

    uid: str
    patient_id: str
    groups: tuple[FractionGroup, ...]
    prescription_Gy: float | None
    prescription_from: str
    content: bytes

    @property
    def fractions(self) -> int:
        """Of all groups together."""
        return sum(group.fractions for group in self.groups)

    @property
    def beams(self) -> frozenset[int]:
        """Numbers of all beams that are given."""
        return frozenset(beam for group in self.groups for beam in group.beams)


def read_rt_plan(file: RTFile) -> ReadPlan:
    """Read fractions, beams and prescription.

    The prescription is the highest Target Prescription Dose of a site or volume; of a point where no site or volume
    has one; where there is none at all, the beams' doses times their fractions.

    Raises:
        InputError: the file cannot be read, or has no fraction or an impossible dose.
    """
    content, dataset = read_rt_file(file.path, file.name, RTPlanStorage, "RT Plan")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        groups = tuple(_group(item, file.name) for item in items(dataset, "FractionGroupSequence", file.name))
        if not groups or len({group.number for group in groups}) < len(groups):
            raise InputError("the RT Plan has no fraction group, or two of one number", where=file.name,
                             allowed="at least one fraction group, each with its own number",
                             fix="export the plan as it was approved")
        prescription_Gy, where_from = _prescription(dataset, groups, file.name)
        return ReadPlan(uid(dataset, "SOPInstanceUID", file.name), text(dataset, "PatientID"), groups, prescription_Gy,
                        where_from, content)


def _group(item: Dataset, where: str) -> FractionGroup:
    beams, doses_Gy = [], []
    for beam in items(item, "ReferencedBeamSequence", where):
        beams.append(whole_number(beam, "ReferencedBeamNumber", 0, MOST_NUMBER, where))
        if text(beam, "BeamDose"):
            doses_Gy.append(_dose_Gy(beam, "BeamDose", where))
    return FractionGroup(whole_number(item, "FractionGroupNumber", 0, MOST_NUMBER, where),
                         whole_number(item, "NumberOfFractionsPlanned", 1, MOST_FRACTIONS, where), tuple(beams),
                         tuple(doses_Gy) if beams and len(doses_Gy) == len(beams) else None)


def _prescription(dataset: Dataset, groups: tuple[FractionGroup, ...], where: str) -> tuple[float | None, str]:
    volumes_Gy: list[float] = []
    points_Gy: list[float] = []
    for item in items(dataset, "DoseReferenceSequence", where):
        if text(item, "DoseReferenceType") == TARGET and text(item, "TargetPrescriptionDose"):
            doses_Gy = volumes_Gy if text(item, "DoseReferenceStructureType") in OF_A_VOLUME else points_Gy
            doses_Gy.append(_dose_Gy(item, "TargetPrescriptionDose", where))
    if volumes_Gy:
        return max(volumes_Gy), "the highest prescription to a target in the RT Plan"
    if points_Gy:
        return max(points_Gy), "the highest prescription to a point of a target in the RT Plan"
    if all(group.beam_doses_Gy for group in groups):
        total_Gy = sum(group.fractions * sum(group.beam_doses_Gy or ()) for group in groups)
        if total_Gy > 0:
            return total_Gy, "the beams' doses times their fractions in the RT Plan, which has no prescription"
    return None, ""


def _dose_Gy(item: Dataset, keyword: str, where: str) -> float:
    value_Gy = numbers(item, keyword, 1, where)[0]
    if not 0 <= value_Gy <= HIGHEST_DOSE_Gy or (keyword == "TargetPrescriptionDose" and value_Gy == 0):
        raise invalid(keyword, value_Gy, where, f"above 0 to {HIGHEST_DOSE_Gy:g} Gy")
    return value_Gy
