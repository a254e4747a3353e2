"""A plan as a DICOM RT Plan: what is to be given, by which applicator, where and for how long."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pydicom.dataset import Dataset, FileDataset
from pydicom.uid import RTPlanStorage

from openiort.core.errors import InputError
from openiort.dicom.plan_beam import add_beam
from openiort.dicom.plan_brachy import add_brachy_setup
from openiort.dicom.rt_file import new_rt_dataset, save_rt
from openiort.dicom.write_structures import WrittenStructures
from openiort.dicom.written_dataset import LO, LONG_TEXT, NOT_A_DEVICE, SH, decimal, new_uid, plain_text
from openiort.patient.identity import SourceIdentity
from openiort.plan.plan import Plan

BEAMS, BRACHY, NONE = "beams", "brachy", "none"
KINDS = (BEAMS, BRACHY, NONE)
LABEL = "OpenIORT"


@dataclass(frozen=True, slots=True)
class WrittenPlan:
    """How other files refer to an RT Plan."""

    sop_instance_uid: str


def check_kind(kind: str) -> str:
    """The kind itself, if it is one of `beams`, `brachy` and `none`.

    Raises:
        InputError: it is not.
    """
    if kind not in KINDS:
        raise InputError(f"RT Plan '{kind}' cannot be written", where="--rtplan (rtplan)", allowed=", ".join(KINDS),
                         fix="beams is the default; docs/dicom_conformance.md says what each is")
    return kind


def write_plan(path: str | Path, plan: Plan, structures: WrittenStructures, *, kind: str = BEAMS,
               identity: SourceIdentity | None = None, deidentify_as: str | None = None) -> WrittenPlan:
    """Write a plan as RT Plan Storage, unapproved.

    Args:
        path: of the file; written beside, then renamed.
        plan: what to write.
        structures: its structure set.
        kind: `beams`: one static photon beam with an intraoperative applicator, its meterset in minutes; `brachy`: one
            application setup with one channel that rests for the treatment time.
        identity: whose the CT is; that of the plan's patient if left out.
        deidentify_as: the pseudonym that takes the place of name and number.

    Raises:
        InputError: another kind; the disk is full or the place cannot be written.
    """
    if check_kind(kind) == NONE:
        raise ValueError("no RT Plan was asked for")
    owner = identity or plan.patient.identity
    dataset = new_rt_dataset(RTPlanStorage, "RTPLAN", owner, description=f"OpenIORT plan ({kind})",
                             deidentify_as=deidentify_as)
    _add_general(dataset, plan, structures)
    _add_prescription(dataset, plan, owner)
    if kind == BEAMS:
        add_beam(dataset, plan)
    else:
        add_brachy_setup(dataset, plan)
    dataset.ApprovalStatus = "UNAPPROVED"
    return WrittenPlan(save_rt(dataset, Path(path)))


def _add_general(dataset: FileDataset, plan: Plan, structures: WrittenStructures) -> None:
    dataset.RTPlanLabel = plain_text(LABEL, SH)
    dataset.RTPlanName = plain_text(plan_name(plan), LO)
    dataset.RTPlanDescription = plain_text(_description(plan), LONG_TEXT)
    # no date: equal plans give equal files
    dataset.RTPlanDate = dataset.RTPlanTime = ""
    dataset.PlanIntent = "RESEARCH"
    dataset.RTPlanGeometry = "PATIENT"
    dataset.ReferencedStructureSetSequence = [structures.reference()]


def plan_name(plan: Plan) -> str:
    """What is given, in a few words."""
    asked = plan.prescription
    return f"{plan.applicator.diameter_mm:g} mm sphere, {asked.dose_Gy:g} Gy at {asked.depth_mm:g} mm"


def _description(plan: Plan) -> str:
    asked, minutes = plan.prescription, plan.treatment_time_s / 60.0
    return (
        f"{NOT_A_DEVICE}: for research, education and independent checking. {asked.dose_Gy:g} Gy to water in "
        f"homogeneous water at {asked.depth_mm:g} mm from the surface of a {plan.applicator.diameter_mm:g} mm sphere, "
        f"dose scale {asked.dose_scale}; {plan.device.time_word} time {minutes:.3f} min on {plan.device.name} "
        f"({plan.device.title}), second check {plan.second_check.verdict} at "
        f"{plan.second_check.difference_percent:+.1f} %. " + " ".join(plan.warnings)
    )


def _add_prescription(dataset: FileDataset, plan: Plan, owner: SourceIdentity) -> None:
    """One dose reference, to a SITE: the prescription is to all of a surface in water, and no point of hers has it."""
    asked = plan.prescription
    item = Dataset()
    item.DoseReferenceNumber = 1
    item.DoseReferenceUID = new_uid("dose reference", owner.study_instance_uid, repr(asked), repr(plan.centre_mm))
    item.DoseReferenceStructureType = "SITE"
    item.DoseReferenceDescription = plain_text(f"in water, {asked.depth_mm:g} mm from sphere, {asked.dose_scale}", LO)
    item.DoseReferenceType = "TARGET"
    item.TargetPrescriptionDose = decimal(asked.dose_Gy)
    dataset.PrescriptionDescription = plain_text(
        f"{asked.dose_Gy:g} Gy to water in homogeneous water, {asked.depth_mm:g} mm from the applicator's surface, "
        f"dose scale {asked.dose_scale}, one fraction", LONG_TEXT)
    dataset.DoseReferenceSequence = [item]
