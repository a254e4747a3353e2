"""gEUD, NTCP, heart, tumour control, metrics and boost: values worked by hand, limits, refusals."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from openiort.biology.boost import ScaleRatio, boost_then_fractions, surface_dose_on_scale_Gy
from openiort.biology.complication import fractionated_ntcp, single_dose_ntcp
from openiort.biology.dose_bins import BINS, binned, binned_with_distance
from openiort.biology.endpoint import Endpoint
from openiort.biology.equieffective import fractionated_eqdx_Gy, single_dose_eqdx_Gy
from openiort.biology.generalised_eud import geud_Gy
from openiort.biology.heart_risk import HeartModel, relative_rate
from openiort.biology.lyman_kutcher_burman import LKBModel, lkb_ntcp
from openiort.biology.niemierko_ntcp import NiemierkoModel, niemierko_ntcp
from openiort.biology.read_parameters import find_set
from openiort.biology.structure_metrics import figures, hottest_Gy, metrics, volume_at_least_cc
from openiort.biology.tumour_control import (
    TumourControlModel,
    clonogen_share,
    surviving_clonogens,
    tumour_control_probability,
)
from openiort.core.errors import InputError

DOSE, VOLUME = np.array([10.0, 20.0, 40.0]), np.array([2.0, 1.0, 1.0])
FIBROSIS = LKBModel(132.0, 0.35, 0.012, 3.0, 0.0)
samples_of_dose = st.lists(st.floats(0.1, 80.0), min_size=1, max_size=20)


# --- gEUD


def test_geud_by_hand() -> None:
    assert float(geud_Gy(DOSE, VOLUME, 1.0)) == pytest.approx(20.0)  # mean: (2 * 10 + 20 + 40) / 4
    assert float(geud_Gy(DOSE, VOLUME, 2.0)) == pytest.approx(math.sqrt((2 * 100 + 400 + 1600) / 4))
    assert float(geud_Gy(DOSE, VOLUME, -1.0)) == pytest.approx(4 / (2 / 10 + 1 / 20 + 1 / 40))  # harmonic mean


def test_geud_limits() -> None:
    assert float(geud_Gy(DOSE, VOLUME, 1e6)) == pytest.approx(40.0, rel=1e-5)
    assert float(geud_Gy(DOSE, VOLUME, -1e6)) == pytest.approx(10.0, rel=1e-5)
    assert float(geud_Gy(np.full(7, 33.0), np.ones(7), 83.0)) == pytest.approx(33.0)
    assert float(geud_Gy(np.zeros(3), VOLUME, 83.0)) == 0.0
    assert float(geud_Gy(np.array([0.0, 5.0]), np.ones(2), -2.0)) == 0.0
    assert float(geud_Gy(np.array([300.0, 1.0]), np.array([0.0, 1.0]), 1e3)) == pytest.approx(1.0)  # no volume, no say


@given(samples_of_dose, st.floats(0.1, 100.0), st.floats(1.01, 3.0))
def test_geud_rises_with_exponent_and_scales_with_dose(doses, exponent, more) -> None:
    dose, volume = np.array(doses), np.ones(len(doses))
    low, high = geud_Gy(dose, volume, exponent), geud_Gy(dose, volume, exponent * more)
    assert low <= high * (1 + 1e-12) and high <= dose.max() * (1 + 1e-12)
    assert float(geud_Gy(3.0 * dose, volume, exponent)) == pytest.approx(3.0 * float(low))


def test_geud_of_samples() -> None:
    by_column = geud_Gy(np.stack([DOSE, 2.0 * DOSE], axis=1), VOLUME, np.array([1.0, 2.0]))
    assert by_column == pytest.approx([20.0, 2.0 * math.sqrt(550.0)])


# --- NTCP


def test_uniform_tolerance_dose_is_half() -> None:
    uniform = np.full(5, 132.0)
    assert float(lkb_ntcp(uniform, np.ones(5), FIBROSIS)) == pytest.approx(0.5)
    model = NiemierkoModel(136.4, 0.9, 0.011, 3.0, 0.0)
    assert float(niemierko_ntcp(np.full(5, 136.4), np.ones(5), model)) == pytest.approx(0.5)


def test_slope_at_half_is_gamma50() -> None:
    """gamma50 = TD50 dNTCP/dD by definition; of the other model it is 1 / (m sqrt(2 pi))."""
    step = 1e-4
    model = NiemierkoModel(100.0, 0.9, 1.0, 3.0, 0.0)
    rise = niemierko_ntcp([100.0 * (1 + step)], [1.0], model) - niemierko_ntcp([100.0 * (1 - step)], [1.0], model)
    assert float(rise) / (2 * step) == pytest.approx(0.9, rel=1e-5)
    rise = lkb_ntcp([132.0 * (1 + step)], [1.0], FIBROSIS) - lkb_ntcp([132.0 * (1 - step)], [1.0], FIBROSIS)
    assert float(rise) / (2 * step) == pytest.approx(1 / (0.35 * math.sqrt(2 * math.pi)), rel=1e-5)


def test_no_dose() -> None:
    # Phi(-1 / 0.35) = 0.0021375 of a table of the normal distribution: the model's own, and no rounding of ours
    assert float(lkb_ntcp(np.zeros(4), np.ones(4), FIBROSIS)) == pytest.approx(0.00214, abs=5e-6)
    assert float(niemierko_ntcp(np.zeros(4), np.ones(4), NiemierkoModel(136.4, 0.9, 0.011, 3.0, 0.0))) == 0.0


def test_fibrosis_after_fractions() -> None:
    """By hand: Phi((BED - 132) / 46.2) and 1 / (1 + (136.4 / BED)^3.6) of the shipped numbers, BED 5/3 of the dose."""
    lkb, niemierko = (find_set(f"fibrosis-{kind}", kind).nominal() for kind in ("lkb", "niemierko"))
    for dose, by_lkb, by_niemierko in ((50.0, 0.1461, 0.1451), (66.0, 0.3170, 0.3155)):
        bed = fractionated_eqdx_Gy(np.full(10, dose), round(dose / 2.0), 3.0, 0.0)
        assert float(lkb_ntcp(bed, np.ones(10), lkb)) == pytest.approx(by_lkb, abs=1e-4)
        assert float(niemierko_ntcp(bed, np.ones(10), niemierko)) == pytest.approx(by_niemierko, abs=1e-4)


def test_dose_as_a_model_wants_it() -> None:
    # fractions of the model's own size leave a dose as it is; BED is the limit of vanishing fractions
    assert float(fractionated_eqdx_Gy(30.0, 15, 3.0, 2.0)) == pytest.approx(30.0)
    assert float(fractionated_eqdx_Gy(30.0, 15, 3.0, 0.0)) == pytest.approx(50.0)
    late = Endpoint(10.0, 1.3, math.inf)  # alpha/beta is the model's, RBEmax the endpoint's: 20 (1.3 + 20/3) by hand
    assert float(single_dose_eqdx_Gy(20.0, late, 3.0, 0.0, delivery_time_s=1500.0)) == pytest.approx(159.3333, abs=1e-4)


def test_both_treatments_by_one_model() -> None:
    """Uniform doses by hand: BED3 of 20 Gy at once 153.33, of 50/25 83.33."""
    dose, volume, plain = np.full(4, 20.0), np.ones(4), Endpoint(10.0)
    for model in (FIBROSIS, NiemierkoModel(136.4, 0.9, 0.011, 3.0, 0.0)):
        one = single_dose_ntcp(dose, volume, plain, model, delivery_time_s=None)
        many = fractionated_ntcp(2.5 * dose, 25, volume, model)
        by_hand = (0.6778, 0.1461) if isinstance(model, LKBModel) else (0.6038, 0.1451)
        assert (float(one), float(many)) == pytest.approx(by_hand, abs=1e-4)


@given(samples_of_dose, st.floats(1.01, 2.0))
def test_ntcp_rises_with_dose(doses, more) -> None:
    dose, volume = np.array(doses), np.ones(len(doses))
    lung = LKBModel(30.8, 0.37, 0.99, 3.0, 2.0)
    assert lkb_ntcp(dose, volume, lung) < lkb_ntcp(more * dose, volume, lung) or lkb_ntcp(dose, volume, lung) == 1.0


# --- heart


def test_heart() -> None:
    model = HeartModel(7.4)
    assert float(relative_rate(0.0, model)) == 1.0
    assert float(relative_rate(4.9, model)) == pytest.approx(1.3626)  # 1 + 0.074 * 4.9


# --- tumour control


def shells(radius_mm: float, last_mm: float, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Middle distances and volumes (cc) of thin shells round a sphere."""
    edge = np.linspace(0.0, last_mm, count + 1)
    volume = 4 / 3 * math.pi * np.diff((radius_mm + edge) ** 3) / 1000.0
    return (edge[1:] + edge[:-1]) / 2.0, volume


