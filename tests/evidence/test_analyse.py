"""All estimates of a table together: against R, closed forms, and where there is no estimate."""

from __future__ import annotations

from math import hypot, isnan

import numpy as np
import pytest

from openiort.core.errors import InputError
from openiort.evidence.analyse import analyse, usual_times
from openiort.evidence.kaplan_meier import kaplan_meier
from openiort.evidence.median_follow_up import median_follow_up
from openiort.evidence.restricted_mean import mean_difference, restricted_mean
from openiort.evidence.risk_difference import risk_difference
from openiort.evidence.survival_difference import Risk
from openiort.evidence.survival_table import survival_table
from tests.evidence.r_output import table, values

CLOSE = 1e-9


@pytest.mark.parametrize("data", ["gbsg", "made"])
def test_follow_up_against_r(data: str) -> None:  # survfit of censoring as the event, quartiles and limits (log)
    follow_up, per_year = table(data), 365.25 if data == "gbsg" else 1.0
    names = {0.25: "first_quartile_years", 0.5: "median_years", 0.75: "third_quartile_years"}
    for quantity in ("follow-up", "follow-up lower", "follow-up upper"):
        for group, at, value in values(data, quantity):
            found = median_follow_up(follow_up, group or None)
            name = quantity.replace("follow-up ", "") + "_years" if " " in quantity else names[round(at * per_year, 9)]
            assert getattr(found, name) * per_year == pytest.approx(value, rel=CLOSE, nan_ok=True)


def test_follow_up_of_all_censored_is_the_median_of_the_times() -> None:
    found = median_follow_up(survival_table([1.0, 2, 3, 4, 5], [0] * 5))
    assert (found.median_years, found.person_years) == (3, 15)
    assert isnan(median_follow_up(survival_table([1.0, 2], [1, 2])).median_years)


@pytest.mark.parametrize(("data", "risk"), [("gbsg", "survival"), ("made", "incidence 1")])
def test_risks_at_times_against_r(data: str, risk: str) -> None:
    follow_up = table(data)
    for group, years, value in values(data, risk):
        found = analyse(follow_up, at_years=[years]).groups[follow_up.group_names.index(group)].at[0].risk
        assert found is not None
        assert found.probability == pytest.approx(1 - value if data == "gbsg" else value, rel=CLOSE)
    tests = analyse(follow_up)
    (_, _, expected), = values(data, "log-rank")
    assert tests.log_rank is not None
    assert tests.log_rank.chi_squared == pytest.approx(expected, rel=CLOSE)
    assert (tests.gray is not None) == (data == "made")


def test_differences_are_those_of_the_curves() -> None:  # standard errors of R's curves, added in quadrature
    found = analyse(table("gbsg"), at_years=[1096 / 365.25], control="0", margin=0.05)
    errors = [value for _, years, value in values("gbsg", "standard error") if years == 1096 / 365.25]
    free = [value for _, years, value in values("gbsg", "survival") if years == 1096 / 365.25]
    item, = found.comparisons
    assert item.difference is not None
    assert item.test is not None
    assert item.difference.difference == pytest.approx(free[0] - free[1], rel=CLOSE)
    assert item.difference.standard_error == pytest.approx(hypot(*errors), rel=CLOSE)
    assert (item.difference.lower, item.difference.upper) == pytest.approx((item.test.lower, item.test.upper))
    assert (item.new, item.control) == ("1", "0")


def test_difference_of_restricted_means_from_r() -> None:
    follow_up, horizon = table("gbsg"), 1826 / 365.25
    means = [value / 365.25 for _, _, value in values("gbsg", "restricted mean")]
    errors = [value / 365.25 for _, _, value in values("gbsg", "restricted mean standard error")]
    difference = analyse(follow_up, horizon_years=horizon).means[0].difference
    assert difference.difference_years == pytest.approx(means[1] - means[0], rel=1e-8)
    assert difference.standard_error_years == pytest.approx(hypot(*errors), rel=CLOSE)


def test_means_up_to_different_horizons_are_not_compared() -> None:
    curve = kaplan_meier(table("gbsg"))
    with pytest.raises(InputError, match="differ"):
        mean_difference(restricted_mean(curve, 2.0), restricted_mean(curve, 3.0))


def test_with_competing_events_the_curve_is_free_of_both() -> None:
    group = analyse(table("made"), at_years=[5.0]).groups[0]
    assert group.at[0].risk is not None
    assert group.at[0].free is not None
    assert group.at[0].risk.probability + group.at[0].free.probability < 1
    assert group.curve.survival == pytest.approx(kaplan_meier(table("made"), "a", events=(1, 2)).survival)


