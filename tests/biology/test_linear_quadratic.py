"""BED, EQD2, LQ-L and RBE: hand-worked schedules, limits, and what must be refused."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from openiort.biology.endpoint import Endpoint
from openiort.biology.equivalent_dose import (
    MODELS,
    fractionated_bed_Gy,
    fractionated_eqd2_Gy,
    single_dose_bed_Gy,
    single_dose_eqd2_Gy,
    single_dose_of_bed_Gy,
)
from openiort.biology.linear_quadratic import bed_Gy, dose_of_bed_Gy, eqd2_Gy
from openiort.biology.linear_quadratic_linear import lql_bed_Gy
from openiort.biology.relative_biological_effectiveness import rbe
from openiort.core.errors import InputError

# D (1 + d / (a/b)) and its EQD2 worked by hand, rounded to 0.1: (dose, fractions), ... and (BED, EQD2) at 3, 4, 10 Gy
SCHEDULES = [
    ([(20.0, 1)], (153.3, 92.0), (120.0, 80.0), (60.0, 50.0)),
    ([(23.2, 1)], (202.6, 121.6), (157.8, 105.2), (77.0, 64.2)),
    ([(26.0, 1)], (251.3, 150.8), (195.0, 130.0), (93.6, 78.0)),
    ([(7.0, 1)], (23.3, 14.0), (19.2, 12.8), (11.9, 9.9)),
    ([(6.0, 1)], (18.0, 10.8), (15.0, 10.0), (9.6, 8.0)),
    ([(5.0, 1)], (13.3, 8.0), (11.2, 7.5), (7.5, 6.2)),
    ([(21.0, 1)], (168.0, 100.8), (131.2, 87.5), (65.1, 54.3)),
    ([(50.0, 25)], (83.3, 50.0), (75.0, 50.0), (60.0, 50.0)),
    ([(50.0, 25), (16.0, 8)], (110.0, 66.0), (99.0, 66.0), (79.2, 66.0)),
    ([(40.0, 15)], (75.6, 45.3), (66.7, 44.4), (50.7, 42.2)),
    ([(26.0, 5)], (71.1, 42.6), (59.8, 39.9), (39.5, 32.9)),
]
HALF_OF_LAST_PLACE = 0.05 + 1e-9

positive_dose = st.floats(0.01, 60.0)
ratio_Gy = st.floats(0.5, 20.0)
endpoints = st.builds(Endpoint, ratio_Gy, st.floats(1.0, 2.0), st.floats(60.0, 1e5), st.floats(1.0, 5.0))


@pytest.mark.parametrize(("parts", "at_3", "at_4", "at_10"), SCHEDULES)
def test_schedules(parts, at_3, at_4, at_10) -> None:
    for ratio, (bed, eqd2) in ((3.0, at_3), (4.0, at_4), (10.0, at_10)):
        found = sum(float(bed_Gy(dose, fractions, ratio)) for dose, fractions in parts)
        assert found == pytest.approx(bed, abs=HALF_OF_LAST_PLACE)
        assert float(eqd2_Gy(found, ratio)) == pytest.approx(eqd2, abs=HALF_OF_LAST_PLACE)


@pytest.mark.parametrize("model", MODELS)
def test_effect_vanishes_with_dose(model) -> None:
    endpoint = Endpoint(3.0, 1.3, 900.0)
    assert single_dose_eqd2_Gy(0.0, endpoint, delivery_time_s=1500.0, model=model) == 0.0
    assert fractionated_eqd2_Gy(0.0, 25, endpoint, model=model) == 0.0
    small = float(single_dose_bed_Gy(1e-6, endpoint, delivery_time_s=1500.0, model=model))
    assert small / 1e-6 == pytest.approx(1.3, rel=1e-6)  # RBEmax is all that is left


def test_many_fractions_tend_to_the_dose() -> None:
    assert float(bed_Gy(50.0, 10**9, 3.0)) == pytest.approx(50.0, rel=1e-6)


def test_large_alpha_beta_makes_bed_the_dose() -> None:
    assert float(bed_Gy(20.0, 1, 1e9)) == pytest.approx(20.0, rel=1e-6)


@pytest.mark.parametrize("model", MODELS)
def test_two_gray_fractions_are_their_own_equivalent(model) -> None:
    for ratio in (0.5, 3.0, 10.0):  # also where the transition dose, 2 x 0.5 Gy, lies below 2 Gy
        assert float(fractionated_eqd2_Gy(50.0, 25, Endpoint(ratio), model=model)) == pytest.approx(50.0)


def test_a_place_gets_its_share_of_every_fraction() -> None:
    # half of 40/15 is 15 fractions of 1.333 Gy: 20 (1 + 1.3333 / 4) / (1 + 2 / 4), by hand
    found = fractionated_eqd2_Gy(np.array([[40.0, 20.0]]), 15, Endpoint(4.0))
    assert found == pytest.approx(np.array([[44.444444, 17.777778]]))


def test_dimension_of_doses_scales_out() -> None:
    """In units of alpha/beta the model has no unit: doses and alpha/beta ten times as large give ten times the BED."""
    assert float(bed_Gy(200.0, 1, 30.0)) == pytest.approx(10.0 * float(bed_Gy(20.0, 1, 3.0)))
    assert float(lql_bed_Gy(200.0, 1, 30.0, 60.0)) == pytest.approx(10.0 * float(lql_bed_Gy(20.0, 1, 3.0, 6.0)))


def test_rbe_of_the_closed_form() -> None:
    # k = 10 Gy, RBEmax = 1.5: (-10 + sqrt(100 + 80 (15 + 20))) / 40 = 1.0963 at 20 Gy, 1.2143 at 6 Gy
    assert float(rbe(20.0, 10.0, 1.5)) == pytest.approx(1.10, abs=0.005)
    assert float(rbe(6.0, 10.0, 1.5)) == pytest.approx(1.21, abs=0.005)


def test_rbe_runs_from_rbe_max_to_one() -> None:
    assert float(rbe(0.0, 4.0, 1.5)) == 1.5
    assert float(rbe(1e-12, 4.0, 1.5)) == pytest.approx(1.5)  # nothing cancels
    assert float(rbe(1e6, 4.0, 1.5)) == pytest.approx(1.0, abs=1e-5)
    assert rbe(np.array([1.0, 20.0]), 4.0, 1.0) == pytest.approx(1.0)


@given(positive_dose, ratio_Gy, st.floats(1.0, 2.0))
def test_rbe_times_dose_has_the_same_bed(dose, ratio, rbe_max) -> None:
    reference = dose * float(rbe(dose, ratio, rbe_max))
    assert float(bed_Gy(reference, 1, ratio)) == pytest.approx(float(bed_Gy(dose, 1, ratio, rbe_max=rbe_max)))


def test_lql_by_hand() -> None:
    # a/b 3, D_T 6 Gy: 6 (1 + 6/3) + (1 + 2 * 6/3) (20 - 6) = 18 + 70
    assert float(lql_bed_Gy(20.0, 1, 3.0, 6.0)) == pytest.approx(88.0)
    assert float(lql_bed_Gy(40.0, 2, 3.0, 6.0)) == pytest.approx(176.0)


def test_lql_is_lq_below_the_transition_and_with_none() -> None:
    assert float(lql_bed_Gy(5.9, 1, 3.0, 6.0)) == float(bed_Gy(5.9, 1, 3.0))
    assert float(lql_bed_Gy(20.0, 1, 3.0, math.inf)) == float(bed_Gy(20.0, 1, 3.0))


def test_lql_has_no_kink() -> None:
    def bed(dose):
        return float(lql_bed_Gy(dose, 1, 3.0, 6.0, repair_factor=0.7, rbe_max=1.3))

    below, above = ((bed(6.0 + step) - bed(6.0)) / step for step in (-1e-6, 1e-6))
    assert below == pytest.approx(above, rel=1e-5)


@given(positive_dose, endpoints, st.floats(60.0, 6000.0))
def test_lql_never_exceeds_lq(dose, endpoint, time) -> None:
    curved, straight = (float(single_dose_bed_Gy(dose, endpoint, delivery_time_s=time, model=m)) for m in MODELS)
    assert straight <= curved * (1 + 1e-12)


@given(positive_dose, st.floats(1.01, 2.0), endpoints, st.floats(60.0, 6000.0), st.sampled_from(MODELS))
def test_effect_rises_with_dose(dose, more, endpoint, time, model) -> None:
    low, high = single_dose_eqd2_Gy(np.array([dose, dose * more]), endpoint, delivery_time_s=time, model=model)
    assert low < high
    low, high = fractionated_eqd2_Gy(np.array([dose, dose * more]), 15, endpoint, model=model)
    assert low < high


@given(positive_dose, endpoints, st.floats(60.0, 6000.0), st.sampled_from(MODELS))
def test_dose_of_a_bed_is_the_inverse(dose, endpoint, time, model) -> None:
    bed = single_dose_bed_Gy(dose, endpoint, delivery_time_s=time, model=model)
    assert float(single_dose_of_bed_Gy(bed, endpoint, delivery_time_s=time, model=model)) == pytest.approx(dose)


@given(positive_dose, ratio_Gy, st.integers(1, 40))
def test_more_fractions_have_less_effect(dose, ratio, fractions) -> None:
    assert bed_Gy(dose, fractions + 1, ratio) < bed_Gy(dose, fractions, ratio)
    assert float(dose_of_bed_Gy(bed_Gy(dose, fractions, ratio), fractions, ratio)) == pytest.approx(dose)


@given(positive_dose, ratio_Gy, st.floats(60.0, 6000.0), st.floats(60.0, 6000.0))
def test_longer_delivery_has_less_effect(dose, ratio, time, half_time) -> None:
    endpoint = Endpoint(ratio, 1.0, half_time)
    times = (None, time, 2.0 * time)
    at_once, short, long = (float(single_dose_bed_Gy(dose, endpoint, delivery_time_s=one)) for one in times)
    assert at_once > short > long > dose


def test_fractions_ignore_rbe_and_repair_of_the_endpoint() -> None:
    assert fractionated_bed_Gy(50.0, 25, Endpoint(3.0, 1.6, 60.0)) == fractionated_bed_Gy(50.0, 25, Endpoint(3.0))


@pytest.mark.parametrize("model", MODELS)
def test_histogram_keeps_its_order_and_volumes(model) -> None:
    rng = np.random.default_rng(3)
    dose = rng.uniform(0.0, 25.0, 500)
    effect = single_dose_eqd2_Gy(dose, Endpoint(3.0, 1.3, 3600.0), delivery_time_s=1500.0, model=model)
    assert (np.argsort(dose) == np.argsort(effect)).all()
    median = single_dose_eqd2_Gy(np.sort(dose)[250], Endpoint(3.0, 1.3, 3600.0), delivery_time_s=1500.0, model=model)
    assert np.sort(effect)[250] == median  # D50 of EQD2 is EQD2 of D50


@pytest.mark.parametrize(("call", "words"), [
    (lambda: Endpoint(-3.0), "alpha_beta_Gy = -3"),
    (lambda: Endpoint(0.0), "alpha_beta_Gy = 0"),
    (lambda: Endpoint(3.0, 0.9), "rbe_max = 0.9"),
    (lambda: Endpoint(3.0, 1.0, -1.0), "half_time_s = -1"),
    (lambda: Endpoint(3.0, slow_fraction=1.2), "slow_fraction = 1.2"),
    (lambda: Endpoint(float("nan")), "alpha_beta_Gy = nan"),
    (lambda: rbe(20.0, 3.0, 0.5), "rbe_max = 0.5"),
    (lambda: single_dose_eqd2_Gy(20.0, Endpoint(3.0), delivery_time_s=0.0), "delivery_time_s = 0"),
    (lambda: single_dose_eqd2_Gy(-1.0, Endpoint(3.0), delivery_time_s=None), "dose_Gy = -1"),
    (lambda: single_dose_eqd2_Gy(np.array([1.0, np.nan]), Endpoint(3.0), delivery_time_s=None), "dose_Gy = nan"),
    (lambda: single_dose_eqd2_Gy(1.0, Endpoint(3.0), delivery_time_s=None, model="USC"), "no model 'USC'"),
    (lambda: fractionated_eqd2_Gy(50.0, 0, Endpoint(3.0)), "fractions = 0"),
    (lambda: fractionated_eqd2_Gy(50.0, 2.5, Endpoint(3.0)), "fractions = 2.5"),
    (lambda: fractionated_eqd2_Gy(50.0, float("nan"), Endpoint(3.0)), "fractions = nan"),
    (lambda: lql_bed_Gy(20.0, 1, 3.0, 0.0), "transition_dose_Gy = 0"),
])
def test_bad_input_is_refused(call, words) -> None:
    with pytest.raises(InputError) as caught:
        call()
    assert words in caught.value.what and caught.value.allowed and caught.value.fix
