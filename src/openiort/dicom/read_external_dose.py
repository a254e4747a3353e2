"""The dose of a planning system: a folder of RT Dose, RT Plan, RT Structure Set and registration as `ExternalDose`."""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from openiort.core.errors import InputError
from openiort.dicom.dose_file import RELATIVE, DoseFile, read_dose_file
from openiort.dicom.find_rt_files import RTFiles, find_rt_files
from openiort.dicom.read_registration import Registration, frame_change, moved_grid, read_registration
from openiort.dicom.read_rt_plan import ReadPlan, read_rt_plan
from openiort.dicom.read_structures import StructureSet, read_structures
from openiort.dicom.stored_dvhs import StoredDVH
from openiort.dicom.sum_doses import SummedDose, sum_doses
from openiort.external.external_dose import IMPORTED, ExternalDose
from openiort.external.planned_schedule import planned_schedule
from openiort.patient.contours import ContouredROI
from openiort.patient.identity import SourceIdentity
from openiort.version import __version__

WHERE = "--ebrt-dose FOLDER"
MEDIUM = "medium as the planning system took it"
# highest relative dose that is meant as a fraction of the prescription, and as per cent
FRACTION_RANGE, PERCENT_RANGE = (0.5, 2.0), (50.0, 200.0)
# highest dose over prescription: fields from outside stay far below twice it; above 1.3 people are told to look
LEAST_OF_PRESCRIPTION, USUAL_OF_PRESCRIPTION, MOST_OF_PRESCRIPTION = 0.5, 1.3, 2.0


@dataclass(frozen=True, slots=True)
class ImportedDose:
    """What a folder of a planning system holds.

    Attributes:
        dose: of the whole plan; 100 % of it is its schedule's total dose.
        rois: contours in the dose's frame of reference; none where the folder has no structure set.
        identity: whose it is.
        frame_of_reference_uid: of dose and contours.
        histograms: DVHs that were stored beside the dose, to be compared only.
        input_sha256: over all files that were used.
    """

    dose: ExternalDose
    rois: tuple[ContouredROI, ...]
    identity: SourceIdentity
    frame_of_reference_uid: str
    histograms: tuple[StoredDVH, ...]
    input_sha256: str


def read_external_dose(folder: str | Path, *, frame_of_reference_uid: str | None = None,
                       patient_id: str = "") -> ImportedDose:
    """Read the dose of one plan.

    Args:
        folder: RT Dose files of one plan, its RT Plan, and as needed its RT Structure Set and Spatial Registrations.
        frame_of_reference_uid: in which the dose is wanted; that of the folder's contours, or the dose's own where
            there are none, if left out.
        patient_id: whom it must belong to; empty for anybody.

    Raises:
        InputError: a file is missing, damaged, belongs to another plan or patient, cannot be summed without adding
            something twice, or lies in another frame of reference that no registration leads to.
    """
    files = find_rt_files(folder)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return _imported(files, frame_of_reference_uid, patient_id)


def _imported(files: RTFiles, frame: str | None, patient_id: str) -> ImportedDose:
    if not files.doses:
        raise _lacks("no RT Dose", "an RTDOSE with its RTPLAN", "export dose and plan")
    doses = [read_dose_file(file) for file in files.doses]
    plan = _plan_of(doses, [read_rt_plan(file) for file in files.plans])
    structures = [read_structures(file.path, file.name) for file in files.structures]
    registrations = [read_registration(file) for file in files.registrations]
    _check_patient([patient_id, plan.patient_id, *(one.patient_id for one in doses),
                    *(one.patient_id for one in structures), *(one.patient_id for one in registrations)])
    summed = sum_doses(doses, plan)
    own_frame = summed.files[0].frame_of_reference_uid
    target = frame or _frame_of(structures, own_frame)
    rois, said = _rois(structures, target)
    dose = _external_dose(summed, plan, registrations, target)
    notes = [*dose.notes, *said]
    if not summed.files[0].plan_uid:
        notes.append("the dose names no plan: the only RT Plan beside it was taken")
    if files.others:
        notes.append(f"{files.others} other file(s) beside not read")
    sha256 = _sha256([*(one.content for one in summed.files), plan.content, *(one.content for one in registrations)],
                     [one.file_sha256 for one in structures])
    provenance = {**dose.provenance, "input_sha256": sha256}
    return ImportedDose(
        replace(dose, notes=tuple(notes), provenance=provenance), rois,
        SourceIdentity(patient_id=summed.files[0].patient_id or plan.patient_id,
                       study_instance_uid=summed.files[0].study_uid, frame_of_reference_uid=target),
        target, tuple(one for file in summed.files for one in file.histograms) if len(summed.files) == 1 else (),
        sha256,
    )


