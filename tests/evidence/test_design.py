"""Sizes and powers of trials: closed forms, published sizes, and R (validation/next_trial/reference.R)."""

from __future__ import annotations

import csv
from math import comb
from pathlib import Path

import pytest

from openiort.core.errors import InputError
from openiort.evidence import clopper_pearson, design_proportions, design_single_arm, design_survival
from openiort.evidence.design_proportions import ProportionDesign
from openiort.evidence.design_survival import SurvivalDesign, variance_of_one

R_FILE = Path(__file__).resolve().parents[2] / "validation" / "next_trial" / "r_next_trial.csv"
# control, new, margin, alpha, power, ratio; as in reference.R
PROPORTIONS = {"equal": (0.06, 0.06, 0.025, 0.05, 0.8, 1.0), "equal90": (0.06, 0.06, 0.025, 0.05, 0.9, 1.0),
               "late": (0.015, 0.015, 0.025, 0.05, 0.8, 1.0), "better": (0.10, 0.08, 0.03, 0.025, 0.9, 1.0),
               "twotoone": (0.06, 0.06, 0.025, 0.05, 0.8, 2.0), "onetotwo": (0.04, 0.05, 0.03, 0.05, 0.8, 0.5)}
# risk, years, accrual, follow-up, yearly loss
SURVIVAL = {"complete": (0.06, 5.0, 10.0, 5.0, 0.0), "early": (0.06, 5.0, 10.0, 1.0, 0.01),
            "lost": (0.085, 5.0, 4.0, 2.0, 0.05), "atonce": (0.03, 3.0, 0.0, 4.0, 0.02)}
# expected, ruled out, alpha, power
SINGLE = {"a": (0.01, 0.0377, 0.05, 0.8), "b": (0.02, 0.05, 0.025, 0.9), "c": (0.05, 0.10, 0.05, 0.8),
          "d": (0.0, 0.0377, 0.05, 0.8)}


def of_r(quantity: str, case: str) -> float:
    with R_FILE.open() as opened:
        rows = list(csv.DictReader(line for line in opened if not line.startswith("#")))
    return next(float(row["value"]) for row in rows if (row["quantity"], row["case"]) == (quantity, case))


@pytest.mark.parametrize(("power", "total"), [(0.8, 2232), (0.9, 3092)])
def test_targit_a(power: float, total: int) -> None:
    """J. S. Vaidya et al., Lancet 376, 91 (2010): 2232 women; 3092 at 90 % by the same formula."""
    design = ProportionDesign(0.06, 0.06, 0.025, 0.05)
    assert sum(design_proportions.sample_size(design, power, restricted=False)) == total


@pytest.mark.parametrize("case", PROPORTIONS)
def test_sizes_of_proportions_are_those_of_r(case: str) -> None:
    control, new, margin, alpha, power, ratio = PROPORTIONS[case]
    design = ProportionDesign(control, new, margin, alpha, ratio)
    for quantity, restricted in (("unpooled", False), ("farrington_manning", True)):
        assert sum(design_proportions.sample_size(design, power, restricted=restricted)) == of_r(quantity, case)


@pytest.mark.parametrize("case", PROPORTIONS)
@pytest.mark.parametrize("restricted", [False, True])
def test_power_is_reached_at_the_size_and_not_before(case: str, restricted: bool) -> None:
    control, new, margin, alpha, power, ratio = PROPORTIONS[case]
    design = ProportionDesign(control, new, margin, alpha, ratio)
    total = sum(design_proportions.sample_size(design, power, restricted=restricted))
    assert design_proportions.power_at(design, total, restricted=restricted) >= power - 1e-12
    fewer = total - 2 * (1 + max(ratio, 1 / ratio))
    assert design_proportions.power_at(design, fewer, restricted=restricted) < power


@pytest.mark.parametrize("case", SURVIVAL)
def test_variance_of_a_survival_risk_is_that_of_r(case: str) -> None:
    risk, years, accrual, follow_up, loss = SURVIVAL[case]
    design = SurvivalDesign(risk, risk, 0.025, years, accrual, follow_up, loss)
    assert variance_of_one(risk, design) == pytest.approx(of_r("km_variance", case), rel=1e-9)


