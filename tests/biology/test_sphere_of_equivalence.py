"""Depth to which a single dose has the effect of 50 Gy in 25 fractions."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from openiort.biology.endpoint import Endpoint
from openiort.biology.parameter_interval import interval
from openiort.biology.read_parameters import find_endpoint
from openiort.biology.sphere_of_equivalence import depth_in_words, equivalence_depth_mm, equivalent_single_dose_Gy
from openiort.core.errors import InputError

DEPTH = np.linspace(0.0, 40.0, 41)
DOSE = 20.0 * np.exp(-DEPTH / 8.0)  # linear in the logarithm, as it is interpolated: depths are exact
USUAL = {"total_dose_Gy": 50.0, "fractions": 25}


def test_equivalent_dose_by_hand() -> None:
    # a/b 10: 50/25 has BED 60, as has 20 Gy at once; a/b 4: D (1 + D/4) = 75, D = 2 (sqrt(76) - 1) = 15.4356
    assert float(equivalent_single_dose_Gy(50.0, 25, Endpoint(10.0), delivery_time_s=None)) == pytest.approx(20.0)
    assert float(equivalent_single_dose_Gy(50.0, 25, Endpoint(4.0), delivery_time_s=None)) == pytest.approx(15.4356,
                                                                                                       abs=1e-4)


def test_depth_of_an_exponential_curve() -> None:
    found = equivalence_depth_mm(DEPTH, DOSE, Endpoint(4.0), delivery_time_s=None, **USUAL)
    assert float(found) == pytest.approx(8.0 * math.log(20.0 / 15.4356), abs=1e-4)


def test_no_sphere_and_no_end() -> None:
    weak = equivalence_depth_mm(DEPTH, DOSE / 4.0, Endpoint(4.0), delivery_time_s=None, **USUAL)
    strong = equivalence_depth_mm(DEPTH, DOSE * 1e4, Endpoint(4.0), delivery_time_s=None, **USUAL)
    assert (float(weak), float(strong)) == (-math.inf, math.inf)
    assert depth_in_words(float(weak), 40.0) == "none: the single dose has less effect even at the applicator's surface"
    assert depth_in_words(float(strong), 40.0) == "beyond 40 mm" and depth_in_words(7.26, 40.0) == "7.3 mm"


@given(st.floats(1.0, 12.0), st.floats(1.0, 1.6), st.floats(1.001, 1.5), st.sampled_from(["LQ", "LQ-L"]))
def test_rbe_makes_it_larger_and_repair_smaller(ratio, rbe, more, model) -> None:
    def depth(rbe_max, half_time):
        endpoint = Endpoint(ratio, rbe_max, half_time)
        return equivalence_depth_mm(DEPTH, DOSE, endpoint, delivery_time_s=1500.0, model=model, **USUAL)

    assert depth(rbe, 900.0) <= depth(rbe * more, 900.0)
    assert depth(rbe, 900.0) <= depth(rbe, 900.0 * more) <= depth(rbe, math.inf)


def test_interval_keeps_that_there_may_be_none() -> None:
    def depth(model):
        return np.atleast_1d(equivalence_depth_mm(DEPTH, DOSE, model, delivery_time_s=1500.0, **USUAL))

    found = interval(depth, (find_endpoint("tumour-10"),))
    assert found.low == -math.inf and not np.isnan(found.high)


@pytest.mark.parametrize(("depth", "dose"), [
    (DEPTH, DOSE[::-1]), (DEPTH[::-1], DOSE), (DEPTH[:1], DOSE[:1]), (DEPTH, DOSE[:-1]), (DEPTH, 0.0 * DOSE),
    (DEPTH - 1.0, DOSE)])
def test_no_depth_dose_is_refused(depth, dose) -> None:
    with pytest.raises(InputError):
        equivalence_depth_mm(depth, dose, Endpoint(4.0), delivery_time_s=None, **USUAL)
