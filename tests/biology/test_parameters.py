"""Files of parameters, what is drawn from them, and the intervals of results."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from openiort.biology.equivalent_dose import fractionated_eqd2_Gy, single_dose_bed_Gy, single_dose_eqd2_Gy
from openiort.biology.heart_risk import relative_rate
from openiort.biology.lyman_kutcher_burman import lkb_ntcp
from openiort.biology.parameter import Parameter
from openiort.biology.parameter_interval import NODES, interval, interval_of_doses, interval_of_structure
from openiort.biology.parameter_set import ParameterSet, draws
from openiort.biology.read_parameters import find_endpoint, find_set, read_sets, sets_of, shipped_sets
from openiort.biology.structure_endpoint import endpoint_of
from openiort.biology.tumour_control import tumour_control_probability
from openiort.core.errors import InputError

OWN = """
[[set]]
kind = "endpoint"
name = "own"
text = "of our own"

[set.parameters.alpha_beta_Gy]
value = 4.0
low = 3.0
high = 6.0
distribution = "lognormal"
mark = "F"
source = "our cells"

[set.parameters.half_time_min]
value = 20.0
distribution = "unknown"
mark = "F"
source = "our cells"

[set.parameters.slow_half_time_min]
value = 240.0
distribution = "exact"
mark = "our choice"
source = "our cells"

