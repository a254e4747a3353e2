"""A plan next to the usual treatment: both columns, goals, effects, what is not known; frozen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from openiort.biology.parameter_interval import Interval
from openiort.core.errors import InputError
from openiort.core.progress import Progress, silent
from openiort.core.provenance import provenance
from openiort.external.external_dose import NOMINAL, ExternalDose
from openiort.external.schedule import Schedule, find_schedule
from openiort.external.tangent_dose import nominal_dose
from openiort.patient.placed_structure import PlacedStructure
from openiort.plan.applicator_choice import ApplicatorChoice
from openiort.plan.compared_effects import Effect, Given, Places, effects, eqd2_means
from openiort.plan.compared_goals import ComparedGoal, compared_goals
from openiort.plan.compared_side import EBRT, IORT, ComparedSide
from openiort.plan.dose_uncertainty import (
    Draws,
    medium_dose_Gy,
    organ_points,
    sampled_external,
    sampled_plan,
)
from openiort.plan.external_anatomy import BREAST, external_anatomy, found_breast, scanned, treated_side
from openiort.plan.external_beside_plan import NEEDS_TANGENTS, external_beside_plan
from openiort.plan.external_dvhs import course_dose_Gy
from openiort.plan.goal import Goal
from openiort.plan.goals import checked_goals
from openiort.plan.plan import Plan
from openiort.plan.plan_side import plan_side
from openiort.plan.sampled_dvh import SampledDVH
from openiort.plan.tissue_sensitivity import TissueSensitivity
from openiort.plan.tumour_bed_effect import BoostRow, Equivalence, boost_rows, equivalence
from openiort.plan.uncertainty_parts import UncertaintyPart, uncertainty_parts

SCHEDULE = "40/15"
STEP = "comparison"
TABLES = ("schedules.toml", "dose_uncertainty.toml", "biology/endpoints.toml", "biology/effects.toml",
          "goals/published.toml")


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """IORT and EBRT of one woman side by side.

    Attributes:
        plan: the IORT column's.
        courses: doses of the EBRT column, one or several given one after the other.
        sides: both columns, IORT first.
        samples: column's title -> structure -> samples of its DVH; none of a nominal dose.
        eqd2: column's title -> structure -> mean EQD2 with the interval of its endpoint.
        goals: the planner's, in both columns.
        effects: risks and control.
        equivalence: depth to which the single dose has the effect of the fractions; None for a partial breast.
        boost: IORT as boost before the fractions; empty for a partial breast.
        parts: of what is not known of the doses.
        choice: other spheres in the same place, where that was asked.
        tissues: other tissue in the same woman, where that was asked.
        notes: what people must read, beside those of the columns.
        provenance: version, seed, hashes.
    """

    plan: Plan
    courses: tuple[ExternalDose, ...]
    sides: tuple[ComparedSide, ComparedSide]
    samples: Mapping[str, Mapping[str, SampledDVH]]
    eqd2: Mapping[str, Mapping[str, Interval]]
    goals: tuple[ComparedGoal, ...]
    effects: tuple[Effect, ...]
    equivalence: Equivalence | None
    boost: tuple[BoostRow, ...]
    parts: tuple[UncertaintyPart, ...]
    choice: ApplicatorChoice | None
    tissues: TissueSensitivity | None
    notes: tuple[str, ...]
    provenance: Mapping[str, Any]

    def eqd2_samples(self) -> dict[str, dict[str, SampledDVH]]:
        """As `samples`, in EQD2 of each structure's endpoint; none of several courses one after the other."""
        given = _given(self.plan, self.courses)
        return {side.title: {name: sampled.in_eqd2(side.eqd2[name], partial(
            given[side.title].eqd2_Gy, endpoint=side.endpoints[name].nominal()))
            for name, sampled in self.samples[side.title].items()} for side in self.sides if side.title in given}


