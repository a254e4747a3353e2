"""Aalen-Johansen against closed forms; the difference of risks against TARGIT-A's printed interval."""

from __future__ import annotations

import numpy as np
import pytest

from openiort.core.errors import InputError
from openiort.evidence.aalen_johansen import aalen_johansen
from openiort.evidence.kaplan_meier import kaplan_meier
from openiort.evidence.survival_difference import Risk, non_inferiority, risk_at, risk_from_limits
from openiort.evidence.survival_table import survival_table
from tests.evidence.r_output import table


def test_without_competing_events_it_is_one_minus_kaplan_meier() -> None:  # and its variance is Greenwood's
    follow_up = table("gbsg")
    curve = kaplan_meier(follow_up, transform="log-log")
    found = aalen_johansen(follow_up)
    assert found.incidence == pytest.approx(1 - curve.survival)
    assert found.standard_error == pytest.approx(curve.standard_error)
    assert found.lower == pytest.approx(1 - curve.upper, nan_ok=True)


def test_risk_of_one_has_no_standard_error() -> None:  # as R's survfit, which gives 2e-17: all had the event
    times = [3.0, 3, 4, 6, 1, 2, 6, 5, 3, 1, 4, 4, 2]
    assert aalen_johansen(survival_table(times, [1] * len(times))).standard_error[-1] == 0


def test_incidences_and_survival_add_up_to_one() -> None:
    follow_up = table("made")
    both = sum(aalen_johansen(follow_up, event=event).incidence for event in (1, 2))
    assert both + kaplan_meier(follow_up, events=(1, 2)).survival == pytest.approx(1)


def test_one_minus_kaplan_meier_is_too_high_where_deaths_compete() -> None:
    follow_up = table("made")
    alone, competing = (risk_at(make(follow_up), 8.0).probability for make in (kaplan_meier, aalen_johansen))
    assert alone > competing + 0.02


def test_uncensored_incidence_is_a_proportion() -> None:  # with the binomial variance, ties included
    found = aalen_johansen(survival_table([1.0, 1.0, 1.0, 2.0, 2.0, 3.0], [1, 2, 1, 1, 2, 2]))
    share = np.array([2, 3, 3]) / 6
    assert found.incidence == pytest.approx(share)
    assert found.standard_error == pytest.approx(np.sqrt(share * (1 - share) / 6))
    assert found.at(9.0).probability == pytest.approx(0.5)


# printed: 1.20 % (0.53-2.71) v 0.95 % (0.39-2.31), difference 0.25 % (-1.04 to 1.54); J. S. Vaidya et al., Lancet 376,
# 91 (2010). Standard errors, z and the one-sided limit calculated from them by hand.
def test_targit_2010() -> None:
    new, control = risk_from_limits(0.0120, 0.0053, 0.0271), risk_from_limits(0.0095, 0.0039, 0.0231)
    assert (new.standard_error, control.standard_error) == pytest.approx((0.004999, 0.004314), abs=1e-6)
    found = non_inferiority(new, control, 0.025)
    assert (round(100 * found.lower, 2), round(100 * found.upper, 2)) == (-1.04, 1.54)
    assert found.z == pytest.approx(-3.41, abs=0.005)
    assert found.upper_one_sided == pytest.approx(0.0134, abs=5e-5)
    assert found.p_value == pytest.approx(0.0003, abs=5e-5)
    assert found.non_inferior


def test_risk_from_limits_undoes_log_log_limits() -> None:
    found = kaplan_meier(table("gbsg"), "0", transform="log-log").at(3.0)
    risk = risk_from_limits(1 - found.probability, 1 - found.upper, 1 - found.lower)
    assert risk.standard_error == pytest.approx(found.standard_error)


def test_verdict_turns_at_the_one_sided_limit() -> None:
    new, control = Risk(0.03, 0.006), Risk(0.02, 0.008)
    limit = non_inferiority(new, control, 0.025).upper_one_sided
    assert limit == pytest.approx(0.01 + 1.6448536 * 0.01)  # hypot(0.006, 0.008) = 0.01
    assert non_inferiority(new, control, limit + 1e-9).non_inferior
    assert not non_inferiority(new, control, limit - 1e-9).non_inferior
    assert non_inferiority(new, control, limit).p_value == pytest.approx(0.05)


@pytest.mark.parametrize(("options", "said"), [
    ({"margin": -0.025}, "margin"), ({"margin": 2.5}, "margin"), ({"margin": 0.0}, "margin"),
    ({"margin": 0.025, "alpha": 0.0}, "alpha"), ({"margin": 0.025, "alpha": 5}, "alpha"),
    ({"margin": 0.025, "level": 95}, "per cent"), ({"margin": float("nan")}, "margin"),
])
def test_wrong_tests(options: dict[str, float], said: str) -> None:
    with pytest.raises(InputError, match=said):
        non_inferiority(Risk(0.02, 0.01), Risk(0.01, 0.01), **options)


def test_risks_that_are_none() -> None:
    for probability, error in ((2.1, 0.1), (-0.1, 0.1), (0.1, float("nan"))):
        with pytest.raises(InputError):
            Risk(probability, error)
    with pytest.raises(InputError, match="no risk"):
        risk_from_limits(1.2, 0.53, 2.71)
    with pytest.raises(InputError, match="standard error"):
        non_inferiority(Risk(0.0, 0.0), Risk(0.0, 0.0), 0.025)
    with pytest.raises(InputError):
        aalen_johansen(table("made"), event=0)
