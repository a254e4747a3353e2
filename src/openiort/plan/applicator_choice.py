"""What another size of sphere would do at the same place: skin against shell, and the largest that keeps a limit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from openiort.core.errors import InputError
from openiort.core.progress import Progress, part_of, silent
from openiort.device.catalogue import Applicator
from openiort.plan.engine_water import engine_water
from openiort.plan.figures_of_merit import STRUCTURES, Figure, figures_of
from openiort.plan.goal import DISTANCE, Goal
from openiort.plan.goals import PASS, GoalResult, evaluate_goals, named
from openiort.plan.placed import place_applicator
from openiort.plan.placement import distances_mm
from openiort.plan.plan import Plan
from openiort.plan.plan_dvhs import with_plan_structures
from openiort.plan.prescription import check_reach
from openiort.plan.quick_dvhs import UNCERTAINTY_percent, quick_dvhs
from openiort.plan.treatment_time import Water, treatment_time

STEP = "other spheres"


@dataclass(frozen=True, slots=True)
class SizeRow:
    """One sphere in the plan's place.

    Attributes:
        diameter_mm: of it.
        time_s: for the plan's prescription; None where it cannot lie there.
        figures: those of `openiort.plan.figures_of_merit`; empty where it cannot lie there.
        goals: the plan's, for this sphere; empty where it cannot lie there.
        reason: why it cannot lie there, or empty.
    """

    diameter_mm: float
    time_s: float | None
    figures: tuple[Figure, ...]
    goals: tuple[GoalResult, ...]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ApplicatorChoice:
    """All spheres of the device.

    Attributes:
        planned_mm: the plan's.
        rows: by rising diameter.
    """

    planned_mm: float
    rows: tuple[SizeRow, ...]

    def largest_that_meets(self, goal: Goal) -> float | None:
        """Diameter in mm of the largest sphere that meets one of the goals; None if none does."""
        found = [row.diameter_mm for row in self.rows for result in row.goals
                 if result.goal == goal and result.result == PASS]
        return max(found, default=None)


def applicator_choice(plan: Plan, *, goals: Sequence[Goal] | None = None, seed: int = 1,
                      uncertainty_percent: float = UNCERTAINTY_percent,
                      progress: Progress = silent) -> ApplicatorChoice:
    """Put every sphere of the device where the plan's lies, with the plan's prescription, and calculate its dose.

    Where a lump is out, the tissue gives way to each sphere anew.

    Args:
        plan: on a CT.
        goals: to judge by; the plan's own for None.
        seed: of the random numbers.
        uncertainty_percent: of each dose, mean over the 0-10 mm shell (k=1).
        progress: told which one is being calculated.

    Raises:
        InputError: the plan's patient is a layered phantom, which was made around one sphere.
    """
    if plan.patient.layers is not None:
        raise InputError("a layered phantom is made around one sphere", where="PLAN", allowed="a plan on a CT",
                         fix="make the layers for another sphere and plan again")
    wanted = tuple(result.goal for result in plan.goals) if goals is None else tuple(goals)
    water_of, spheres, rows = engine_water(plan.device, seed), plan.device.applicators, []
    for number, sphere in enumerate(spheres):
        told = part_of(progress, STEP, number, len(spheres), f"{sphere.diameter_mm:g} mm")
        try:
            rows.append(_row(plan, sphere, wanted, water_of, told, seed=seed, uncertainty_percent=uncertainty_percent))
        except InputError as error:
            rows.append(SizeRow(sphere.diameter_mm, None, (), (), error.what))
    progress(STEP, 1.0)
    return ApplicatorChoice(plan.applicator.diameter_mm, tuple(rows))


def _row(plan: Plan, sphere: Applicator, goals: tuple[Goal, ...], water_of: Water, progress: Progress,
         **run: Any) -> SizeRow:
    check_reach(plan.device, sphere, plan.prescription)
    placed = place_applicator(plan.patient_before or plan.patient, sphere, plan.centre_mm, progress=progress,
                              lump_volume_cc=plan.options.get("lump_volume_cc"), lump=plan.options.get("lump"))
    timing = treatment_time(plan.device, sphere, plan.prescription, water_of)
    patient = with_plan_structures(placed.patient, placed.centre_mm, sphere.radius_mm)
    asked = filter(None, (named(goal.structure, patient.structures) for goal in goals if goal.metric != DISTANCE))
    dvhs, water_dvhs = quick_dvhs(patient, plan.device, sphere, placed.centre_mm, photons=timing.photons,
                                  prescription_Gy=plan.prescription.dose_Gy, structures=(*STRUCTURES, *asked),
                                  progress=progress, **run)
    far = distances_mm(patient, placed.centre_mm, sphere.radius_mm)
    return SizeRow(sphere.diameter_mm, timing.time_s, figures_of(dvhs), evaluate_goals(goals, dvhs, water_dvhs, far))
