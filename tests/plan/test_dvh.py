"""DVH figures against closed forms; no number here comes from the program."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest import approx

from openiort.plan.dvh import DVH, make_dvh


def ramp(count: int = 10_000, top_Gy: float = 20.0, total_cc: float = 10.0) -> DVH:
    """Dose rising linearly from 0 to `top_Gy` through a volume: half of the volume gets more than half of it."""
    rng = np.random.default_rng(3)
    dose = rng.permutation((np.arange(count) + 0.5) / count * top_Gy)
    return make_dvh("ramp", dose, np.full(count, total_cc / count), prescription_Gy=20.0)


def test_uniform_dose() -> None:
    dvh = make_dvh("uniform", np.full(50, 7.0), np.full(50, 0.1), prescription_Gy=10.0)
    assert (dvh.mean_Gy, dvh.min_Gy, dvh.max_Gy) == approx((7.0, 7.0, 7.0))
    assert [dvh.dose_to_percent_Gy(p) for p in (98, 95, 50, 2)] == approx([7.0] * 4)
    assert dvh.D2cc_Gy == approx(7.0)
    assert (dvh.volume_percent(50), dvh.volume_percent(70), dvh.volume_percent(71)) == approx((100, 100, 0))


def test_linear_ramp() -> None:
    dvh = ramp()
    step = 20.0 / 10_000
    # D(p %) = top x (1 - p/100); D(v cc) = top x (1 - v/10); V(q %) = 100 - q, as 100 % is the top
    assert dvh.D95_Gy == approx(1.0, abs=step)
    assert dvh.dose_to_percent_Gy(50) == approx(10.0, abs=step)
    assert dvh.dose_to_percent_Gy(2) == approx(19.6, abs=step)
    assert dvh.D2cc_Gy == approx(16.0, abs=step)
    assert dvh.dose_to_volume_Gy(0.1) == approx(19.8, abs=step)
    assert dvh.V90_percent == approx(10.0, abs=0.01)
    assert dvh.volume_percent(50) == approx(50.0, abs=0.01)
    assert dvh.mean_Gy == approx(10.0)
    assert dvh.total_volume_cc == approx(10.0)


def test_shell_of_inverse_square_dose() -> None:
    """20 Gy (R/r)^2 in a shell from R = 15 to 20 mm: V(q) = ((R/sqrt q)^3 - R^3) / (20^3 - R^3)."""
    edges = np.linspace(15.0, 20.0, 5001)
    r, volume = (edges[1:] + edges[:-1]) / 2, 4 / 3 * np.pi * np.diff(edges**3) / 1000
    dvh = make_dvh("shell", 20.0 * (15.0 / r) ** 2, volume, prescription_Gy=20.0)
    for percent in (90.0, 80.0, 60.0):
        exact = 100 * ((15.0 / math.sqrt(percent / 100)) ** 3 - 15.0**3) / (20.0**3 - 15.0**3)
        assert dvh.volume_percent(percent) == approx(exact, abs=0.05)
    assert dvh.volume_percent(100.0) == 0.0  # of a prescription to the surface, by construction
    # mean of 1/r^2 over the shell: 3 (r2 - r1) / (r2^3 - r1^3)
    assert dvh.mean_Gy == approx(20.0 * 15.0**2 * 3 * 5.0 / (20.0**3 - 15.0**3), rel=1e-6)


def test_unequal_volumes_count_as_they_are() -> None:
    dvh = make_dvh("two", np.array([4.0, 8.0]), np.array([3.0, 1.0]), prescription_Gy=8.0)
    assert dvh.mean_Gy == approx(5.0)
    assert dvh.dose_to_volume_Gy(1.0) == 8.0
    assert dvh.dose_to_volume_Gy(1.01) == 4.0
    assert dvh.volume_percent(100) == approx(25.0)


def test_smaller_than_asked_has_no_figure() -> None:
    figures = make_dvh("speck", np.array([5.0]), np.array([0.15]), prescription_Gy=10.0).figures()
    assert figures["D2cc_Gy"] is None and figures["D0.2cc_Gy"] is None
    assert figures["D0.1cc_Gy"] == 5.0


def test_empty_structure() -> None:
    dvh = make_dvh("none", np.zeros(0), np.zeros(0), prescription_Gy=10.0)
    figures = dvh.figures()
    assert (figures["volume_cc"], figures["mean_Gy"], figures["V90_percent"]) == (0.0, 0.0, 0.0)
    assert figures["D95_Gy"] is None
    assert float(dvh.curve()[1].max()) == 0.0


def test_maximum_at_a_point_is_reported() -> None:
    assert make_dvh("x", np.array([3.0]), np.array([1.0]), prescription_Gy=1.0, maximum_Gy=3.4).max_Gy == 3.4


def test_curve_of_the_ramp_is_a_straight_line() -> None:
    dose, volume = ramp().curve(bin_Gy=0.5)
    inside = dose <= 20.0
    np.testing.assert_allclose(volume[inside], 10.0 * (1 - dose[inside] / 20.0), atol=2e-3)
    assert volume[-1] == approx(0.0, abs=1e-9)


@given(st.lists(st.tuples(st.floats(0, 50), st.floats(1e-3, 5)), min_size=1, max_size=40))
def test_figures_are_in_order(samples: list[tuple[float, float]]) -> None:
    dose, volume = (np.array(column) for column in zip(*samples, strict=True))
    dvh = make_dvh("any", dose, volume, prescription_Gy=20.0)
    falling = [dvh.dose_to_percent_Gy(p) for p in (2, 50, 90, 95, 98)]
    assert falling == sorted(falling, reverse=True)
    assert dvh.min_Gy - 1e-9 <= dvh.mean_Gy <= dvh.max_Gy + 1e-9
    rising = [dvh.volume_percent(q) for q in (100, 90, 80, 50)]
    assert rising == sorted(rising)
    assert 0 <= rising[0] <= rising[-1] <= 100 + 1e-9


@pytest.mark.parametrize("key", ["volume_cc", "mean_Gy", "min_Gy", "max_Gy", "D98_Gy", "D95_Gy", "D90_Gy", "D50_Gy",
                                 "D2_Gy", "D2cc_Gy", "D1cc_Gy", "D0.2cc_Gy", "D0.1cc_Gy", "V100_percent",
                                 "V90_percent", "V80_percent", "V50_percent", "covered_percent"])
def test_figures_asked_for_are_there(key: str) -> None:
    assert key in ramp(100).figures()
