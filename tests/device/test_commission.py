"""The fit of two filters on a toy model of closed form: nothing of the dose engine is in it.

Two energies: mu of water 0.08 and 0.03 per mm, of aluminium 0.9 and 0.2 per mm, in the sphere half of that of water.
"""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from openiort.core.errors import InputError
from openiort.device.commission import Measured, check_fit, fit_filters
from openiort.device.site_tables import NOT_KNOWN, Filters

FloatArray = NDArray[np.float64]
DEPTHS_mm = np.arange(21.0)
WATER_per_mm, ALUMINIUM_per_mm = np.array([0.08, 0.03]), np.array([0.9, 0.2])
BEFORE = Filters(0.04, 1.0)


def toy(filters: Filters, diameter_mm: float, depths_mm: FloatArray) -> FloatArray:
    aluminium_mm = filters.source_mm_Al + (filters.hardening_mm_Al if diameter_mm <= 30 else 0.0)
    strength = np.array([3.0, 1.0]) * np.exp(-ALUMINIUM_per_mm * aluminium_mm - WATER_per_mm * diameter_mm / 4)
    return strength @ np.exp(-np.outer(WATER_per_mm, depths_mm)) / (diameter_mm / 2 + depths_mm) ** 2


def measured(filters: Filters, levels: dict[float, float], noise: float = 0.0, seed: int = 1) -> tuple[Measured, ...]:
    random = np.random.default_rng(seed)
    return tuple(Measured(d, DEPTHS_mm, level * toy(filters, d, DEPTHS_mm) * random.normal(1.0, noise, len(DEPTHS_mm)))
                 for d, level in levels.items())  # fmt: skip


LEVELS = {20.0: 1.0, 30.0: 1.0, 35.0: 1.08, 40.0: 1.0, 50.0: 1.0}


def test_known_filters_come_back_and_a_wrong_level_moves_nothing() -> None:
    fit = fit_filters(measured(Filters(0.14, 1.25), LEVELS), toy, BEFORE)
    assert fit.after.source_mm_Al == pytest.approx(0.14, abs=1e-5)
    assert fit.after.hardening_mm_Al == pytest.approx(1.25, abs=1e-5)
    assert [one.measured.diameter_mm for one in fit.spheres if one.stands_out] == [35.0]
    assert fit.spheres[2].stands_out_percent == pytest.approx(8.0, abs=1e-3)
    assert all(abs(one.worst_after_percent) < 1e-3 < abs(one.worst_before_percent) for one in fit.spheres)


def test_levels_are_ratios_of_site_to_model() -> None:
    fit = fit_filters(measured(BEFORE, dict.fromkeys(LEVELS, 0.97)), toy, BEFORE)
    assert [one.level_before for one in fit.spheres] == pytest.approx([0.97] * 5)
    assert fit.after.source_mm_Al == pytest.approx(0.04, abs=1e-5)


def test_filters_may_become_thinner_but_not_negative() -> None:
    assert fit_filters(measured(Filters(0.0, 0.7), LEVELS), toy, BEFORE).after == Filters(
        pytest.approx(0.0, abs=1e-3), pytest.approx(0.7, abs=1e-3))


def test_a_filter_at_its_limit_has_no_symmetric_uncertainty() -> None:
    """Depth doses of -0.1 mm in all spheres: the fit ends at 0, and 0.7 - 0.1 = 0.6 mm is left for the small ones."""
    fit = fit_filters(measured(Filters(-0.1, 0.7), LEVELS), toy, BEFORE)
    assert fit.at_limit == ("source_mm_Al",)
    assert fit.after == Filters(0.0, pytest.approx(0.6, abs=1e-4))
    assert (fit.uncertainty.source_mm_Al, fit.uncertainty.correlation) == (None, None)
    assert fit.uncertainty.hardening_mm_Al is not None


def test_both_filters_at_their_limit() -> None:
    fit = fit_filters(measured(Filters(-0.1, -0.3), LEVELS), toy, BEFORE)
    assert fit.at_limit == ("source_mm_Al", "hardening_mm_Al")
    assert fit.uncertainty == NOT_KNOWN
    assert fit.after == Filters(0.0, 0.0)


def test_what_no_filter_describes_is_not_kept() -> None:
    """A slope of 4 % a millimetre, which no aluminium gives: the ends of 20 mm are off by more than 5 %."""
    check_fit(fit_filters(measured(Filters(0.14, 1.25), LEVELS), toy, BEFORE))
    bent = tuple(Measured(one.diameter_mm, one.depths_mm, one.rates_Gy_per_min * np.exp(0.04 * DEPTHS_mm))
                 for one in measured(BEFORE, LEVELS))  # fmt: skip
    fit = fit_filters(bent, toy, BEFORE)
    assert fit.at_limit == ("source_mm_Al", "hardening_mm_Al")
    with pytest.raises(InputError, match="do not describe this beam") as error:
        check_fit(fit)
    assert error.value.where == "--save"


def test_targit_is_compared_and_not_fitted() -> None:
    """TARGIT doses follow another course with depth than V4.0 (AAPM Task Group 292): no spectrum has it."""
    fit = fit_filters(measured(Filters(0.14, 1.25), LEVELS), toy, BEFORE, dose_scale="TARGIT")
    assert not fit.is_fitted
    assert (fit.after, fit.uncertainty, fit.at_limit) == (BEFORE, NOT_KNOWN, ())
    assert all(one.worst_after_percent == one.worst_before_percent != 0.0 for one in fit.spheres)
    with pytest.raises(InputError, match="no filters are fitted on the scale TARGIT"):
        check_fit(fit)


def test_uncertainty_is_the_spread_of_repeated_measurements() -> None:
    """200 sets with 1 % noise: pulls have a spread of 1; five clusters make the robust estimate itself uncertain."""
    truth = Filters(0.14, 1.25)
    fits = [fit_filters(measured(truth, LEVELS, 0.01, seed), toy, BEFORE) for seed in range(200)]
    for name in ("source_mm_Al", "hardening_mm_Al"):
        values = np.array([getattr(fit.after, name) for fit in fits])
        said = np.array([getattr(fit.uncertainty, name) for fit in fits])
        assert values.mean() == pytest.approx(getattr(truth, name), abs=4 * values.std() / np.sqrt(200))
        assert np.median(said) == pytest.approx(values.std(), rel=0.25)


def test_a_filter_that_no_sphere_has_is_left_as_it_was() -> None:
    fit = fit_filters(measured(Filters(0.14, 1.25), {35.0: 1.0, 40.0: 1.0}), toy, BEFORE)
    assert fit.after.source_mm_Al == pytest.approx(0.14, abs=1e-4)
    assert fit.after.hardening_mm_Al == 1.0
    assert fit.uncertainty.hardening_mm_Al is None


def test_two_filters_in_a_row_are_one() -> None:
    """With small spheres alone only the sum counts: 0.14 + 1.25 - 0.04 mm of it in the hardening filter."""
    fit = fit_filters(measured(Filters(0.14, 1.25), {20.0: 1.0, 30.0: 1.0}), toy, BEFORE)
    assert fit.after.source_mm_Al == 0.04
    assert fit.after.hardening_mm_Al == pytest.approx(1.35, abs=1e-4)
    assert fit.uncertainty.source_mm_Al is None


def test_too_few_depths() -> None:
    with pytest.raises(InputError, match="only 2 depths for the 40 mm sphere"):
        fit_filters((Measured(40.0, DEPTHS_mm[:2], np.array([2.0, 1.0])),), toy, BEFORE)