def _lacks(what: str, allowed: str, fix: str) -> InputError:
    return InputError(f"the folder holds {what}", where=WHERE, allowed=allowed, fix=fix)


def _plan_of(doses: Sequence[DoseFile], plans: Sequence[ReadPlan]) -> ReadPlan:
    """The one plan that all doses are of."""
    named = {one.plan_uid for one in doses if one.plan_uid}
    if len(named) > 1:
        raise _lacks(f"doses of {len(named)} plans, which may follow or replace each other", "the doses of one plan",
                     "put each plan into a folder of its own, and give those that are added by --ebrt-dose, each once")
    different = {one.uid: one for one in plans}
    if any(one.groups != different[one.uid].groups or one.prescription_Gy != different[one.uid].prescription_Gy
           for one in plans):
        raise _lacks("two different RT Plans of one SOP Instance UID", "each plan with its own, or exact copies",
                     "leave only the plan that was approved")
    if not different:
        raise _lacks("no RT Plan, so fractions and prescription are not known", "the RTPLAN of the dose",
                     "export it with the dose")
    if named:
        (wanted,) = named
        if wanted not in different:
            raise _lacks("a dose of a plan that is not there", "the RTPLAN that the dose refers to", "export it too")
        return different[wanted]
    if len(different) > 1:
        raise _lacks(f"{len(different)} RT Plans, and a dose that refers to none", "one RTPLAN", "leave only its own")
    return next(iter(different.values()))


def _check_patient(identifiers: Sequence[str]) -> None:
    if len({one.strip() for one in identifiers if one.strip()}) > 1:
        raise _lacks("files of more than one patient (PatientID differs)", "files of one patient", "sort the files")


def _frame_of(structures: Sequence[StructureSet], own: str) -> str:
    """Frame of reference of the contours; the dose's own where it has some, or where there are none."""
    frames = {roi.frame_of_reference_uid for one in structures for roi in one.rois if roi.has_volume}
    if own in frames or not frames:
        return own
    if len(frames) > 1:
        raise _lacks(f"contours in {len(frames)} frames of reference, none of them the dose's", "one",
                     "leave only the structures of one CT")
    return frames.pop()


def _rois(structures: Sequence[StructureSet], frame: str) -> tuple[tuple[ContouredROI, ...], list[str]]:
    """Contours in a frame of reference, of the one structure set that has some there."""
    here = [one for one in structures if any(roi.frame_of_reference_uid == frame for roi in one.rois)]
    if len({one.file_sha256 for one in here}) > 1:
        raise _lacks(f"{len(here)} structure sets of one frame of reference", "one RTSTRUCT", "leave only one")
    if not here:
        return (), [f"{len(structures)} structure set(s) of other frames of reference not used"] * bool(structures)
    rois = tuple(roi for roi in here[0].rois if roi.frame_of_reference_uid == frame)
    away = len(here[0].rois) - len(rois)
    return rois, [f"{away} structure(s) of another frame of reference left out"] * bool(away)


