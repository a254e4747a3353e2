"""`openiort compare PLAN`: a saved plan, made again with the same bits, next to external beams."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from openiort.core.errors import InputError

if TYPE_CHECKING:
    from openiort.app.progress_screen import ProgressScreen
    from openiort.external.external_dose import ExternalDose
    from openiort.external.schedule import Schedule
    from openiort.plan.comparison import Comparison
    from openiort.plan.plan import Plan


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to stand beside a plan.

    Attributes:
        schedule: of the EBRT column; None for the usual one, or that of the imported plan.
        ebrt_dose: folders of a planning system.
        tangents: whether the doses of tangents are calculated.
        uncertainty_percent: of their dose, mean over the breast.
        goals: file of goals; the plan's own for None.
        uncertainties: file of parts of the dose's uncertainty; the program's for None.
        tissues: whether other tissues are looked at.
        spheres: whether other spheres are looked at.
        seed: of the draws and of the tangents.
    """

    schedule: Schedule | None
    ebrt_dose: Sequence[Path] = ()
    tangents: bool = False
    uncertainty_percent: float = 2.0
    goals: Path | None = None
    uncertainties: Path | None = None
    tissues: bool = False
    spheres: bool = False
    seed: int = 1


def plan_again(folder: Path, ct: Path | None, progress: ProgressScreen) -> Plan:
    """The plan of a folder, with its doses.

    Raises:
        InputError: the folder holds no plan; its CT is not known, or is another one; it stands on layers.
    """
    from openiort.app.first_run import first_run
    from openiort.app.replay_command import asked_again, same_patient
    from openiort.plan.make_plan import make_plan
    from openiort.report.saved_plan import read_plan

    saved = read_plan(folder)
    if "layers" in saved.options["patient"]:
        raise InputError("the plan stands on layers, which have no breast and no organs to compare", where="PLAN",
                         allowed="a plan on a CT", fix="plan on a CT")
    with first_run(progress) as compiling:
        patient = same_patient(saved, ct, progress)
        compiling.wait(progress)
        return asked_again(make_plan, saved.options["plan"], patient=patient, progress=progress)


def compared(plan: Plan, asked: Asked, progress: ProgressScreen, **more: Any) -> Comparison:
    """The comparison that was asked for; `more` goes to `compare_treatments`.

    Raises:
        InputError: an option cannot be used.
    """
    from openiort.plan.applicator_choice import applicator_choice
    from openiort.plan.comparison import SCHEDULE, compare_treatments
    from openiort.plan.goals import read_goals
    from openiort.plan.tissue_sensitivity import tissue_sensitivity
    from openiort.plan.uncertainty_parts import uncertainty_parts

    goals = None if asked.goals is None else read_goals(asked.goals)
    parts = uncertainty_parts(asked.uncertainties)
    doses, notes = external_doses(plan, asked, progress)
    choice = applicator_choice(plan, goals=goals, seed=asked.seed, progress=progress) if asked.spheres else None
    tissues = tissue_sensitivity(plan, seed=asked.seed, progress=progress) if asked.tissues else None
    return compare_treatments(plan, asked.schedule or SCHEDULE, external_doses=doses, goals=goals, parts=parts,
                              choice=choice, tissues=tissues, notes=notes, seed=asked.seed, progress=progress, **more)


def external_doses(plan: Plan, asked: Asked, progress: ProgressScreen) -> tuple[list[ExternalDose], tuple[str, ...]]:
    """Imported doses or those of tangents, with notes; none for the nominal dose.

    Raises:
        InputError: they lie in another frame of reference, belong to somebody else, or cannot be calculated.
    """
    from openiort.external.schedule import find_schedule
    from openiort.external.tangent_dose import tangent_dose
    from openiort.plan.comparison import SCHEDULE
    from openiort.plan.external_anatomy import scanned, treated_side

    if asked.ebrt_dose:
        from openiort.dicom.imported_course import import_course

        course = import_course(asked.ebrt_dose, asked.schedule, progress, onto=scanned(plan).identity)
        return list(course.courses), course.notes
    if asked.tangents:
        schedule = asked.schedule or find_schedule(SCHEDULE)
        return [tangent_dose(scanned(plan), schedule, side=treated_side(plan), seed=asked.seed, progress=progress,
                             uncertainty_percent=asked.uncertainty_percent)], ()
    return [], ()
