"""Simulated trials against closed forms: binomial enumeration, and the variance that designs assume.

Tolerances are those of the simulation: 4 standard errors; 5 of a variance. R's numbers: reference.R.
"""

from __future__ import annotations

import csv
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import binom

from openiort.evidence.design_survival import SurvivalDesign, power_at, variance_of_one
from openiort.evidence.methods import METHODS
from openiort.evidence.simulated_batch import simulate_batch
from openiort.evidence.trial_assumptions import TrialAssumptions, at_margin, law_of, true_risks
from openiort.evidence.trial_simulation import CRUDE, simulate
from openiort.evidence.two_arms import TwoArms

TRIALS = 40_000
WOMEN, MARGIN, ALPHA = 1116, 0.025, 0.05
COMPLETE = TrialAssumptions(WOMEN, WOMEN, 0.06, 0.06, MARGIN, 5.0, 10.0, 5.0)
UNLIKELY = 1e-8


def of_r(quantity: str, case: str) -> float:
    with (Path(__file__).parent / "r_next_trial.csv").open() as opened:
        rows = list(csv.DictReader(line for line in opened if not line.startswith("#")))
    return next(float(row["value"]) for row in rows if (row["quantity"], row["case"]) == (quantity, case))


def counts_between(rate: float) -> range:
    return range(int(binom.ppf(UNLIKELY, WOMEN, rate)), int(binom.isf(UNLIKELY, WOMEN, rate)) + 1)


@cache
def enumerated(method: str, new: float) -> float:
    """Rejection rate of two binomials, every pair of counts; what is left out has a probability below 1e-8."""
    p_of = METHODS[method].p_non_inferior
    arms = counts_between(new), counts_between(0.06)
    shares = [binom.pmf(list(arm), WOMEN, rate) for arm, rate in zip(arms, (new, 0.06), strict=True)]
    found = [[p_of(TwoArms(a, WOMEN, b, WOMEN), MARGIN) < ALPHA for b in arms[1]] for a in arms[0]]
    return float(shares[0] @ np.array(found, float) @ shares[1])


@pytest.mark.parametrize("new", [0.06, 0.085])
def test_enumeration_of_wald_is_that_of_r(new: float) -> None:
    assert enumerated("Wald", new) == pytest.approx(of_r("wald_exact", f"{new:g}"), abs=1e-7)


@pytest.mark.parametrize("new", [0.06, 0.085])
def test_crude_methods_with_complete_follow_up(new: float) -> None:
    """Everybody is followed to the horizon: counts are binomial. Kaplan-Meier is then the proportion, and its test
    Wald's.
    """
    rates = {rate.method: rate for rate in simulate(replace(COMPLETE, new=new), TRIALS, seed=21, workers=2)}
    for method in CRUDE:
        exact = enumerated(method, new)
        assert rates[method].rate == pytest.approx(exact, abs=4 * (exact * (1 - exact) / TRIALS) ** 0.5)
    for method in ("Kaplan-Meier", "Aalen-Johansen"):
        # a trial whose p is alpha but for rounding may fall on the other side
        assert abs(rates[method].found - rates["Wald"].found) <= 2


EARLY = replace(COMPLETE, follow_up_years=1.0, yearly_loss=0.01)
LOST = replace(COMPLETE, accrual_years=4.0, follow_up_years=2.0, yearly_loss=0.05, new=0.05)
# deaths are censored by Kaplan-Meier: loss and death together are 1 - 0.98 * 0.97 a year
DEATHS = replace(COMPLETE, follow_up_years=2.0, yearly_loss=0.02, yearly_death_new=0.03, yearly_death_control=0.03)


def design_of(trial: TrialAssumptions) -> SurvivalDesign:
    gone = 1 - (1 - trial.yearly_loss) * (1 - trial.yearly_death_control)
    return SurvivalDesign(trial.control, trial.new, trial.margin, trial.horizon_years, trial.accrual_years,
                          trial.follow_up_years, gone)


@pytest.mark.parametrize("trial", [COMPLETE, EARLY, LOST, DEATHS], ids=["complete", "early", "lost", "deaths"])
def test_spread_of_kaplan_meier_is_what_the_design_expects(trial: TrialAssumptions) -> None:
    events, risks, errors = np.empty((TRIALS, 2), np.int64), np.empty((TRIALS, 2, 2)), np.empty((TRIALS, 2, 2))
    simulate_batch(law_of(trial), WOMEN, WOMEN, 5, 0, events, risks, errors)
    design = design_of(trial)
    for arm, risk in enumerate((trial.new, trial.control)):
        expected = variance_of_one(risk, design) / WOMEN
        assert np.mean(risks[:, 0, arm]) == pytest.approx(risk, abs=4 * (expected / TRIALS) ** 0.5)
        assert np.var(risks[:, 0, arm]) == pytest.approx(expected, rel=5 * (2 / TRIALS) ** 0.5)
        assert np.mean(errors[:, 0, arm] ** 2) == pytest.approx(expected, rel=0.01)  # Greenwood, to 1 / women
        assert np.mean(risks[:, 1, arm]) == pytest.approx(
            true_risks(trial).incidence[arm], abs=4 * (expected / TRIALS) ** 0.5)


@pytest.mark.parametrize("trial", [COMPLETE, EARLY, LOST, DEATHS], ids=["complete", "early", "lost", "deaths"])
def test_power_and_type_i_error_of_kaplan_meier(trial: TrialAssumptions) -> None:
    """The formula is a normal approximation: at these sizes 1 percentage point off at most, beyond the simulation."""
    beyond = 0.01
    for each, expected in ((trial, power_at(design_of(trial), 2 * WOMEN)), (at_margin(trial), ALPHA)):
        rate = {rate.method: rate for rate in simulate(each, TRIALS, seed=3, workers=2)}["Kaplan-Meier"].rate
        print(f"{trial.accrual_years:g}+{trial.follow_up_years:g} years: simulated {rate:.4f}, formula {expected:.4f}")
        assert rate == pytest.approx(expected, abs=beyond + 4 * (expected * (1 - expected) / TRIALS) ** 0.5)