def test_a_group_without_events_has_exact_limits() -> None:  # 1 - (alpha / 2)^(1 / n), closed form
    follow_up = survival_table([5.0] * 20 + [1.0] * 5 + [1.0, 5.0], [0] * 25 + [1, 0], ["new"] * 25 + ["old"] * 2)
    found = analyse(follow_up, at_years=[4.0], control="old", margin=0.1)
    at = found.groups[0].at[0]
    assert at.risk is not None
    assert (at.exact_of, at.risk.lower) == (20, 0)
    assert at.risk.upper == pytest.approx(1 - 0.025 ** (1 / 20))
    assert found.comparisons[0].one_sided_variance


def test_no_events_at_all() -> None:
    follow_up = survival_table([1.0, 2, 3, 4], [0, 0, 2, 0], list("abab"))
    found = analyse(follow_up, at_years=[2.0])
    assert (found.log_rank, found.gray) == (None, None)
    assert set(found.not_done) == {"log-rank", "Gray"}
    assert found.comparisons[0].difference is None
    assert found.comparisons[0].why


def test_beyond_the_follow_up_there_is_no_estimate() -> None:
    follow_up = survival_table([1.0, 2, 3, 9], [1, 0, 1, 0], list("aabb"))
    found = analyse(follow_up, at_years=[1, 5])
    assert found.groups[0].at[1].risk is None
    assert found.groups[1].at[1].risk is not None
    assert found.comparisons[1].difference is None
    assert found.horizon_years == 1


def test_where_a_whole_group_had_the_event_no_difference_is_estimated() -> None:  # Greenwood's variance has no value
    found = analyse(survival_table([1.0, 2, 3, 9], [1, 1, 1, 0], list("aabb")), at_years=[2.5])
    assert found.comparisons[0].difference is None
    assert found.comparisons[0].why.startswith("all of a group had the event by then")


def test_one_row_and_an_event_at_time_0() -> None:
    one = analyse(survival_table([0.0], [1]))
    assert one.groups[0].at[0].risk is not None
    assert one.groups[0].at[0].risk.probability == 1
    assert one.horizon_years is None
    early = analyse(survival_table([0.0, 1, 2, 2], [1, 0, 1, 0]), at_years=[0, 2])
    risks = [at.risk.probability for at in early.groups[0].at if at.risk is not None]
    assert risks == pytest.approx([1 / 4, 5 / 8])  # 1 - 3/4 * 1/2
    mean = early.groups[0].mean_free
    assert mean is not None
    assert mean.mean_years == pytest.approx(1.5)  # 3/4 for 2 years


def test_order_of_rows_does_not_matter() -> None:
    random = np.random.default_rng(5)
    times, codes, group = random.integers(0, 9, 80), random.integers(0, 3, 80), random.integers(0, 2, 80)
    order = random.permutation(80)
    one, other = (analyse(survival_table(times[rows], codes[rows], group[rows])) for rows in (slice(None), order))
    assert repr(one) == repr(other)


def test_usual_times_end_with_the_shorter_follow_up() -> None:
    assert usual_times(survival_table([7.0, 3.2], [0, 0], ["a", "b"])) == (1, 2, 3)
    assert usual_times(survival_table([0.5, 3.2], [0, 0], ["a", "b"])) == (0.5,)


def test_risk_difference_by_hand() -> None:  # 0.03 -+ 1.959964 * 0.05; p = 2 Phi(-0.6)
    found = risk_difference(Risk(0.10, 0.03), Risk(0.07, 0.04))
    assert (found.lower, found.upper) == pytest.approx((0.03 - 0.0979982, 0.03 + 0.0979982), abs=1e-7)
    assert found.p_value == pytest.approx(0.5485062, abs=1e-7)


@pytest.mark.parametrize(("asked", "said"), [
    ({"margin": 0.025}, "which group is the control"), ({"control": "x"}, "no group 'x'"),
    ({"margin": 2.5, "control": "0"}, "per cent"), ({"margin": -0.025, "control": "0"}, "margin -0.025"),
    ({"alpha": 0.6}, "alpha"), ({"level": 95}, "per cent"), ({"transform": "arcsine"}, "arcsine"),
    ({"at_years": [1826]}, "nobody was followed to 1826 years"), ({"horizon_years": 0}, "0 years"),
    ({"horizon_years": 60}, "60 years"), ({"at_years": [-1]}, "-1 years"), ({"at_years": [float("nan")]}, "nan years"),
])
def test_bad_questions(asked: dict[str, object], said: str) -> None:
    with pytest.raises(InputError, match=said):
        analyse(table("gbsg"), **asked)  # type: ignore[arg-type]


@pytest.mark.parametrize("asked", [{"control": "all"}, {"margin": 0.02}])
def test_only_what_needs_two_groups_is_refused_with_one(asked: dict[str, object]) -> None:
    follow_up = survival_table([1.0, 2, 3], [1, 0, 1])
    assert analyse(follow_up).comparisons == ()
    with pytest.raises(InputError, match="needs two groups"):
        analyse(follow_up, **asked)  # type: ignore[arg-type]
