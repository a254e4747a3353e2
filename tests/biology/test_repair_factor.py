"""Lea-Catcheside factor: closed-form values, limits, and no cancellation."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad

from openiort.biology.repair_factor import SERIES_BELOW, repair_factor
from openiort.core.errors import InputError

# 2 / x^2 (x - 1 + e^-x), x = ln 2 T / half-time, worked by hand: minutes of delivery -> minutes of half-time -> G
BY_HAND = {25: {15: 0.705, 30: 0.832, 60: 0.910, 90: 0.939}, 44: {15: 0.563, 30: 0.732, 60: 0.850, 90: 0.896}}


@pytest.mark.parametrize(("time_min", "half_min", "factor"),
                         [(t, h, g) for t, row in BY_HAND.items() for h, g in row.items()])
def test_values_by_hand(time_min, half_min, factor) -> None:
    assert float(repair_factor(60.0 * time_min, 60.0 * half_min)) == pytest.approx(factor, abs=0.0006)


def test_double_integral_of_repair() -> None:
    """G is the mean of exp(-mu |t - s|) over pairs of moments of the delivery, which is its definition."""
    mu = math.log(2.0) / 900.0
    inner = quad(lambda t: quad(lambda s: math.exp(-mu * (t - s)), 0.0, t)[0], 0.0, 1500.0)[0]
    assert float(repair_factor(1500.0, 900.0)) == pytest.approx(2.0 * inner / 1500.0**2, rel=1e-9)


def test_limits() -> None:
    assert float(repair_factor(1500.0, math.inf)) == 1.0
    assert float(repair_factor(1500.0, 0.0)) == 0.0
    assert float(repair_factor(1e-6, 900.0)) == pytest.approx(1.0, abs=1e-9)
    x = 1e12 * math.log(2.0)
    assert float(repair_factor(1e12, 1.0)) == pytest.approx(2.0 / x, rel=1e-9)


@pytest.mark.parametrize("x", [1e-12, 1e-8, 1e-4, 0.1, SERIES_BELOW * (1 - 1e-12), SERIES_BELOW, 3.0])
def test_no_digit_is_lost(x) -> None:
    """Against the series in exact fractions: 2 sum (-x)^k / (k + 2)!"""
    exact = Fraction(x)
    series = 2 * sum((-exact) ** k / math.factorial(k + 2) for k in range(60))
    assert float(repair_factor(x / math.log(2.0), 1.0)) == pytest.approx(float(series), rel=3e-15)


def test_two_processes_are_weighted() -> None:
    fast, slow = float(repair_factor(1500.0, 900.0)), float(repair_factor(1500.0, 14400.0))
    assert float(repair_factor(1500.0, 900.0, 14400.0, 0.3)) == pytest.approx(0.7 * fast + 0.3 * slow)
    assert float(repair_factor(1500.0, 900.0, 14400.0, 0.0)) == fast
    assert float(repair_factor(1500.0, 900.0, 14400.0, 1.0)) == slow


@given(st.floats(1.0, 1e5), st.floats(1.0, 1e6), st.floats(1.001, 10.0))
def test_falls_with_time_and_rises_with_half_time(time, half, more) -> None:
    assert 0.0 < repair_factor(time * more, half) < repair_factor(time, half) < repair_factor(time, half * more) <= 1.0


def test_arrays() -> None:
    found = repair_factor(1500.0, np.array([0.0, 900.0, np.inf]))
    assert found == pytest.approx([0.0, 0.705, 1.0], abs=0.0006)


@pytest.mark.parametrize("arguments", [(0.0, 900.0), (-1.0, 900.0), (math.inf, 900.0), (math.nan, 900.0),
                                       (1500.0, -1.0), (1500.0, math.nan), (1500.0, 900.0, 3600.0, -0.1)])
def test_bad_input_is_refused(arguments) -> None:
    with pytest.raises(InputError):
        repair_factor(*arguments)
