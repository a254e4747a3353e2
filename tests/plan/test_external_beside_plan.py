"""The EBRT column beside a plan: nominal dose, doses on her anatomy, as scanned where tissue gave way."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from pytest import approx

from openiort.external.external_dose import ExternalDose
from openiort.external.schedule import find_schedule
from openiort.external.tangent_dose import nominal_dose
from openiort.plan.compared_side import ComparedSide
from openiort.plan.external_anatomy import bed_rim, external_anatomy, scanned
from openiort.plan.external_beside_plan import AS_SCANNED, NO_SKIN_DOSE, external_beside_plan
from openiort.plan.plan import Plan
from tests.compared_plan import RADIUS_mm, compared_plan


def column(plan: Plan, *courses: ExternalDose, **more: str) -> ComparedSide:
    return external_beside_plan(plan, courses, external_anatomy(plan, courses), **more)


def rising(plan: Plan) -> ExternalDose:
    """0.1 Gy a mm from x = -148 mm on, on the CT's grid."""
    grid = plan.patient.image.grid
    dose_Gy = np.broadcast_to(0.1 * grid.spacing_mm[0] * np.arange(grid.shape[2]), grid.shape).astype(np.float32)
    return ExternalDose(grid, dose_Gy, None, find_schedule("40/15"), 15, "imported", "water")


def noisy(plan: Plan) -> ExternalDose:
    """The same dose as if from tangents: with a statistical uncertainty of 2 %, and noise of that size."""
    course = rising(plan)
    noise = np.random.default_rng(1).normal(1.0, 0.02, course.dose_Gy.shape)
    return replace(course, origin="tangents", dose_Gy=(course.dose_Gy * noise).astype(np.float32),
                   sigma_percent=np.full(course.grid.shape, 2.0, np.float32))


def test_tangents_have_no_skin_dose_and_imported_doses_do() -> None:
    plan = compared_plan()
    side = column(plan, noisy(plan))
    assert side.missing["skin"] == NO_SKIN_DOSE and "skin" not in side.physical and "skin" not in side.eqd2
    assert "skin" in column(plan, rising(plan)).physical


def test_a_nominal_dose_is_the_prescription_in_the_breast_and_nothing_elsewhere() -> None:
    plan = compared_plan()
    side = column(plan, nominal_dose(scanned(plan), find_schedule("40/15"), side="right"), needs="needs it")
    breast = side.physical["ipsilateral breast"]
    assert (breast.min_Gy, breast.max_Gy) == (40.0, 40.0)
    assert breast.total_volume_cc == approx(plan.patient.structure("right breast").volume_cc(plan.patient.image.grid))
    for organ in ("skin", "bone", "heart", "ipsilateral lung", "contralateral breast"):
        assert side.missing[organ] == "needs it"


def test_means_of_a_dose_that_rises_along_x() -> None:
    """Closed form: the mean of a linear dose is that at the mean place."""
    plan = compared_plan()
    side, patient = column(plan, rising(plan)), plan.patient
    for row, name in (("heart", "heart"), ("ipsilateral breast", "right breast"),
                      ("contralateral breast", "left breast")):
        x_mm = patient.image.grid.to_points_mm(np.argwhere(patient.structure(name).mask).astype(float))[:, 0].mean()
        assert side.physical[row].mean_Gy == approx(0.1 * (x_mm + 148.0), rel=1e-4)


def test_the_rim_of_the_tumour_bed_is_10_mm_wide() -> None:
    """Volume of a shell of 15 to 25 mm, 51.3 cc, in voxels of 16 mm3; no bone or skin lies in it."""
    plan = compared_plan()
    rim = bed_rim(plan, plan.patient)
    shell_cc = 4.0 / 3.0 * np.pi * ((RADIUS_mm + 10.0) ** 3 - RADIUS_mm**3) / 1000.0
    assert rim.volume_cc(plan.patient.image.grid) == approx(shell_cc, rel=0.02)


def test_the_anatomy_is_the_scanned_one_where_tissue_gave_way() -> None:
    plan = compared_plan()
    without = {name: one for name, one in plan.patient.structures.items() if "heart" not in name}
    moved = replace(plan, patient=replace(plan.patient, structures=without), patient_before=plan.patient)
    side = column(moved, rising(moved))
    assert "heart" in side.physical
    assert AS_SCANNED in side.notes
    assert AS_SCANNED not in column(plan, rising(plan)).notes


def test_what_a_dose_does_not_cover_is_named() -> None:
    plan = compared_plan()
    course = rising(plan)
    half = course.dose_Gy.copy()
    half[:, :, course.grid.shape[2] // 2 :] = np.nan
    side = column(plan, replace(course, dose_Gy=half))
    assert side.missing["heart"] == "lies outside the dose grid"
    assert "heart" not in side.physical
