"""Exact limits of one arm, Kaplan-Meier errors from printed limits, Pearson's test."""

from __future__ import annotations

import math

import pytest
from scipy.stats import binom, chi2_contingency

from openiort.core.errors import InputError
from openiort.evidence import clopper_pearson, log_log_limits, pearson_chi_square
from openiort.evidence.two_arms import TwoArms


def test_none_of_78() -> None:
    """Closed form 1 - alpha^(1/n): 3.77 % one-sided, 4.62 % two-sided."""
    assert clopper_pearson.upper_limit(0, 78, 0.95) == pytest.approx(1 - 0.05 ** (1 / 78), rel=1e-12)
    lower, upper = clopper_pearson.limits(0, 78, 0.95)
    assert lower == 0
    assert upper == pytest.approx(1 - 0.025 ** (1 / 78), rel=1e-12)
    assert (round(100 * clopper_pearson.upper_limit(0, 78, 0.95), 2), round(100 * upper, 2)) == (3.77, 4.62)


@pytest.mark.parametrize(("events", "total"), [(1, 10), (6, 1113), (9, 10)])
def test_exact_limits_leave_their_tail(events: int, total: int) -> None:
    """Definition: at the limits the binomial tails are 2.5 % each (SciPy's binomial)."""
    lower, upper = clopper_pearson.limits(events, total, 0.95)
    assert binom.cdf(events, total, upper) == pytest.approx(0.025, rel=1e-9)
    assert binom.sf(events - 1, total, lower) == pytest.approx(0.025, rel=1e-9)


def test_every_woman_with_event() -> None:
    assert clopper_pearson.limits(5, 5, 0.95) == pytest.approx((0.025 ** (1 / 5), 1.0), rel=1e-12)


@pytest.mark.parametrize("level", [0.0, 1.0, 95.0, math.nan])
def test_wrong_levels_are_refused(level: float) -> None:
    with pytest.raises(InputError, match="level"):
        clopper_pearson.limits(0, 78, level)


def test_errors_of_targit_a_2010() -> None:
    """0.4999 % and 0.4314 %, difference 0.6603 %: calculated elsewhere from the limits of Lancet 376, 91."""
    new = log_log_limits.standard_error(0.0120, 0.0053, 0.0271, 0.95)
    control = log_log_limits.standard_error(0.0095, 0.0039, 0.0231, 0.95)
    assert (new, control) == pytest.approx((0.004999, 0.004314), abs=1e-6)
    assert log_log_limits.difference_error(new, control) == pytest.approx(0.006603, abs=1e-6)


def test_limits_come_back() -> None:
    """Closed form: limits made of a standard error by the same transformation give it again."""
    rate, error, z = 0.05, 0.01, 1.959963984540054
    at, spread = log_log_limits.log_log(rate), error / (-math.log1p(-rate) * (1 - rate))
    lower, upper = (1 - math.exp(-math.exp(at + side * z * spread)) for side in (-1, 1))
    assert log_log_limits.standard_error(rate, lower, upper, 0.95) == pytest.approx(error, rel=1e-12)
    assert log_log_limits.rate_of_limits(lower, upper) == pytest.approx(rate, rel=1e-12)


@pytest.mark.parametrize("rate", [0.0, 1.0, 1.2])
def test_rates_without_log_log_are_refused(rate: float) -> None:
    with pytest.raises(InputError, match="rate"):
        log_log_limits.log_log(rate)


@pytest.mark.parametrize("counts", [TwoArms(6, 1113, 23, 1119), TwoArms(23, 1113, 9, 1119), TwoArms(1, 7, 5, 9)])
def test_pearson_is_that_of_scipy(counts: TwoArms) -> None:
    table = [[counts.events_new, counts.total_new - counts.events_new],
             [counts.events_control, counts.total_control - counts.events_control]]
    expected = chi2_contingency(table, correction=False).pvalue
    assert pearson_chi_square.p_two_sided(counts) == pytest.approx(expected, rel=1e-10)


def test_pearson_without_events() -> None:
    assert pearson_chi_square.p_two_sided(TwoArms(0, 5, 0, 7)) == 1.0