def _external_dose(summed: SummedDose, plan: ReadPlan, registrations: Sequence[Registration],
                   frame: str) -> ExternalDose:
    prescription_Gy = plan.prescription_Gy
    if prescription_Gy is None:
        raise InputError("the RT Plan has no prescription and no doses of beams, so it is not known what 100 % is",
                         where=f"{WHERE}, RT Plan", allowed="a Target Prescription Dose or Beam Doses",
                         fix="export the plan with its prescription")
    notes = [*summed.notes, f"100 % is {prescription_Gy:g} Gy: {plan.prescription_from}"]
    factor = 1.0
    if summed.units == RELATIVE:
        factor, said = _relative(float(np.nanmax(summed.values)), prescription_Gy)
        notes.append(said)
    dose_Gy = summed.values * factor
    notes += _check_height(float(np.nanmax(dose_Gy)), prescription_Gy)
    if len(plan.groups) > 1:
        notes.append(f"the plan has {len(plan.groups)} fraction groups: EQD2 takes every fraction at a place as equal")
    own = summed.files[0].frame_of_reference_uid
    change = frame_change(registrations, own, frame)
    if frame != own:
        shift_mm = float(np.linalg.norm(change[:3, 3]))
        notes.append(f"the dose was brought into the anatomy's frame of reference by a rigid registration (shift of "
                     f"{shift_mm:.1f} mm at the origin): look whether it fits")
    return ExternalDose(
        moved_grid(summed.grid, change), dose_Gy.astype(np.float32), None,
        planned_schedule(prescription_Gy, plan.fractions), plan.fractions, IMPORTED, MEDIUM, tuple(notes),
        {"openiort_version": __version__, "prescription_Gy": prescription_Gy,
         "prescription_from": plan.prescription_from, "fractions": plan.fractions, "dose_files": len(summed.files),
         "dose_units": summed.units, "registration": change.tolist() if frame != own else None},
    )


def _relative(highest: float, prescription_Gy: float) -> tuple[float, str]:
    """What takes relative values to Gy, and what was decided."""
    for (low, high), whole, what in ((FRACTION_RANGE, 1.0, "1"), (PERCENT_RANGE, 100.0, "100 (per cent)")):
        if low <= highest <= high:
            return prescription_Gy / whole, (f"the dose is stored in relative units, highest {highest:.4g}: {what} was "
                                             f"taken as the prescription of {prescription_Gy:g} Gy")
    raise InputError(f"relative dose with a highest value of {highest:.4g}", where="RT Dose, DoseUnits RELATIVE",
                     allowed="a highest value of 0.5 to 2 (of the prescription) or 50 to 200 (per cent)",
                     fix="export the dose in Gy")


def _check_height(highest_Gy: float, prescription_Gy: float) -> list[str]:
    ratio = highest_Gy / prescription_Gy
    if ratio < LEAST_OF_PRESCRIPTION:
        raise InputError(f"the highest dose is {highest_Gy:.3g} Gy, the plan prescribes {prescription_Gy:g} Gy",
                         where="RT Dose and RT Plan", allowed="the dose of all fractions of this plan",
                         fix="export the total dose: this may be that of one fraction or of one beam")
    if ratio > MOST_OF_PRESCRIPTION:
        raise InputError(f"the highest dose is {highest_Gy:.4g} Gy, the plan prescribes {prescription_Gy:g} Gy",
                         where="RT Dose and RT Plan", allowed=f"up to {MOST_OF_PRESCRIPTION:g} times the prescription",
                         fix="export the dose of this plan in Gy: this may be per cent, or the dose of several plans")
    if ratio > USUAL_OF_PRESCRIPTION:
        return [f"the highest dose is {ratio:.1f} times the prescription: look whether it is in Gy and of this plan"]
    return []


def _sha256(contents: Iterable[bytes], digests: Iterable[bytes]) -> str:
    parts = sorted([*(hashlib.sha256(content).digest() for content in contents), *digests])
    return hashlib.sha256(b"".join(parts)).hexdigest()
