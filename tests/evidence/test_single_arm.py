"""A series without control: exact limits and the comparison with a historical rate."""

from __future__ import annotations

import math

import pytest
from scipy.stats import chi2, poisson

from openiort.core.errors import InputError
from openiort.evidence import poisson_count
from openiort.evidence.single_arm import single_arm


def test_none_of_78() -> None:
    """Closed forms 1 - 0.05^(1/78), 1 - 0.025^(1/78), exp(-E), -ln(0.025) / E."""
    found = single_arm(0, 78, person_years=200, historical_rate_per_year=0.01)
    assert found.upper_one_sided == pytest.approx(1 - 0.05 ** (1 / 78), rel=1e-12)
    assert found.upper == pytest.approx(1 - 0.025 ** (1 / 78), rel=1e-12)
    assert found.history is not None
    assert (found.history.expected, found.history.ratio, found.history.ratio_lower) == (2.0, 0.0, 0.0)
    assert found.history.ratio_upper == pytest.approx(-math.log(0.025) / 2, rel=1e-12)
    assert found.history.p_as_few == pytest.approx(math.exp(-2), rel=1e-12)
    assert found.history.p_as_many == 1.0
    assert found.history.p_two_sided == pytest.approx(2 * math.exp(-2), rel=1e-12)


@pytest.mark.parametrize("events", [1, 4, 35])
def test_limits_of_a_count(events: int) -> None:
    """Garwood's chi-square form, with SciPy's distribution; published for 4 events: 1.09 to 10.24."""
    lower, upper = poisson_count.limits(events, 0.95)
    assert (lower, upper) == pytest.approx((chi2.ppf(0.025, 2 * events) / 2, chi2.ppf(0.975, 2 * events + 2) / 2))
    assert poisson.sf(events - 1, lower) == pytest.approx(0.025)
    assert poisson.cdf(events, upper) == pytest.approx(0.025)


def test_p_are_poisson_tails() -> None:
    """SciPy's Poisson distribution."""
    assert poisson_count.p_as_few(3, 7.5) == pytest.approx(poisson.cdf(3, 7.5))
    assert poisson_count.p_as_many(12, 7.5) == pytest.approx(poisson.sf(11, 7.5))
    assert poisson_count.p_two_sided(7, 7.5) == 1.0


@pytest.mark.parametrize("wrong", [
    {"events": 79}, {"events": -1}, {"total": 0, "events": 0}, {"person_years": None}, {"person_years": 0.0},
    {"person_years": math.nan}, {"historical_rate_per_year": None}, {"historical_rate_per_year": 1.2},
    {"historical_rate_per_year": -0.01}, {"level": 95.0},
])
def test_bad_input_is_refused(wrong: dict[str, float | None]) -> None:
    good = {"events": 0, "total": 78, "person_years": 200.0, "historical_rate_per_year": 0.01}
    with pytest.raises(InputError):
        single_arm(**(good | wrong))  # type: ignore[arg-type]