def test_clonogens_lie_as_the_integral_says() -> None:
    """Mean distance round a sphere of radius R: L (R^2 + 4 R L + 6 L^2) / (R^2 + 2 R L + 2 L^2)."""
    radius, length = 20.0, 5.0
    distance, volume = shells(radius, 200.0, 40_000)
    mean = float(clonogen_share(distance, volume, length) @ distance)
    above, below = radius**2 + 4 * radius * length + 6 * length**2, radius**2 + 2 * radius * length + 2 * length**2
    assert mean == pytest.approx(length * above / below, rel=1e-5)


def test_no_clonogens_in_the_cavity() -> None:
    share = clonogen_share(np.array([-1.0, 0.0, 5.0]), np.ones(3), 5.0)
    assert share[0] == 0.0 and share.sum() == pytest.approx(1.0)
    assert share[2] / share[1] == pytest.approx(math.exp(-1.0))


def test_tumour_control_limits() -> None:
    distance, volume = shells(20.0, 40.0, 100)
    model = TumourControlModel(0.1, 3.0, 10.0)
    assert float(tumour_control_probability(np.zeros(100), distance, volume, model)) == pytest.approx(math.exp(-3.0))
    assert float(tumour_control_probability(np.full(100, 1e4), distance, volume, model)) == 1.0
    nothing = TumourControlModel(0.1, 0.0, 10.0)
    assert float(tumour_control_probability(np.zeros(100), distance, volume, nothing)) == 1.0
    # a uniform BED takes every clonogen alike: N exp(-alpha BED)
    assert float(surviving_clonogens(np.full(100, 75.0), distance, volume, model)) == pytest.approx(3 * math.exp(-7.5))