def compare_treatments(plan: Plan, schedule: str | Schedule = SCHEDULE, *,
                       external_doses: Sequence[ExternalDose] | None = None, goals: Sequence[Goal | str] | None = None,
                       parts: Sequence[UncertaintyPart] | None = None, choice: ApplicatorChoice | None = None,
                       tissues: TissueSensitivity | None = None, needs: str = NEEDS_TANGENTS, notes: Sequence[str] = (),
                       seed: int = 1, progress: Progress = silent) -> Comparison:
    """Set a plan next to external-beam radiotherapy of the same woman.

    Args:
        plan: on a CT.
        schedule: of the EBRT column, where no doses are given: then its prescription stands even in the breast.
        external_doses: of `tangent_dose` or a planning system, in the order in which they are given.
        goals: to judge both by; the plan's own for None.
        parts: of what is not known of the doses; those of `tables/dose_uncertainty.toml` for None.
        choice: of `applicator_choice`, to be shown with it.
        tissues: of `tissue_sensitivity`, to be shown with it.
        needs: what is said of organs that a nominal dose says nothing of.
        notes: to be shown with it.
        seed: of the draws; same seed, same result.
        progress: told what is being done.

    Raises:
        InputError: a layered phantom; an unknown schedule, or one of a partial breast, without doses.
    """
    if plan.patient.layers is not None:
        raise InputError("a layered phantom has no breast and no organs to compare", where="PLAN",
                         allowed="a plan on a CT", fix="plan on a CT")
    wanted = tuple(result.goal for result in plan.goals) if goals is None else checked_goals(goals)
    known_parts = uncertainty_parts() if parts is None else tuple(parts)
    progress(STEP, 0.0, "doses in the structures")
    courses = _courses(plan, schedule, external_doses)
    structures = external_anatomy(plan, courses)
    sides = (plan_side(plan), external_beside_plan(plan, courses, structures, needs))
    given = _given(plan, courses)
    progress(STEP, 0.3, "uncertainty of the doses")
    draws = {title: Draws(known_parts, title, seed) for title in (IORT, EBRT)}
    samples = {IORT: sampled_plan(plan, sides[0], draws[IORT]),
               EBRT: sampled_external(scanned(plan), courses, structures, sides[1], draws[EBRT])}
    progress(STEP, 0.6, "effects")
    first = courses[0].schedule
    whole = first.volume == "whole breast" and len(courses) == 1
    found = Comparison(
        plan, courses, sides, samples,
        {side.title: eqd2_means(side, given[side.title], seed) if side.title in given else {} for side in sides},
        compared_goals(wanted, plan, sides, samples, draws[IORT]),
        effects(sides, given, _places(plan, courses, structures), seed),
        equivalence(plan, first, seed) if whole else None, boost_rows(plan, first, seed) if whole else (),
        known_parts, choice, tissues, tuple(notes), _provenance(plan, courses, seed),
    )
    progress(STEP, 1.0)
    return found


def _courses(plan: Plan, schedule: str | Schedule, doses: Sequence[ExternalDose] | None) -> tuple[ExternalDose, ...]:
    if doses:
        return tuple(doses)
    course = find_schedule(schedule) if isinstance(schedule, str) else schedule
    return (_nominal(plan, course),)


def _nominal(plan: Plan, course: Schedule) -> ExternalDose:
    """The prescription in the breast; nowhere where no breast is found."""
    patient = scanned(plan)
    if course.volume == "whole breast" and found_breast(plan) is None:
        grid = patient.image.grid
        return ExternalDose(grid, np.full(grid.shape, np.nan, np.float32), None, course, course.fractions, NOMINAL,
                            "water", ("no breast is drawn, and none was found: the prescription has no place",))
    return nominal_dose(patient, course, side=treated_side(plan))


def _given(plan: Plan, courses: tuple[ExternalDose, ...]) -> dict[str, Given]:
    found = {IORT: Given(plan.treatment_time_s, 1)}
    return found if len(courses) > 1 else found | {EBRT: Given(None, courses[0].fractions)}


def _places(plan: Plan, courses: tuple[ExternalDose, ...],
            structures: Mapping[str, PlacedStructure]) -> dict[str, Places]:
    """The breast's places outside the sphere's, with the doses of both columns."""
    found = {}
    if "ipsilateral breast" in plan.patient.structures:
        breast = PlacedStructure(plan.patient.structure(BREAST), plan.patient.image.grid)
        found[IORT] = _around(plan, breast, lambda points: medium_dose_Gy(plan, points))
    if BREAST in structures:
        found[EBRT] = _around(plan, structures[BREAST], lambda points: np.sum(
            [course_dose_Gy(one, points) for one in courses], axis=0))
    return found


def _around(plan: Plan, placed: PlacedStructure, dose_of: Any) -> Places:
    points, volume_cc = organ_points(placed)
    distance_mm = np.linalg.norm(points - np.array(plan.centre_mm), axis=1) - plan.applicator.radius_mm
    dose_Gy = np.asarray(dose_of(points))
    known = np.isfinite(dose_Gy) & (distance_mm >= 0.0)
    return Places(dose_Gy[known], distance_mm[known], volume_cc[known])


def _provenance(plan: Plan, courses: tuple[ExternalDose, ...], seed: int) -> dict[str, Any]:
    return {"plan": dict(plan.provenance), "courses": [dict(one.provenance) for one in courses],
            **provenance(seed=seed, input_sha256=plan.patient.input_sha256, tables=TABLES)}
