"""Intervals and tests of a risk difference against published examples, another program and the likelihood itself."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from scipy.optimize import minimize_scalar

from openiort.core.errors import InputError
from openiort.evidence.methods import METHODS, is_non_inferior
from openiort.evidence.restricted_rates import restricted_rates
from openiort.evidence.two_arms import TwoArms

# statsmodels 0.15.0, confint_proportions_2indep(..., compare="diff", alpha=0.10) and, for the p,
# test_proportions_2indep(..., value=0.025, alternative="smaller"); its score method is left out: at a difference other
# than 0 its restricted proportions do not maximise the likelihood
STATSMODELS = [
    (TwoArms(23, 1679, 11, 1696), "Wald", 0.00155142, 0.01287415, 0.00000012),
    (TwoArms(23, 1679, 11, 1696), "Agresti-Caffo", 0.00139356, 0.01302660, 0.00000024),
    (TwoArms(23, 1679, 11, 1696), "Newcombe", 0.00153405, 0.01326845, None),
    (TwoArms(13, 572, 5, 569), "Wald", 0.00183736, 0.02604249, 0.06639770),
    (TwoArms(13, 572, 5, 569), "Agresti-Caffo", 0.00117705, 0.02658768, 0.07503138),
    (TwoArms(13, 572, 5, 569), "Newcombe", 0.00163607, 0.02743019, None),
    (TwoArms(23, 581, 6, 572), "Agresti-Caffo", 0.01348068, 0.04446184, 0.66337241),
    (TwoArms(0, 78, 3, 80), "Agresti-Caffo", -0.08042151, 0.00786054, 0.01119953),
    (TwoArms(0, 78, 3, 80), "Newcombe", -0.09017496, 0.00282725, None),
]
# the same with alpha=0.05: the first two examples of R. G. Newcombe, Stat. Med. 17, 873 (1998), table II
STATSMODELS_95 = [
    (TwoArms(56, 70, 48, 80), "Wald", 0.05750490, 0.34249510),
    (TwoArms(56, 70, 48, 80), "Agresti-Caffo", 0.05245293, 0.33575846),
    (TwoArms(56, 70, 48, 80), "Newcombe", 0.05243147, 0.33387265),
    (TwoArms(9, 10, 3, 10), "Wald", 0.26052428, 0.93947572),
    (TwoArms(9, 10, 3, 10), "Agresti-Caffo", 0.16000080, 0.83999920),
    (TwoArms(9, 10, 3, 10), "Newcombe", 0.17052272, 0.80901797),
]


@pytest.mark.parametrize(("counts", "method", "lower", "upper"), STATSMODELS_95)
def test_limits_at_95_are_those_of_statsmodels(counts: TwoArms, method: str, lower: float, upper: float) -> None:
    assert METHODS[method].limits(counts, 0.95) == pytest.approx((lower, upper), abs=6e-9)


@pytest.mark.parametrize(("counts", "method", "lower", "upper", "p"), STATSMODELS)
def test_limits_and_p_are_those_of_statsmodels(counts: TwoArms, method: str, lower: float, upper: float,
                                               p: float | None) -> None:
    assert METHODS[method].limits(counts, 0.90) == pytest.approx((lower, upper), abs=6e-9)
    if p is not None:
        assert METHODS[method].p_non_inferior(counts, 0.025) == pytest.approx(p, abs=6e-9)


@pytest.mark.parametrize("difference", [-0.3, -0.01, 0.0, 0.005, 0.025, 0.4])
@pytest.mark.parametrize("counts", [TwoArms(23, 1679, 11, 1696), TwoArms(13, 572, 5, 569), TwoArms(9, 10, 3, 10)])
def test_restricted_rates_maximise_the_likelihood(counts: TwoArms, difference: float) -> None:
    """Origin: the binomial likelihood itself, maximised by a search along p_new - p_control = difference."""
    def minus_log_likelihood(new: float) -> float:
        control = new - difference
        return -(counts.events_new * math.log(new) + (counts.total_new - counts.events_new) * math.log1p(-new)
                 + counts.events_control * math.log(control)
                 + (counts.total_control - counts.events_control) * math.log1p(-control))

    bounds = (max(difference, 0) + 1e-12, min(1, 1 + difference) - 1e-12)
    found = minimize_scalar(minus_log_likelihood, bounds=bounds, method="bounded", options={"xatol": 1e-12})
    new, control = restricted_rates(counts, difference)
    assert new - control == pytest.approx(difference, abs=1e-15)
    assert minus_log_likelihood(new) == pytest.approx(found.fun, rel=1e-12)
    assert new == pytest.approx(found.x, abs=1e-6)


@pytest.mark.parametrize(("method", "inflation"), [("Farrington-Manning", 1.0), ("Miettinen-Nurminen", 150 / 149)])
def test_score_limits_are_where_the_maximised_likelihood_puts_them(method: str, inflation: float) -> None:
    """Origin: the likelihood at each limit maximised by a search; the score there is the normal quantile."""
    counts = TwoArms(56, 70, 48, 80)
    for limit, z in zip(METHODS[method].limits(counts, 0.95), (1.959963984540054, -1.959963984540054), strict=True):
        def minus_log_likelihood(new: float, difference: float = limit) -> float:
            control = new - difference
            return -(56 * math.log(new) + 14 * math.log1p(-new) + 48 * math.log(control) + 32 * math.log1p(-control))

        new = minimize_scalar(minus_log_likelihood, bounds=(limit + 1e-9, 1 - 1e-9), method="bounded",
                              options={"xatol": 1e-12}).x
        control = new - limit
        variance = inflation * (new * (1 - new) / 70 + control * (1 - control) / 80)
        assert (56 / 70 - 48 / 80 - limit) / math.sqrt(variance) == pytest.approx(z, rel=1e-6)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("counts", [TwoArms(23, 1679, 11, 1696), TwoArms(6, 30, 4, 25), TwoArms(0, 78, 3, 80)])
def test_test_and_limits_agree(counts: TwoArms, method: str) -> None:
    """The one-sided p of the two-sided upper limit is half of what the level leaves, by definition."""
    upper = METHODS[method].limits(counts, 0.90)[1]
    if upper > 0:  # Wald's limits of 0 v 3 are both below
        assert METHODS[method].p_non_inferior(counts, upper) == pytest.approx(0.05, abs=1e-7)


@pytest.mark.parametrize("method", METHODS)
def test_arms_changed_mirror_the_limits(method: str) -> None:
    lower, upper = METHODS[method].limits(TwoArms(13, 572, 5, 569), 0.90)
    assert METHODS[method].limits(TwoArms(5, 569, 13, 572), 0.90) == pytest.approx((-upper, -lower), abs=1e-9)


@pytest.mark.parametrize("method", METHODS)
def test_every_table_of_small_arms_has_limits_within_bounds(method: str) -> None:
    for new, control in np.ndindex(6, 8):
        counts = TwoArms(int(new), 5, int(control), 7)
        lower, upper = METHODS[method].limits(counts, 0.90)
        if method != "Wald":
            assert -1 <= lower < upper <= 1
            assert lower <= counts.difference + 1e-9
            assert upper >= counts.difference - 1e-9
        ps = [METHODS[method].p_non_inferior(counts, margin) for margin in (0.01, 0.1, 0.5, 0.99)]
        assert all(0 <= p <= 1 for p in ps)
        assert all(a >= b - 1e-9 for a, b in pairwise(ps))


def test_no_event_at_all_has_the_limits_of_wilson() -> None:
    """Closed form: with 0 of n in both arms Newcombe's limit is Wilson's, z2 / (n + z2)."""
    z2 = 1.6448536269514722**2
    assert METHODS["Newcombe"].limits(TwoArms(0, 10, 0, 10), 0.90)[1] == pytest.approx(z2 / (10 + z2), rel=1e-12)


@pytest.mark.parametrize("method", METHODS)
def test_verdicts_of_targit_a(method: str) -> None:
    """2014 whole and 2020 with the lumpectomy non-inferior, 2020 delayed not: as published."""
    assert is_non_inferior(TwoArms(23, 1679, 11, 1696), 0.025, method)
    assert is_non_inferior(TwoArms(24, 1140, 11, 1158), 0.025, method)
    assert not is_non_inferior(TwoArms(23, 581, 6, 572), 0.025, method)


@pytest.mark.parametrize("wrong", [{"events_new": -1}, {"events_new": 11}, {"total_control": 0, "events_control": 0}])
def test_impossible_counts_are_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(InputError):
        replace(TwoArms(1, 10, 1, 10), **wrong)


@pytest.mark.parametrize("margin", [-0.025, 0.0, 2.5, math.nan])
def test_wrong_margins_are_refused(margin: float) -> None:
    with pytest.raises(InputError, match="margin"):
        is_non_inferior(TwoArms(1, 10, 1, 10), margin, "Wald")
