"""Simulated trials: estimates as those of own data, patients as their law, results whoever works on them."""

from __future__ import annotations

from dataclasses import replace
from math import exp, log
from pathlib import Path

import numpy as np
import pytest

from openiort.core.errors import InputError
from openiort.evidence.aalen_johansen import aalen_johansen
from openiort.evidence.kaplan_meier import kaplan_meier
from openiort.evidence.methods import is_non_inferior
from openiort.evidence.read_simulation import read_assumptions
from openiort.evidence.simulated_arm import arm_risks
from openiort.evidence.simulated_batch import simulate_batch
from openiort.evidence.simulated_patient import TrialLaw, draw_arm, trial_stream
from openiort.evidence.survival_difference import non_inferiority, risk_at
from openiort.evidence.survival_table import survival_table
from openiort.evidence.trial_assumptions import TrialAssumptions, at_margin, law_of, true_risks
from openiort.evidence.trial_simulation import CRUDE, BATCH_trials, simulate
from openiort.evidence.two_arms import TwoArms

PLAIN = TrialAssumptions(200, 150, 0.2, 0.25, 0.1, 5.0, 6.0, 2.0, 0.03, 0.02, 0.04)
PIECES = replace(PLAIN, added_ebrt=0.3, added_ebrt_hazard_ratio=0.4, shape_ends_years=(1.0, 3.0), shape=(0.5, 2.0, 1.0))
TRIALS = (PLAIN, PIECES, replace(PLAIN, accrual_years=0.0, follow_up_years=5.0, yearly_loss=0.0),
          replace(PLAIN, women_new=3000, women_control=700, new=0.7, yearly_loss=0.3, yearly_death_new=0.2),
          replace(PIECES, women_new=8, women_control=5, new=0.6, control=0.7))