def test_tumour_control_of_samples() -> None:
    distance, volume = shells(20.0, 40.0, 50)
    bed = np.linspace(80.0, 5.0, 50)
    many = TumourControlModel(np.array([0.1, 0.2]), np.array([3.0, 5.0]), np.array([5.0, 15.0]))
    found = tumour_control_probability(bed[:, None], distance, volume, many)
    one_by_one = [float(tumour_control_probability(bed, distance, volume, TumourControlModel(a, n, length)))
                  for a, n, length in ((0.1, 3.0, 5.0), (0.2, 5.0, 15.0))]
    assert found == pytest.approx(one_by_one)


@given(st.floats(1.0, 3.0), st.floats(0.02, 0.5), st.floats(2.0, 40.0))
def test_tumour_control_rises_with_dose(more, alpha, length) -> None:
    distance, volume = shells(20.0, 40.0, 30)
    bed = np.linspace(80.0, 5.0, 30)
    model = TumourControlModel(alpha, 10.0, length)
    assert (tumour_control_probability(bed, distance, volume, model)
            <= tumour_control_probability(more * bed, distance, volume, model))


# --- figures of organs


def test_figures_by_hand() -> None:
    assert hottest_Gy(DOSE, VOLUME, 1.0) == 40.0 and hottest_Gy(DOSE, VOLUME, 1.5) == 20.0
    assert hottest_Gy(DOSE, VOLUME, 4.0) == 10.0 and hottest_Gy(DOSE, VOLUME, 4.1) is None
    assert volume_at_least_cc(DOSE, VOLUME, 20.0) == 2.0 and volume_at_least_cc(DOSE, VOLUME, 50.0) == 0.0
    assert figures("ribs", DOSE, VOLUME) == {"D2cc_Gy": 20.0, "V30Gy_cc": 1.0}
    assert figures("heart", DOSE, VOLUME) == {"mean_Gy": 20.0}
    assert figures("skin", DOSE[:1], np.array([0.15])) == {"D0.1cc_Gy": 10.0, "D0.2cc_Gy": None, "D1cc_Gy": None}


def test_ribs_have_no_complication_probability_and_say_so() -> None:
    assert all("no NTCP of ribs after IORT is accepted" in metric.text for metric in metrics("ribs"))


# --- many voxels


