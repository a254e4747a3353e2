"""The DICOM files of a plan: structures, plan and dose, each referring to those before it and to the CT.

Where tissue has given way to the applicator, that CT is written too, in a frame of reference of its own: nothing that
lies on moved anatomy may be laid over the scan.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from openiort.dicom.write_ct import write_ct, written_identifiers
from openiort.dicom.write_dose import MEDIUM, WATER, write_dose
from openiort.dicom.write_plan import BEAMS, NONE, WrittenPlan, check_kind, plan_name, write_plan
from openiort.dicom.write_structures import WrittenStructures, write_structures
from openiort.dicom.written_dataset import NOT_A_DEVICE, with_uids
from openiort.patient.identity import SourceIdentity
from openiort.patient.insertion import DISPLACE
from openiort.patient.patient import Patient
from openiort.plan.plan import Plan

STRUCTURES, PLAN, DOSE, DOSE_TO_WATER = "structures.dcm", "plan.dcm", "dose.dcm", "dose_to_water.dcm"
DICOM_NAMES = (STRUCTURES, PLAN, DOSE, DOSE_TO_WATER)
MOVED_CT = "moved_ct"
MOVED_CT_DESCRIPTION = "OpenIORT moved anatomy"
MOVED_CT_DERIVATION = f"{NOT_A_DEVICE}: calculated from a CT, lump out, tissue moved by the applicator"


def write_plan_files(folder: Path, plan: Plan, *, rtplan: str = BEAMS, dose_to_water: bool = False,
                     deidentify: bool = False) -> None:
    """Write `structures.dcm`, `plan.dcm`, `dose.dcm`, if asked for `dose_to_water.dcm`, for moved tissue `moved_ct/`.

    Args:
        folder: where; it must be there.
        plan: what to write; its patient tells which CT the files lie on.
        rtplan: kind of the RT Plan: `beams`, `brachy`, or `none` for no such file.
        dose_to_water: whether to write D_w as well.
        deidentify: the pseudonym stands for name and number, and no date is written.

    Raises:
        InputError: another kind; the disk is full or the place cannot be written.
    """
    check_kind(rtplan)
    pseudonym = plan.patient.pseudonym if deidentify else None
    patient, owner = plan.patient, _owner(plan)
    if plan.insertion.method == DISPLACE:
        patient, owner = _write_moved_ct(folder / MOVED_CT, plan, owner, pseudonym)
    structures = write_structures(folder / STRUCTURES, patient, plan.centre_mm, plan.applicator.radius_mm,
                                  identity=owner, deidentify_as=pseudonym)
    written = None
    if rtplan != NONE:
        written = write_plan(folder / PLAN, plan, structures, kind=rtplan, identity=owner, deidentify_as=pseudonym)
    _write_dose(folder / DOSE, plan, owner, pseudonym, MEDIUM, written, structures)
    if dose_to_water:
        _write_dose(folder / DOSE_TO_WATER, plan, owner, pseudonym, WATER, written, structures)


def _owner(plan: Plan) -> SourceIdentity:
    """Whose the CT is; a patient who was not read from files gets identifiers of her own."""
    patient = plan.patient
    return with_uids(patient.identity, patient.input_sha256, patient.pseudonym, repr(patient.image.grid))


def _write_moved_ct(folder: Path, plan: Plan, owner: SourceIdentity,
                    pseudonym: str | None) -> tuple[Patient, SourceIdentity]:
    """The patient and her identifiers as files refer to them that lie on the moved CT."""
    image = plan.patient.image
    whole, slice_uids = written_identifiers(image, owner, MOVED_CT_DESCRIPTION)
    write_ct(image, whole, folder, description=MOVED_CT_DESCRIPTION, derivation=MOVED_CT_DERIVATION,
             source_uids=_slices_of(plan), deidentify_as=pseudonym)
    return replace(plan.patient, image=replace(image, slice_uids=slice_uids)), whole


def _slices_of(plan: Plan) -> tuple[str, ...]:
    """The scanned slices that the moved ones were made from; none where one file holds them all."""
    scanned = plan.patient_before.image.slice_uids if plan.patient_before else ()
    return scanned if len(set(scanned)) == len(scanned) else ()


def _write_dose(path: Path, plan: Plan, owner: SourceIdentity, pseudonym: str | None, medium: str,
                written: WrittenPlan | None, structures: WrittenStructures) -> None:
    dvhs = {name: dvh for name, dvh in plan.dvhs.items() if dvh.medium == medium}
    write_dose(path, plan.fine_dose, owner, description=f"OpenIORT {medium}, {plan_name(plan)}",
               deidentify_as=pseudonym, medium=medium, plan=written, structures=structures, dvhs=dvhs)
