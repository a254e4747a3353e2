"""The applicator in its place: where it lies, what the tissue did when it came, and what is to be said of it."""

from __future__ import annotations

from dataclasses import dataclass

from openiort.core.progress import Progress
from openiort.device.catalogue import Applicator
from openiort.patient.insertion import REPLACE, Insertion
from openiort.patient.moved_patient import moved_patient
from openiort.patient.patient import Patient
from openiort.plan.lump import check_lump_place, chosen_lump
from openiort.plan.placement import applicator_centre_mm, check_placement

Point = tuple[float, float, float]
# of the volume that made room; voxels can tell no less than a few hundredths of a cc
MOST_CHANGE_percent, WORTH_cc = 1.0, 0.05
REPLACED = ("the sphere was put in place of what was scanned there; where a lump comes out first, give its volume "
            "(--lump-volume-cc) or its structure (--lump), and the tissue gives way")
DISPLACED = ("the tissue has given way to the sphere: dose and structures lie on the moved anatomy, which is not where "
             "the scan shows it")


@dataclass(frozen=True, slots=True)
class Placed:
    """A patient with the applicator in her.

    Attributes:
        patient: as she is then.
        before: as scanned, where tissue has given way; None where it has not.
        insertion: what the tissue did.
        centre_mm: (x, y, z) of the sphere.
        warnings: what the user must know.
        notes: what the user may want to know.
    """

    patient: Patient
    before: Patient | None
    insertion: Insertion
    centre_mm: Point
    warnings: tuple[str, ...]
    notes: tuple[str, ...]


def place_applicator(patient: Patient, applicator: Applicator, at_mm: Point | None, *,
                     lump_volume_cc: float | None = None, lump: str | None = None, progress: Progress) -> Placed:
    """Put the applicator where it was asked for; with a lump out, the tissue gives way to it.

    Raises:
        InputError: it cannot lie there, or the lump cannot be used.
    """
    radius_mm = applicator.radius_mm
    removed = chosen_lump(patient, lump_volume_cc, lump, radius_mm)
    wanted_mm = removed.centre_mm if at_mm is None and removed is not None else at_mm
    centre = applicator_centre_mm(patient, wanted_mm, applicator.diameter_mm)
    if removed is None:
        check_placement(patient, centre, radius_mm)
        return Placed(patient, None, Insertion(), centre, (), () if patient.layers else (REPLACED,))
    said = check_lump_place(patient, removed, centre)
    check_placement(patient, centre, radius_mm, tissue_gives_way=True)
    after, insertion = moved_patient(patient, centre, radius_mm, removed.volume_cc, lump=removed.said,
                                     without=removed.structure, progress=progress)
    check_placement(after, centre, radius_mm)
    return Placed(after, patient, insertion, centre, (*said, *insertion_warnings(insertion)), (DISPLACED,))


def insertion_warnings(insertion: Insertion) -> tuple[str, ...]:
    """A change of the tissue's volume that is more than the method should give."""
    change_percent, moved_cc = insertion.volume_change_percent, insertion.moved_volume_cc
    if insertion.method == REPLACE or change_percent is None or moved_cc is None:
        return ()
    if abs(change_percent) <= MOST_CHANGE_percent or abs(change_percent) / 100.0 * moved_cc <= WORTH_cc:
        return ()
    return (f"the volume of the tissue that gave way changed by {change_percent:+.1f} % of {moved_cc:.1f} cc: look at "
            "the moved anatomy",)
