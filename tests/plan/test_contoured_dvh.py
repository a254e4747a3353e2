"""DVHs of contoured structures against those of shells of the same shape."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from pytest import approx

from openiort.patient.contoured_patient import contoured_structures
from openiort.patient.patient import Patient
from openiort.plan.make_plan import make_plan
from openiort.plan.plan import Plan
from tests.patient.drawn import circle, roi
from tests.plan.water_patient import water_patient


def ball(radius_mm: float) -> list[np.ndarray]:
    """Circles every 2 mm about the origin, where the applicator stands."""
    heights = np.arange(-39, 40, 2.0)
    return [circle(float(np.sqrt(radius_mm**2 - z**2)), float(z), (0.0, 0.0)) for z in heights if abs(z) < radius_mm]


def drawn_patient() -> Patient:
    plain = water_patient()
    rois = [roi(ball(20.0), "5 mm"), roi(ball(10.0), "within the sphere"), roi(ball(20.0)[:1], "air")]
    drawn, notes = contoured_structures(rois, plain.image.grid)
    assert notes == ()
    return replace(plain, structures={**plain.structures, **drawn})


@pytest.fixture(scope="module")
def plan() -> Plan:
    return make_plan(drawn_patient(), applicator_mm=30, at_mm=(0.0, 0.0, 0.0), dose_Gy=20, uncertainty_percent=20)


def test_every_contoured_structure_has_a_dvh_and_air_has_none(plan: Plan) -> None:
    assert {"skin", "bone", "lungs", "body", "5 mm", "within the sphere", "air (contoured)"} <= set(plan.dvhs)
    assert "air" not in plan.dvhs
    assert set(plan.water_dvhs) == set(plan.dvhs)


def test_ball_round_the_applicator_gets_what_the_shell_gets(plan: Plan) -> None:
    """The part of a 40 mm ball outside the 30 mm applicator is the shell 0-5 mm; scan voxels of 2 x 2 x 4 mm."""
    drawn, shell = plan.dvh("5 mm"), plan.dvh("shell 0-5 mm")
    assert drawn.total_volume_cc == approx(shell.total_volume_cc, rel=0.02)
    assert drawn.mean_Gy == approx(shell.mean_Gy, rel=0.02)
    assert drawn.D2cc_Gy == approx(shell.D2cc_Gy, rel=0.02)
    assert not drawn.cut_by_scan


def test_structure_within_the_applicator_has_no_tissue_and_no_figures(plan: Plan) -> None:
    dvh = plan.dvh("within the sphere")
    # the 4 mm voxels at its edge reach nowhere near 15 mm from the middle
    assert dvh.total_volume_cc == 0
    assert dvh.figures()["D2cc_Gy"] is None
    assert dvh.figures()["mean_Gy"] == 0