def test_bins_keep_volume_mean_and_effect() -> None:
    rng = np.random.default_rng(5)
    dose, volume, distance = (rng.uniform(low, high, 200_000) for low, high in ((0.0, 25.0), (0.0, 2.0), (-5.0, 40.0)))
    few, few_cc = binned(dose, volume)
    assert few.size <= BINS and few_cc.sum() == pytest.approx(volume.sum())
    assert few @ few_cc == pytest.approx(dose @ volume)
    for exponent in (1.0, 1 / 0.012):
        assert float(geud_Gy(few, few_cc, exponent)) == pytest.approx(float(geud_Gy(dose, volume, exponent)), rel=1e-4)
    model = TumourControlModel(0.08, 10.0, 8.0)
    bed, far, cc = binned_with_distance(dose, distance, volume)
    assert float(surviving_clonogens(bed, far, cc, model)) == pytest.approx(
        float(surviving_clonogens(dose, distance, volume, model)), rel=1e-3)


# --- boost


def test_boost_adds_up_by_hand() -> None:
    # 20 Gy at a/b 4 without RBE and repair: EQD2 80; 50/25: 50
    found = boost_then_fractions(20.0, "TARGIT", 50.0, 25, Endpoint(4.0), delivery_time_s=None)
    assert float(found.total_eqd2_Gy) == pytest.approx(130.0) and found.dose_scale == "TARGIT"
    nothing = boost_then_fractions(0.0, "V4.0", 50.0, 25, Endpoint(4.0), delivery_time_s=1500.0)
    assert float(nothing.total_eqd2_Gy) == pytest.approx(50.0)


def test_surface_dose_on_the_other_scale() -> None:
    # nominal 20 Gy (TARGIT) are 22.8 to 26 Gy (V4.0): 14 to 30 % more, AAPM Task Group 292
    ratio = find_set("dose-scale", "dose-scale")["v4_over_targit"]
    for factor, dose in ((ratio.low, 22.8), (ratio.high, 26.0)):
        assert float(surface_dose_on_scale_Gy(20.0, "TARGIT", "V4.0", ScaleRatio(factor))) == pytest.approx(dose)
        assert float(surface_dose_on_scale_Gy(dose, "V4.0", "TARGIT", ScaleRatio(factor))) == pytest.approx(20.0)
    assert float(surface_dose_on_scale_Gy(20.0, "V4.0", "V4.0", ScaleRatio(1.2))) == 20.0


# --- refused


@pytest.mark.parametrize(("call", "words"), [
    (lambda: geud_Gy([], [], 1.0), "the structure is empty"),
    (lambda: geud_Gy(DOSE, np.zeros(3), 1.0), "the structure is empty"),
    (lambda: geud_Gy(DOSE, VOLUME[:2], 1.0), "do not belong together"),
    (lambda: geud_Gy(DOSE, VOLUME, 0.0), "exponent = 0"),
    (lambda: geud_Gy(-DOSE, VOLUME, 1.0), "dose_Gy = -10"),
    (lambda: lkb_ntcp([], [], FIBROSIS), "the structure is empty"),
    (lambda: LKBModel(0.0, 0.35, 0.012, 3.0, 0.0), "tolerance_Gy = 0"),
    (lambda: LKBModel(132.0, 0.35, 0.012, -3.0, 0.0), "alpha_beta_Gy = -3"),
    (lambda: NiemierkoModel(132.0, -1.0, 0.012, 3.0, 0.0), "normalised_slope = -1"),
    (lambda: HeartModel(-1.0), "increase_percent_per_Gy = -1"),
    (lambda: TumourControlModel(-0.1, 1.0, 1.0), "alpha_per_Gy = -0.1"),
    (lambda: clonogen_share([-1.0], [1.0], 5.0), "no volume lies outside the cavity"),
    (lambda: binned_with_distance(DOSE, DOSE[:2], VOLUME), "2 distances and 3 volumes"),
    (lambda: figures("heart", [], []), "the structure is empty"),
    (lambda: hottest_Gy(DOSE, VOLUME, 0.0), "hottest_cc = 0"),
    (lambda: boost_then_fractions(20.0, "nominal", 50.0, 25, Endpoint(4.0), delivery_time_s=None), "no dose scale"),
    (lambda: surface_dose_on_scale_Gy(20.0, "Monte Carlo", "TARGIT", ScaleRatio(1.2)), "no ratio between Monte Carlo"),
    (lambda: ScaleRatio(0.9), "v4_over_targit = 0.9"),
])
def test_bad_input_is_refused(call, words) -> None:
    with pytest.raises(InputError) as caught:
        call()
    assert words in caught.value.what and caught.value.allowed
