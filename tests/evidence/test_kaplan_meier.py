"""Kaplan-Meier, restricted mean and log-rank against closed forms."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import chi2_contingency

from openiort.core.errors import InputError
from openiort.evidence.event_counts import count_events, numbers_at_risk
from openiort.evidence.kaplan_meier import kaplan_meier
from openiort.evidence.log_rank import log_rank
from openiort.evidence.restricted_mean import restricted_mean
from openiort.evidence.survival_table import SurvivalTable, survival_table


def drawn(rows: int = 300) -> SurvivalTable:
    random = np.random.default_rng(6)
    return survival_table(random.integers(1, 20, rows) / 4, random.choice(3, rows), random.choice(["a", "b"], rows))


def test_without_censoring_it_is_the_share_still_free() -> None:  # and Greenwood is the binomial variance
    table = survival_table([1.0, 2.0, 2.0, 3.0, 4.0], [1, 1, 1, 1, 1])
    curve = kaplan_meier(table)
    share = np.array([4, 2, 1, 0]) / 5
    assert curve.survival == pytest.approx(share)
    assert curve.standard_error[:3] == pytest.approx(np.sqrt(share * (1 - share) / 5)[:3])
    assert np.isnan([curve.standard_error[3], curve.lower[3], curve.upper[3]]).all()


def test_censored_at_a_time_is_at_risk_of_its_events() -> None:  # by hand: 1 - 1/4, then 1 - 1/2
    curve = kaplan_meier(survival_table([2.0, 2.0, 5.0, 6.0], [0, 1, 1, 0]))
    assert curve.survival.tolist() == [0.75, 0.375, 0.375]
    assert curve.at_risk.tolist() == [4, 2, 1]
    assert curve.events.tolist() == [1, 1, 0]
    assert curve.censored.tolist() == [1, 0, 1]


def test_curve_is_a_step_that_includes_its_time() -> None:
    curve = kaplan_meier(survival_table([2.0, 4.0, 6.0], [1, 1, 0]))
    assert [curve.at(years).probability for years in (0.0, 1.99, 2.0, 3.9, 6.0)] == pytest.approx([1, 1, 2/3, 2/3, 1/3])


def test_order_of_rows_does_not_matter() -> None:
    table = drawn()
    order = np.random.default_rng(1).permutation(len(table))
    names = np.array(table.group_names)[table.group_index]
    turned = survival_table(table.time_years[order], table.code[order], names[order])
    for group in (None, "a"):
        assert (kaplan_meier(turned, group).survival == kaplan_meier(table, group).survival).all()
    assert log_rank(turned).chi_squared == log_rank(table).chi_squared


def test_counts_add_up() -> None:
    table = drawn()
    counts = count_events(table, "b")
    leaving = counts.any_event() + counts.censored
    assert counts.at_risk[0] == leaving.sum() == table.rows_of("b").sum()
    assert (counts.at_risk - leaving == np.append(counts.at_risk[1:], 0)).all()
    assert numbers_at_risk(table, [0.0, 99.0]).sum(axis=1).tolist() == [table.rows_of(g).sum() for g in ("a", "b")]


def test_events_of_two_kinds_count_together() -> None:
    table = drawn()
    merged = survival_table(table.time_years, np.minimum(table.code, 1))
    assert (kaplan_meier(table, events=(1, 2)).survival == kaplan_meier(merged).survival).all()


def test_limits_are_ordered_and_inside() -> None:
    for transform in ("log", "log-log", "plain"):
        curve = kaplan_meier(drawn(), transform=transform)
        lower, upper = curve.lower[:-1], curve.upper[:-1]
        assert ((lower >= 0) & (lower <= curve.survival[:-1]) & (curve.survival[:-1] <= upper) & (upper <= 1)).all()


def test_median_in_the_middle_of_a_flat_half() -> None:  # S is 0.5 from 2 to 3 years: 2.5, as R's survival 3.5-3
    assert kaplan_meier(survival_table([1.0, 2.0, 3.0, 4.0], [1, 1, 1, 1])).median_years()[0] == 2.5


def test_no_event_gives_a_flat_curve() -> None:
    curve = kaplan_meier(survival_table([1.0, 2.0], [0, 0]))
    assert curve.survival.tolist() == [1.0, 1.0]
    assert curve.standard_error.tolist() == [0.0, 0.0]
    assert np.isnan(curve.median_years()[0])


@pytest.mark.parametrize("options", [
    {"group": "x"}, {"events": (0,)}, {"events": (3,)}, {"events": ()}, {"level": 95}, {"transform": "log log"}])
def test_wrong_options(options: dict[str, object]) -> None:
    with pytest.raises(InputError) as refused:
        kaplan_meier(drawn(), **options)  # type: ignore[arg-type]
    assert refused.value.allowed


def test_nothing_is_said_beyond_the_follow_up() -> None:
    censored, gone = (kaplan_meier(survival_table([1.0, 2.0], [1, last])) for last in (0, 1))
    with pytest.raises(InputError, match="outside the follow-up"):
        censored.at(2.1)
    with pytest.raises(InputError, match="outside the follow-up"):
        restricted_mean(censored, 2.1)
    assert gone.at(2.1).probability == 0.0
    with pytest.raises(InputError):
        censored.at(-0.1)


def test_restricted_mean_without_censoring_is_a_mean() -> None:  # of min(time, horizon), with the variance of a mean
    times = np.array([1.0, 2.0, 2.0, 3.5, 5.0, 6.0])
    found = restricted_mean(kaplan_meier(survival_table(times, np.ones(6))), 4.0)
    cut = np.minimum(times, 4.0)
    assert found.mean_years == pytest.approx(cut.mean())
    assert found.standard_error_years == pytest.approx(cut.std() / np.sqrt(6))


def test_log_rank_at_one_time_is_a_table_of_two_by_two() -> None:  # Pearson's chi-squared times (n - 1) / n
    code = np.repeat([1, 0, 1, 0], [7, 13, 3, 22])
    table = survival_table(np.ones(45), code, np.repeat(["a", "b"], [20, 25]))
    pearson = chi2_contingency([[7, 13], [3, 22]], correction=False).statistic
    found = log_rank(table)
    assert found.chi_squared == pytest.approx(pearson * 44 / 45)
    assert found.expected.sum() == pytest.approx(found.observed.sum())


def test_log_rank_needs_something_to_compare() -> None:
    with pytest.raises(InputError, match="two groups"):
        log_rank(survival_table([1.0, 2.0], [1, 0]))
    with pytest.raises(InputError, match="cannot be compared"):
        log_rank(survival_table([1.0, 2.0], [0, 0], ["a", "b"]))


# R 4.2.2, survival 3.5-3: quantile(survfit(Surv(c(2, 3, 5, 10), c(1, 1, 0, 0)) ~ 1), 0.5) gives 6.5
def test_median_of_a_curve_that_ends_at_one_half() -> None:
    assert kaplan_meier(survival_table([2.0, 3, 5, 10], [1, 1, 0, 0])).median_years()[0] == 6.5
