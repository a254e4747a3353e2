"""Bands of DVHs against closed forms: noise that all voxels share, and noise that none share."""

from __future__ import annotations

import numpy as np
from pytest import approx

from openiort.plan.dvh import make_dvh
from openiort.plan.dvh_band import DVHBand, dvh_band

TWO = (0.02, -0.02)  # two groups 2 % above and below: standard uncertainty of their mean 2 %


def shared(dose_Gy: np.ndarray) -> DVHBand:
    found = dvh_band(dose_Gy, np.ones_like(dose_Gy), np.outer(TWO, np.ones_like(dose_Gy)))
    assert found is not None
    return found


def test_noise_that_all_share_moves_the_curve_by_its_own_share() -> None:
    band = shared(np.linspace(1.0, 20.0, 5000))
    np.testing.assert_allclose(band.sigma_Gy, 0.02 * band.dose_Gy, rtol=1e-2)
    assert band.mean_sigma_Gy == approx(0.02 * 10.5, rel=1e-3)


def test_noise_that_none_share() -> None:
    """Var V = sum v^2 p (1 - p) = v^2 n s / sqrt(pi), n samples a gray, s noise of one; Var D = Var V / (v n)^2."""
    count, groups, noise = 40_000, 8, 0.03
    rng = np.random.default_rng(5)
    dose = np.exp(np.linspace(0.0, np.log(20.0), count))
    deviations = rng.normal(0.0, noise * np.sqrt(groups), (groups, count))
    deviations -= deviations.mean(axis=0)
    band = dvh_band(dose, np.full(count, 0.001), deviations)
    assert band is not None
    inner = (band.dose_Gy > 2) & (band.dose_Gy < 15)
    at = band.dose_Gy[inner]
    samples_per_Gy = count / np.log(20.0) / at
    expected = np.sqrt(noise * at / np.sqrt(np.pi) / samples_per_Gy)
    # 65 independent stretches of 8 groups: 5 % at most from their spread
    assert np.sqrt(np.mean((band.sigma_Gy[inner] / expected) ** 2)) == approx(1.0, abs=0.1)


def test_what_all_doses_share_adds_in_squares() -> None:
    band = DVHBand(np.array([1.0, 10.0]), np.array([0.03, 0.4]), 0.3).with_common(3.0, 4.0 / 0.3)
    assert band.sigma_Gy == approx([np.hypot(0.03, 0.03), np.hypot(0.4, 0.3)])
    assert band.mean_sigma_Gy == approx(0.5)  # 0.3 and 3 % of 13.3 Gy: 3, 4, 5


def test_no_dose_no_band() -> None:
    for dose in (np.zeros(0), np.zeros(5)):
        assert dvh_band(dose, np.ones_like(dose), np.zeros((2, len(dose)))) is None


def test_uncertainties_of_figures() -> None:
    """A ramp to 20 Gy: V50 changes by 5 % a gray, D2cc is 16 Gy, the mean 10 Gy; all doses 2 % uncertain."""
    dose = (np.arange(10_000) + 0.5) / 500.0
    dvh = make_dvh("ramp", dose, np.full(10_000, 0.001), prescription_Gy=20.0, band=shared(dose))
    found = dvh.uncertainties()
    assert found["D2cc_Gy"] == approx(0.32, rel=0.01)
    assert found["mean_Gy"] == approx(0.2, rel=0.01)
    assert found["V50_percent"] == approx(1.0, rel=0.02)
    assert not {"max_Gy", "min_Gy", "volume_cc"} & set(found)
    assert set(found) <= set(dvh.figures())


def test_nothing_is_stated_of_doses_that_hardly_a_photon_brings() -> None:
    dose = np.concatenate([np.full(9000, 0.001), np.linspace(1.0, 20.0, 1000)])
    band = shared(dose)
    assert band.dose_Gy[0] >= 0.2 and not band.covers(0.001)  # a hundredth of 20 Gy
    found = make_dvh("x", dose, np.full(10_000, 0.001), prescription_Gy=20.0, band=band).uncertainties()
    assert "D50_Gy" not in found and "D2_Gy" in found


def test_unknown_is_not_zero() -> None:
    assert make_dvh("x", np.ones(5), np.ones(5), prescription_Gy=1.0).uncertainties() == {}