[set.parameters.slow_fraction]
value = 0.3
low = 0.1
high = 0.5
distribution = "uniform"
mark = "F"
source = "our cells"
"""


def eqd2(dose, endpoint):
    return single_dose_eqd2_Gy(dose, endpoint, delivery_time_s=1500.0)


def test_shipped_sets_tell_source_and_interval() -> None:
    for one in shipped_sets().values():
        assert one.text and one.parameters
        for parameter in one.parameters:
            assert parameter.low <= parameter.value <= parameter.high and len(parameter.source) > 3
    assert find_endpoint("tumour").to_be_confirmed and find_endpoint("late").to_be_confirmed
    assert not find_set("heart", "heart").to_be_confirmed
    assert find_set("fibrosis-lkb", "lkb").without_interval == ("tolerance_Gy", "slope", "volume_exponent")


def test_what_is_assumed_of_rbe() -> None:
    for name in ("tumour", "tumour-10", "late"):
        rbe = find_endpoint(name)["rbe_max"]
        assert (rbe.low, rbe.high, rbe.mark) == (1.0, 1.6, "our choice")


def test_own_file_in_minutes(tmp_path) -> None:
    file = tmp_path / "own.toml"
    file.write_text(OWN)
    own = find_endpoint("own", read_sets(file)).nominal()
    assert (own.half_time_s, own.slow_half_time_s, own.slow_fraction, own.rbe_max) == (1200.0, 14400.0, 0.3, 1.0)
    assert "late" in read_sets(file)


def test_own_file_takes_the_place_of_a_shipped_set(tmp_path) -> None:
    file = tmp_path / "own.toml"
    file.write_text(OWN.replace('"own"', '"late"'))
    assert find_endpoint("late", read_sets(file)).nominal().alpha_beta_Gy == 4.0


@pytest.mark.parametrize(("old", "new", "words"), [
    ("value = 4.0", "value = -4.0", "3, -4, 6"),
    ("low = 3.0", "low = 0.0", "low = 0"),
    ('"lognormal"', '"gaussian"', "distribution = gaussian"),
    ('mark = "F"', 'mark = "?"', "mark = ?"),
    ("value = 4.0", 'value = "4"', "value = 4"),
    ("low = 3.0\n", "", "low = None"),
    ("parameters.alpha_beta_Gy", "parameters.alpha_beta", "'alpha_beta' is unknown"),
    ("parameters.alpha_beta_Gy", "parameters.rbe_max", "alpha_beta_Gy is missing"),
    ('source = "our cells"', 'sauce = "our cells"', "'sauce' is unknown"),
    ('source = "our cells"', 'source = " "', "source =  "),
    ('kind = "endpoint"', 'kind = "endpiont"', "kind = endpiont"),
    ("value = 0.3\nlow = 0.1\nhigh = 0.5", "value = 0.3\nlow = 0.1\nhigh = 1.5", "slow_fraction = 1.5"),
    ('distribution = "exact"', 'distribution = "exact"\nlow = 1.0\nhigh = 900.0', "number that is exact"),
    ("[set.parameters.slow_half_time_min]", "[set.parameters.half_time_s]", "in minutes and in seconds"),
    ("[[set]]", "[set]", "no sets of parameters"),
])
def test_bad_files_are_refused(old, new, words) -> None:
    assert old in OWN
    with pytest.raises(InputError) as caught:
        sets_of(OWN.replace(old, new), "own.toml")
    assert words in caught.value.what and "own.toml" in caught.value.where and caught.value.fix


def test_bad_rbe_and_alpha_beta_of_a_file_are_refused() -> None:
    text = OWN.replace("[set.parameters.slow_fraction]", "[set.parameters.rbe_max]")  # 0.1 to 0.5
    with pytest.raises(InputError, match=r"rbe_max = 0\.1"):
        sets_of(text, "own.toml")


def test_unknown_set_is_refused() -> None:
    with pytest.raises(InputError, match="no endpoint 'skin'"):
        find_endpoint("skin")
    with pytest.raises(InputError, match="no lkb 'late'"):
        find_set("late", "lkb")


@pytest.mark.parametrize(("structure", "endpoint"), [
    ("PTV", "tumour"), ("PTV (sphere + 10 mm)", "tumour"), ("shell 0-5 mm", "tumour"), ("ipsilateral lung", "late"),
    ("contralateral breast", "late"), ("right ribs", "late"), ("heart", "late")])
def test_endpoint_of_a_structure(structure, endpoint) -> None:
    found = endpoint_of(structure)
    assert found is not None and found.name == endpoint


def test_a_structure_without_endpoint_has_none() -> None:
    assert endpoint_of("liver") is None


# --- draws


@pytest.mark.parametrize("distribution", ["uniform", "lognormal"])
def test_value_is_the_median_and_the_interval_holds(distribution) -> None:
    drawn = Parameter("x", 3.0, 2.0, 5.0, distribution, "F", "s").quantile(draws(20_000, 7, "x"))
    assert np.median(drawn) == pytest.approx(3.0, rel=1e-3)
    if distribution == "uniform":
        assert drawn.min() >= 2.0 and drawn.max() <= 5.0
        assert np.quantile(drawn, [0.25, 0.75]) == pytest.approx([2.5, 4.0], rel=1e-3)
    else:
        assert np.quantile(drawn, [0.025, 0.975]) == pytest.approx([2.0, 5.0], rel=1e-3)


def test_draws_hang_on_seed_and_name_alone() -> None:
    assert (draws(100, 1, "a") == draws(100, 1, "a")).all()
    assert not (draws(100, 1, "a") == draws(100, 2, "a")).all()
    assert abs(np.corrcoef(draws(10_000, 1, "a"), draws(10_000, 1, "b"))[0, 1]) < 0.05
    assert (np.floor(np.sort(draws(100, 1, "a")) * 100) == np.arange(100)).all()  # one in each share
    late = find_endpoint("late")
    fewer = replace(late, parameters=late.parameters[:2])
    assert (fewer.samples(50, 3).alpha_beta_Gy == late.samples(50, 3).alpha_beta_Gy).all()


# --- intervals


def test_interval_of_a_known_quantile() -> None:
    """A rate that is linear in one lognormal parameter has the parameter's own limits: 7.4 (2.9-14.5) % per Gy."""
    heart = find_set("heart", "heart")
    found = interval(lambda model: np.atleast_1d(relative_rate(2.0, model)), (heart,), samples=20_000)
    assert [float(x) for x in (found.low, found.value, found.high)] == pytest.approx([1.058, 1.148, 1.290], abs=1e-3)


def test_interval_is_reproducible_and_holds_the_value() -> None:
    late = find_endpoint("late")
    dose = np.array([[0.0, 5.0], [10.0, 20.0]])
    one, again, other = (interval_of_doses(eqd2, dose, (late,), seed=seed) for seed in (1, 1, 2))
    assert one.low.shape == dose.shape and (one.low == again.low).all() and (one.low != other.low).any()
    assert (one.low <= one.value).all() and (one.value <= one.high).all()
    assert one.value == pytest.approx(eqd2(dose, late.nominal()))
    assert one.low[0, 0] == one.high[0, 0] == 0.0
    assert one.low == pytest.approx(other.low, rel=0.03)