def test_survival_with_complete_follow_up_is_a_proportion() -> None:  # closed form: S (1 - S)
    design = SurvivalDesign(0.06, 0.06, 0.025, 5.0, 10.0, 5.0)
    assert variance_of_one(0.06, design) == pytest.approx(0.06 * 0.94, rel=1e-12)
    assert sum(design_survival.sample_size(design, 0.8)) == 2232
    assert design_survival.power_at(design, 2232) == pytest.approx(
        design_proportions.power_at(ProportionDesign(0.06, 0.06, 0.025), 2232, restricted=False), rel=1e-12)


def test_shorter_follow_up_and_loss_need_more_women() -> None:
    sizes = [sum(design_survival.sample_size(SurvivalDesign(0.06, 0.06, 0.025, 5.0, 10.0, follow_up, loss), 0.8))
             for follow_up, loss in ((5.0, 0.0), (2.0, 0.0), (1.0, 0.0), (1.0, 0.02))]
    assert sizes == sorted(set(sizes))


@pytest.mark.parametrize("case", SINGLE)
def test_single_arm_is_that_of_r(case: str) -> None:
    expected, ruled_out, alpha, power = SINGLE[case]
    first, lasting = design_single_arm.sample_size(expected, ruled_out, alpha, power)
    assert (first.n, lasting.n) == (of_r("single_first", case), of_r("single_lasting", case))
    assert first.power == pytest.approx(of_r("single_power", case), rel=1e-12)
    assert design_single_arm.zero_event_n(ruled_out, alpha) == of_r("single_zero", case)


@pytest.mark.parametrize("n", [78, 204, 500])
def test_single_arm_agrees_with_the_exact_limit(n: int) -> None:
    found = design_single_arm.at_n(n, 0.01, 0.0377, 0.05)
    assert clopper_pearson.upper_limit(found.most_events, n, 0.95) <= 0.0377
    assert clopper_pearson.upper_limit(found.most_events + 1, n, 0.95) > 0.0377
    tail = sum(comb(n, k) * 0.01**k * 0.99**(n - k) for k in range(found.most_events + 1))  # closed form
    assert found.power == pytest.approx(tail, rel=1e-10)


def test_too_few_women_can_show_nothing() -> None:
    assert design_single_arm.at_n(77, 0.0, 0.0377, 0.05) == design_single_arm.SingleArmSize(77, -1, 0.0, 0.0)


@pytest.mark.parametrize("given", [
    (6.0, 0.06, 0.025), (0.06, 0.06, 2.5), (0.06, 0.06, -0.025), (0.06, 0.085, 0.025), (0.0, 0.0, 0.025),
    (float("nan"), 0.06, 0.025), (0.06, 0.06, 0.025, 5.0), (0.06, 0.06, 0.025, 0.05, 0.0), (0.98, 0.98, 0.025),
    (0.06, 0.06, float("nan")), (0.06, 0.06, 0.025, 0.05, float("nan")),
])
def test_bad_proportions_are_refused(given: tuple[float, ...]) -> None:
    with pytest.raises(InputError, match="allowed:"):
        ProportionDesign(*given)


@pytest.mark.parametrize("times", [(0.0, 10.0, 1.0), (5.0, 3.0, 2.0), (5.0, -1.0, 9.0), (5.0, 10.0, float("inf")),
                                   (60.0, 10.0, 1.0), (5.0, 10.0, 1.0, 2.0), (5.0, 10.0, 1.0, -0.1)])
def test_bad_times_are_refused(times: tuple[float, ...]) -> None:
    with pytest.raises(InputError, match="allowed:"):
        SurvivalDesign(0.06, 0.06, 0.025, *times)


@pytest.mark.parametrize("power", [0.0, 0.04, 1.0, 80.0, float("nan")])
def test_bad_power_is_refused(power: float) -> None:
    with pytest.raises(InputError, match="power"):
        design_proportions.sample_size(ProportionDesign(0.06, 0.06, 0.025), power, restricted=True)


def test_a_margin_that_needs_too_many_is_refused() -> None:
    with pytest.raises(InputError, match="women"):
        design_proportions.sample_size(ProportionDesign(0.3, 0.3, 0.0001), 0.8, restricted=False)
    with pytest.raises(InputError, match="women"):
        design_single_arm.sample_size(0.05, 0.0501, 0.05, 0.8)
    with pytest.raises(InputError, match="below"):
        design_single_arm.sample_size(0.05, 0.05, 0.05, 0.8)
