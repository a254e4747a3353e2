"""The IORT column: EQD2 of a DVH against its closed form, gaps by name."""

from __future__ import annotations

import numpy as np
from pytest import approx

from openiort.plan.compared_structures import NOT_CONTOURED, PLAN_ROWS
from openiort.plan.plan_side import plan_side
from tests.compared_plan import compared_plan
from tests.plan_factory import make_plan


def test_eqd2_is_the_closed_form_place_by_place() -> None:
    """(RBEmax D + G D^2 / (a/b)) / (1 + 2 / (a/b)), G = 2 (x - 1 + exp -x) / x^2 (Lea-Catcheside), x = ln 2 T / T_half;
    skin: a/b 3 Gy, RBEmax 1.3, half-time 60 min (tables/biology/endpoints.toml)."""
    plan = compared_plan()
    side = plan_side(plan)
    x = np.log(2.0) * plan.treatment_time_s / 3600.0
    g = 2.0 * (x - 1.0 + np.exp(-x)) / x**2
    dose_Gy = plan.dvhs["skin"].dose_Gy
    assert side.eqd2["skin"].dose_Gy == approx((1.3 * dose_Gy + g * dose_Gy**2 / 3.0) / (1.0 + 2.0 / 3.0), rel=1e-9)
    assert (side.eqd2["skin"].volume_cc == plan.dvhs["skin"].volume_cc).all()


def test_every_row_has_figures_or_a_reason() -> None:
    for plan in (compared_plan(), make_plan()):
        side = plan_side(plan)
        assert set(side.physical) | set(side.missing) == set(PLAN_ROWS)
        assert not set(side.physical) & set(side.missing)
    assert side.missing["heart"] == NOT_CONTOURED


def test_the_course_says_scale_time_and_visits() -> None:
    facts = dict(plan_side(compared_plan()).facts)
    assert "dose scale Monte Carlo" in facts["100 %"]
    assert "23 min" in facts["dose"]  # 1380.4 s
    assert facts["visits"].startswith("1")
