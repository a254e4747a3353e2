"""A plan next to the usual treatment: goals judged alike, effects by closed forms, what cannot be compared."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from pytest import approx

from openiort.core.errors import InputError
from openiort.external.schedule import find_schedule
from openiort.plan.compared_goals import NO_APPLICATOR
from openiort.plan.comparison import Comparison, compare_treatments
from openiort.plan.external_beside_plan import NO_SKIN_DOSE
from openiort.plan.goals import NOT_EVALUABLE, PASS
from openiort.plan.uncertainty_parts import FACTOR, UncertaintyPart
from openiort.plan.voxel_noise import DECIDES, NOTE
from tests.compared_plan import GOALS, compared_plan
from tests.plan.test_external_beside_plan import noisy, rising
from tests.plan_factory import make_plan


@pytest.fixture(scope="module")
def nominal() -> Comparison:
    return compare_treatments(compared_plan())


@pytest.fixture(scope="module")
def calculated() -> Comparison:
    return compare_treatments(compared_plan(), external_doses=[rising(compared_plan())])


def test_goals_of_both_columns(nominal: Comparison, calculated: Comparison) -> None:
    assert [one.goal.text for one in nominal.goals] == [result.goal.text for result in compared_plan().goals]
    for one, planned in zip(nominal.goals, compared_plan().goals, strict=True):
        assert one.results["IORT"] == planned
    heart = calculated.goals[1]
    assert heart.results["EBRT"].value == approx(calculated.sides[1].physical["heart"].mean_Gy)
    assert nominal.goals[1].results["EBRT"].reason.startswith("needs tangents")
    distance = nominal.goals[GOALS.index("skin distance >= 10 mm")]
    assert (distance.results["EBRT"].result, distance.results["EBRT"].reason) == (NOT_EVALUABLE, NO_APPLICATOR)
    assert distance.results["IORT"].result == PASS


def test_how_likely_a_goal_is_met() -> None:
    """With one normal factor of 10 % a limit at the value is met by half of the samples, at 10 % above by 84 %."""
    plan = compared_plan()
    skin_Gy = plan.dvhs["skin"].dose_to_volume_Gy(0.1)
    parts = (UncertaintyPart("IORT", "x", FACTOR, 10.0, "our choice", "this test"),)
    goals = [f"skin D0.1cc < {skin_Gy * share:.6f} Gy" for share in (1.0, 1.1, 2.0)]
    found = compare_treatments(plan, goals=goals, parts=parts)
    chances = [one.probability["IORT"] for one in found.goals]
    assert chances[:2] == approx([0.5, 0.84], abs=0.1)  # of 200 samples: 0.035 (k=1) at most
    assert chances[2] == 1.0
    assert [one.probability["EBRT"] for one in found.goals] == [None] * 3  # a prescription has no band


def test_samples_of_dose_to_medium_say_nothing_of_goals_in_water() -> None:
    found = compare_treatments(compared_plan(), goals=["skin D0.1cc < 12 Gy D_w"])
    assert found.goals[0].results["IORT"].result == PASS
    assert found.goals[0].probability["IORT"] is None


def test_effects_of_the_heart_are_linear(calculated: Comparison) -> None:
    """+7.4 % (2.9 to 14.5) a Gy: S. C. Darby et al., N. Engl. J. Med. 368, 987 (2013), abstract."""
    dose, rate = calculated.effects[:2]
    for title in ("IORT", "EBRT"):
        mean_Gy = float(dose.values[title].value)
        assert float(rate.values[title].value) == approx(1.0 + 0.074 * mean_Gy)
        assert float(rate.values[title].low) == approx(1.0 + 0.029 * mean_Gy, abs=0.003 * mean_Gy)
        assert float(rate.values[title].high) == approx(1.0 + 0.145 * mean_Gy, abs=0.01 * mean_Gy)


def test_effects_without_a_dose_say_why(nominal: Comparison) -> None:
    for one in nominal.effects[:4]:
        assert "EBRT" not in one.values and one.missing["EBRT"].startswith("needs tangents")
        assert "IORT" in one.values


def test_mean_eqd2_of_the_prescription(nominal: Comparison) -> None:
    """40 Gy in 15, a/b 3 Gy: 40 (8/3 + 3) / (2 + 3) = 45.3 Gy."""
    found = nominal.eqd2["EBRT"]["ipsilateral breast"]
    assert float(found.value) == approx(40.0 * (8.0 / 3.0 + 3.0) / 5.0)
    assert float(found.low) < float(found.value) < float(found.high)


def test_sphere_of_equivalence_in_water(nominal: Comparison) -> None:
    """Where D solves 1.3 D + G D^2 / 3.5 = 40 (1 + 40 / 15 / 3.5), G of 15 min half-time over 1380.4 s."""
    x = np.log(2.0) * 1380.4 / 900.0
    g = 2.0 * (x - 1.0 + np.exp(-x)) / x**2
    bed_Gy = 40.0 * (1.0 + 40.0 / 15.0 / 3.5)
    needed_Gy = (-1.3 + np.sqrt(1.3**2 + 4.0 * g / 3.5 * bed_Gy)) / (2.0 * g / 3.5)
    depths = sorted(nominal.plan.water_depth_dose_Gy)
    logs = np.log([nominal.plan.water_depth_dose_Gy[depth] for depth in depths])
    assert nominal.equivalence is not None
    assert float(nominal.equivalence.in_water_mm.value) == approx(np.interp(-np.log(needed_Gy), -logs, depths))


def test_iort_as_boost_adds_up(nominal: Comparison) -> None:
    assert [row.depth_mm for row in nominal.boost] == [0.0, 5.0, 10.0]
    for row in nominal.boost:
        both = float(row.iort_eqd2_Gy.value) + float(row.external_eqd2_Gy.value)
        assert float(row.total_eqd2_Gy.value) == approx(both)
        assert float(row.external_eqd2_Gy.value) == approx(40.0 * (8.0 / 3.0 + 3.5) / 5.5)


def test_two_courses_have_physical_figures_and_no_invented_effects() -> None:
    course = rising(compared_plan())
    whole, boost = find_schedule("40/15+10/5").parts
    found = compare_treatments(compared_plan(), external_doses=[
        replace(course, schedule=whole), replace(course, schedule=boost, fractions=5)])
    assert found.sides[1].physical["heart"].mean_Gy == approx(2.0 * 0.1 * (15.0 + 148.0), rel=0.01)
    pneumonitis = found.effects[3]
    assert "several courses" in pneumonitis.missing["EBRT"]
    assert found.equivalence is None and not found.boost


def test_what_noise_would_decide_is_a_named_gap() -> None:
    """Of a dose with statistical noise; the same dose of a planning system has all of it."""
    plan = compared_plan()
    goals = ["ipsilateral breast max < 110 %", "ipsilateral breast D0.1cc < 50 Gy", "ipsilateral breast D100% > 1 Gy",
             "ipsilateral breast D2cc < 50 Gy", "ipsilateral breast mean > 1 Gy", "skin D0.1cc < 50 Gy"]
    found, clean = (compare_treatments(plan, goals=goals, external_doses=[dose])
                    for dose in (noisy(plan), rising(plan)))
    results = [one.results["EBRT"] for one in found.goals]
    assert [one.reason for one in results] == [DECIDES] * 3 + ["", "", NO_SKIN_DOSE]
    assert [one.probability["EBRT"] is None for one in found.goals] == [True] * 3 + [False] * 2 + [True]
    assert all(one.results["EBRT"].value is not None for one in clean.goals)
    fibrosis = found.effects[4]
    assert fibrosis.name.endswith("fibrosis of the breast") and fibrosis.missing["EBRT"] == DECIDES
    assert "IORT" in fibrosis.values and "EBRT" in clean.effects[4].values
    assert NOTE in found.sides[1].notes and NOTE not in clean.sides[1].notes


def test_same_seed_same_comparison(nominal: Comparison) -> None:
    again = compare_treatments(compared_plan())
    assert [one.probability for one in again.goals] == [one.probability for one in nominal.goals]
    assert float(again.effects[1].values["IORT"].low) == float(nominal.effects[1].values["IORT"].low)


def test_no_breast_anywhere_is_a_gap_and_no_zero(monkeypatch: pytest.MonkeyPatch) -> None:
    plan = make_plan()  # lungs alone: what stands before them is found as a breast, but not 20 mm thick
    monkeypatch.setattr("openiort.external.treated_breast.LEAST_THICKNESS_mm", 500.0)
    found = compare_treatments(plan)
    assert not found.sides[1].physical
    assert found.sides[1].missing["ipsilateral breast"]
    assert any("no breast is drawn" in note for note in found.sides[1].notes)


@pytest.mark.parametrize(("schedule", "said"),
                         (("41/15", "no schedule"), ("partial-30/5", "treats the partial breast")))
def test_schedules_that_cannot_be_compared(schedule: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        compare_treatments(compared_plan(), schedule)
