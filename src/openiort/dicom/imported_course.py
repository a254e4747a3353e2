"""Folders of a planning system as one course of treatment: doses read, scaled, checked, with structures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from openiort.core.errors import InputError
from openiort.core.progress import Progress, silent
from openiort.dicom.read_external_dose import ImportedDose, read_external_dose
from openiort.dicom.stored_dvhs import AGREES
from openiort.external.external_dose import ExternalDose
from openiort.external.planned_schedule import scaled_to
from openiort.external.schedule import Schedule
from openiort.patient.identity import SourceIdentity
from openiort.patient.placed_structure import PlacedStructure, placed_structures
from openiort.plan.external_dvhs import external_dvhs

STEP = "imported dose"
WHERE = "--ebrt-dose FOLDER"


@dataclass(frozen=True, slots=True)
class ImportedCourse:
    """All that folders hold, ready to be compared.

    Attributes:
        courses: doses in the order in which they were given, scaled where that was asked.
        structures: of the first folder that has some, by our name.
        missing: contoured structures without a volume -> why.
        identity: whose it is.
        notes: on structures and on DVHs stored beside the dose.
        input_sha256: one a folder.
    """

    courses: tuple[ExternalDose, ...]
    structures: dict[str, PlacedStructure]
    missing: dict[str, str]
    identity: SourceIdentity
    notes: tuple[str, ...]
    input_sha256: tuple[str, ...]


def import_course(folders: Sequence[str | Path], schedule: Schedule | None, progress: Progress = silent, *,
                  onto: SourceIdentity | None = None) -> ImportedCourse:
    """Read one dose or several that are given one after the other.

    Args:
        folders: one a plan; the first one's contours are used, and its frame of reference.
        schedule: to which the doses are scaled, its parts in the order of the folders; None for those of the plans.
        progress: told what is being done.
        onto: whose it must be, and in whose frame of reference the doses are wanted: then contours are not needed.

    Raises:
        InputError: a folder cannot be used, is there twice, belongs to another patient; the schedule has another
            number of parts; there are no contours.
    """
    parts = _parts(schedule, len(folders))
    read: list[ImportedDose] = []
    for number, folder in enumerate(folders):
        progress(STEP, number / len(folders), "reading")
        first = read[0].identity if read else onto
        frame, whose = (first.frame_of_reference_uid, first.patient_id) if first else (None, "")
        read.append(read_external_dose(folder, frame_of_reference_uid=frame, patient_id=whose))
    hashes = tuple(one.input_sha256 for one in read)
    if len(set(hashes)) < len(hashes):
        raise InputError("the same dose was given twice", where=WHERE, allowed="each dose once", fix="leave one out")
    if onto is None and not any(roi.has_volume for roi in read[0].rois):
        raise InputError("the folder holds no contours in the frame of reference of its dose", where=WHERE,
                         allowed="an RTSTRUCT beside the RTDOSE", fix="export the structures with the dose")
    progress(STEP, 0.5, "structures")
    structures, missing, notes = placed_structures(read[0].rois)
    stored = _stored_check(read[0], structures)
    courses = tuple(one.dose if part is None else scaled_to(one.dose, part)
                    for one, part in zip(read, parts, strict=True))
    return ImportedCourse(courses, structures, missing, read[0].identity, (*notes, *stored), hashes)


def _parts(schedule: Schedule | None, count: int) -> tuple[Schedule | None, ...]:
    parts = (None,) * count if schedule is None else schedule.parts
    if len(parts) != count:
        name = schedule.name if schedule else ""
        raise InputError(f"the schedule {name} has {len(parts)} part(s), and {count} dose(s) are given",
                         where="--ebrt and --ebrt-dose", allowed="a dose for each part: whole breast, then boost",
                         fix="give as many --ebrt-dose as the schedule has parts")
    return parts


def _stored_check(read: ImportedDose, structures: dict[str, PlacedStructure]) -> tuple[str, ...]:
    """What became of the means that the planning system stored, held against our own of the same dose."""
    by_name = {placed.structure.drawn_as: name for name, placed in structures.items()}
    stored = {by_name[roi.name]: one for one in read.histograms for roi in read.rois
              if roi.number == one.roi_number and roi.name in by_name}
    own = external_dvhs([read.dose], {name: structures[name] for name in stored}).physical
    verdicts: dict[str, list[str]] = {}
    for name in own:
        verdict = stored[name].verdict(own[name].mean_Gy, read.dose.schedule.total_dose_Gy)
        verdicts.setdefault(verdict, []).append(name)
    return tuple(
        f"mean doses that the planning system stored, against our own: {verdict} ({', '.join(names)})"
        + ("" if verdict == AGREES else "; stored figures are not used") for verdict, names in verdicts.items()
    )