def arms_of(trial: TrialAssumptions, seed: int, number: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """Years and codes of the patients of one trial, new and control arm."""
    law, state = law_of(trial), np.uint64(trial_stream(seed, number))
    arms = []
    for women, first, is_new in ((trial.women_new, 0, True), (trial.women_control, trial.women_new, False)):
        years, codes = np.empty(women), np.empty(women, np.uint8)
        draw_arm(law, state, first, is_new, years, codes)
        arms.append((years, codes))
    return arms


def batch_of(trial: TrialAssumptions, seed: int, trials: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    events, risks, errors = np.empty((trials, 2), np.int64), np.empty((trials, 2, 2)), np.empty((trials, 2, 2))
    simulate_batch(law_of(trial), trial.women_new, trial.women_control, seed, 0, events, risks, errors)
    return events, risks, errors


@pytest.mark.parametrize("trial", TRIALS)
def test_estimates_are_those_of_own_data(trial: TrialAssumptions) -> None:
    """`kaplan_meier` and `aalen_johansen` of the same patients, which are compared with R."""
    events, risks, errors = batch_of(trial, 5, 40)
    compared = 0
    for number in range(40):
        for arm, (years, codes) in enumerate(arms_of(trial, 5, number)):
            assert events[number, arm] == (codes == 1).sum()
            if years.max() < trial.horizon_years:
                assert np.isnan(risks[number, :, arm]).all()
                continue
            table = survival_table(years, codes)
            curves = (kaplan_meier(table), aalen_johansen(table))
            for place, curve in enumerate(curves):
                own = risk_at(curve, trial.horizon_years)
                assert risks[number, place, arm] == pytest.approx(own.probability, abs=1e-12)
                assert errors[number, place, arm] == pytest.approx(own.standard_error, abs=1e-12)
            compared += 1
    assert compared > 20


def test_ties_are_counted_together() -> None:
    """Made-up follow-up in whole years, recurrence, death and loss at the same times, against own data's estimates."""
    random = np.random.default_rng(3)
    for _ in range(50):
        years, codes = np.sort(random.integers(1, 8, 60)).astype(float), random.integers(0, 3, 60).astype(np.uint8)
        codes[years > 5.0] = 0
        years = np.minimum(years, 5.0)
        events, censored = years[codes > 0], years[codes == 0]
        before = np.array([(censored < when).sum() for when in events], np.int32)
        found = arm_risks(events, codes[codes > 0], before, events.size, 60, True)
        table = survival_table(years, codes)
        wanted = [value for curve in (kaplan_meier(table), aalen_johansen(table))
                  for value in (risk_at(curve, 5.0).probability, risk_at(curve, 5.0).standard_error)]
        assert found[1:] == pytest.approx(wanted, abs=1e-12)


@pytest.mark.parametrize("trial", [PLAIN, PIECES])
def test_patients_follow_their_law(trial: TrialAssumptions) -> None:
    """Closed forms within 5 standard errors: who is followed to the horizon, and mean estimates near the true risks."""
    many = replace(trial, women_new=200_000, women_control=200_000)
    risks = true_risks(many)
    for arm, (years, codes) in enumerate(arms_of(many, 1, 0)):
        table = survival_table(years, codes)
        for curve, truth in ((kaplan_meier(table), risks.net[arm]), (aalen_johansen(table), risks.incidence[arm])):
            own = risk_at(curve, 5.0)
            assert own.probability == pytest.approx(truth, abs=5 * own.standard_error)
    # control: entry, recurrence, death and loss are independent; accrual 6 + 2 years, so 3 of 6 can reach 5 years
    reached = (8.0 - 5.0) / 6.0 * 0.8 * 0.98**5 * 0.96**5
    found = (arms_of(many, 1, 0)[1][0] == 5.0).mean()
    assert found == pytest.approx(reached, abs=5 * (reached * (1 - reached) / 200_000) ** 0.5)


def test_true_risks_of_plain_hazards() -> None:
    """Closed form: recurrence at rate a among deaths at rate b has incidence a / (a + b) (1 - exp(-(a + b) t))."""
    a, b = -log(0.8) / 5, -log(0.98)
    risks = true_risks(PLAIN)
    assert risks.net == pytest.approx((0.25, 0.2), rel=1e-12)
    assert risks.incidence[1] == pytest.approx(a / (a + b) * (1 - exp(-5 * (a + b))), rel=1e-12)
    mixed = true_risks(replace(PLAIN, added_ebrt=0.25, added_ebrt_hazard_ratio=0.5))
    assert mixed.net[0] == pytest.approx(0.75 * 0.25 + 0.25 * (1 - 0.75**0.5), rel=1e-12)


@pytest.mark.parametrize("trial", [PLAIN, PIECES])
def test_at_margin(trial: TrialAssumptions) -> None:
    net = true_risks(at_margin(trial)).net
    assert net[0] - net[1] == pytest.approx(trial.margin, abs=1e-12)


def test_number_of_workers_does_not_matter() -> None:
    trials = 2 * BATCH_trials + 300
    assert simulate(PLAIN, trials, seed=4, workers=1) == simulate(PLAIN, trials, seed=4, workers=3)


def test_trials_depend_on_seed_and_number_alone() -> None:
    whole = batch_of(PLAIN, 7, 20)
    events, risks, errors = np.empty((5, 2), np.int64), np.empty((5, 2, 2)), np.empty((5, 2, 2))
    simulate_batch(law_of(PLAIN), 200, 150, 7, 11, events, risks, errors)
    assert (events == whole[0][11:16]).all()
    assert (risks == whole[1][11:16]).all()
    assert (batch_of(PLAIN, 8, 20)[0] != whole[0]).any()


def test_rates_are_what_single_trials_find() -> None:
    """Each trial judged alone, by the functions for published counts and own data."""
    trials = 60
    rates = {rate.method: rate.found for rate in simulate(PLAIN, trials, seed=2)}
    found = dict.fromkeys(rates, 0)
    for number in range(trials):
        (new_years, new), (years, control) = arms_of(PLAIN, 2, number)
        counts = TwoArms(int((new == 1).sum()), 200, int((control == 1).sum()), 150)
        for name in CRUDE:
            found[name] += is_non_inferior(counts, PLAIN.margin, name)
        tables = survival_table(new_years, new), survival_table(years, control)
        for name, curve in (("Kaplan-Meier", kaplan_meier), ("Aalen-Johansen", aalen_johansen)):
            both = [risk_at(curve(table), 5.0) for table in tables]
            found[name] += non_inferiority(both[0], both[1], PLAIN.margin).p_value < PLAIN.alpha
    assert rates == found


def test_trials_without_an_answer_are_counted() -> None:
    few = replace(PLAIN, women_new=3, women_control=3, control=0.01, new=0.01)
    by_method = {rate.method: rate for rate in simulate(few, 500)}
    assert by_method["Kaplan-Meier"].undecided > 100
    assert by_method["Wald"].undecided == 0


def test_shipped_assumptions_are_read(tmp_path: Path) -> None:
    trial = read_assumptions(None, {"control": None, "new": 0.05})
    assert (trial.women_new, trial.control, trial.new, trial.margin) == (1116, 0.06, 0.05, 0.025)
    file = tmp_path / "own.toml"
    file.write_text("control = 0.03\nshape_ends_years = [2.0]\nshape = [1.0, 0.5]\n")
    own = read_assumptions(file, {"new": 0.02})
    assert (own.control, own.new, own.shape) == (0.03, 0.02, (1.0, 0.5))


@pytest.mark.parametrize("text", ["contorl = 0.06\n", "control = '6'\n", "women_new = 10.5\n", "shape = 1.0\n",
                                  "control = true\n", "control = \n", "shape = ['x']\n"])
def test_bad_files_are_refused_with_their_line(text: str, tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    file.write_text("margin = 0.025\n" + text)
    with pytest.raises(InputError, match="line 2"):
        read_assumptions(file, {})


@pytest.mark.parametrize("change", [
    {"women_new": 0}, {"control": 6.0}, {"margin": -0.1}, {"margin": 2.5}, {"horizon_years": 9.0},
    {"yearly_loss": 1.0}, {"yearly_death_new": -0.01}, {"added_ebrt": 15.0}, {"added_ebrt_hazard_ratio": 0.0},
    {"shape": (1.0, 2.0)}, {"shape": (0.0,)}, {"shape": (1.0, 1.0), "shape_ends_years": (6.0,)}, {"alpha": 5.0},
    {"yearly_loss": float("nan")}, {"added_ebrt_hazard_ratio": float("nan")},
])
def test_bad_assumptions_are_refused(change: dict[str, object]) -> None:
    with pytest.raises(InputError, match="allowed:"):
        replace(PLAIN, **change)  # type: ignore[arg-type]


@pytest.mark.parametrize(("trials", "seed", "workers"), [(0, 1, 1), (10, -1, 1), (10, 1, 0), (10**9, 1, 1)])
def test_bad_runs_are_refused(trials: int, seed: int, workers: int) -> None:
    with pytest.raises(InputError, match="allowed:"):
        simulate(PLAIN, trials, seed=seed, workers=workers)


def test_law_is_what_the_kernel_reads() -> None:
    law = law_of(PIECES)
    assert isinstance(law, TrialLaw)
    # survival to the horizon, closed form of the control arm: nobody recurs, dies or is lost
    assert law.stays[0] == pytest.approx(0.8 * 0.98**5 * 0.96**5, rel=1e-12)