def test_without_spread_the_interval_closes() -> None:
    late = find_endpoint("late")
    point = tuple(replace(p, low=p.value, high=p.value, distribution="unknown") for p in late.parameters)
    found = interval_of_doses(eqd2, 20.0, (replace(late, parameters=point),))
    assert float(found.low) == float(found.high) == float(found.value)
    assert "late/alpha_beta_Gy" in found.without_interval  # closed because nothing is known, and it says so


def test_interval_widens_with_rbe() -> None:
    late = find_endpoint("late")
    rbe = replace(late["rbe_max"], value=1.3, low=1.3, high=1.3, distribution="exact")
    fixed = replace(late, parameters=tuple(rbe if p.name == "rbe_max" else p for p in late.parameters))
    wide, narrow = (interval_of_doses(eqd2, 2.0, (one,)) for one in (late, fixed))
    assert wide.low < narrow.low and narrow.high < wide.high


def test_many_voxels_agree_with_few() -> None:
    """To a tenth of what another seed changes, 1 % and more."""
    dose = np.random.default_rng(1).uniform(0.0, 25.0, (40, 50, 10))
    late = find_endpoint("late")
    many = interval_of_doses(eqd2, dose, (late,))
    few = interval_of_doses(eqd2, dose.ravel()[:NODES], (late,))
    for end in ("value", "low", "high"):
        assert getattr(many, end).ravel()[:NODES] == pytest.approx(getattr(few, end), rel=1e-3, abs=1e-3)


def test_interval_of_a_structure() -> None:
    lung = find_set("pneumonitis", "lkb")
    dose, volume = np.full(5000, 15.4), np.ones(5000)
    found = interval_of_structure(lkb_ntcp, dose, volume, (lung,))
    # Phi((15.4 - 30.8) / (0.37 * 30.8)) = Phi(-1.3514) = 0.0883, table of the normal distribution
    assert float(found.value) == pytest.approx(0.0883, abs=1e-4) and found.low.shape == ()


def test_both_treatments_meet_the_same_tissues() -> None:
    """A difference taken sample by sample is narrower than the difference of the ends: alpha/beta is drawn once."""
    late = find_endpoint("late")

    def external(endpoint):
        return np.atleast_1d(fractionated_eqd2_Gy(40.0, 15, endpoint))

    both = interval(lambda e: eqd2(20.0, e) - external(e), (late,))
    one, other = interval(lambda e: np.atleast_1d(eqd2(20.0, e)), (late,)), interval(external, (late,))
    assert float(both.value) == pytest.approx(float(one.value - other.value))
    assert both.high - both.low < (one.high - other.low) - (one.low - other.high)


def test_interval_of_tumour_control() -> None:
    """Of few voxels, and of many more with the same doses and distances, which go into bins."""
    sets = (find_endpoint("tumour"), find_set("recurrence", "tumour-control"))
    distance = np.linspace(0.0, 40.0, 100)
    dose, volume = 20.0 * np.exp(-distance / 8.0), (20.0 + distance) ** 2 / 1000.0

    def control(doses, distances, volumes, endpoint, model):
        bed = single_dose_bed_Gy(doses, endpoint, delivery_time_s=1500.0)
        return tumour_control_probability(bed, distances, volumes, model)

    few = interval_of_structure(control, dose, volume, sets, distance_mm=distance)
    many = interval_of_structure(control, np.tile(dose, 50), np.tile(volume, 50), sets,
                                 distance_mm=np.tile(distance, 50))
    assert 0.0 < few.low < few.value < few.high < 1.0
    for end in ("value", "low", "high"):
        assert float(getattr(many, end)) == pytest.approx(float(getattr(few, end)), abs=1e-4)


@pytest.mark.parametrize("settings", [{"level": 1.5}, {"level": 0.0}, {"samples": 20}, {"seed": -1}])
def test_bad_settings_are_refused(settings) -> None:
    with pytest.raises(InputError):
        interval_of_doses(eqd2, 20.0, (find_endpoint("late"),), **settings)


def test_no_doses_are_refused() -> None:
    with pytest.raises(InputError, match="there are no doses"):
        interval_of_doses(eqd2, np.array([]), (find_endpoint("late"),))


def test_a_set_that_its_model_cannot_use_is_refused() -> None:
    late = find_endpoint("late")
    bad = Parameter("rbe_max", 1.0, 0.8, 1.2, "uniform", "F", "s")
    with pytest.raises(InputError, match=r"rbe_max = 0\.8"):
        ParameterSet("x", "y", late.model, (late["alpha_beta_Gy"], bad))
