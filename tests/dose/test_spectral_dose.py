"""Depth dose by source energy: what it adds up to, with and without a filter."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from openiort.core.material_table import read_material
from openiort.core.table import read_table
from openiort.device.aluminium import transmission
from openiort.device.catalogue import read_device
from openiort.device.source_spectrum import source_spectrum
from openiort.dose.scene import make_spectrum
from openiort.dose.spectral_dose import SpectralDose, primary_by_energy_Gy, spectral_dose
from openiort.dose.water_dose import water_dose

DEPTHS_mm = np.array([0.0, 1.0, 2.0, 5.0, 10.0, 15.0, 20.0])


@cache
def run(diameter_mm: float) -> tuple[SpectralDose, tuple[np.ndarray, np.ndarray, np.ndarray]]:
    model = read_device("generic-50kv")
    spectrum = source_spectrum(model, model.applicator(diameter_mm))
    return spectral_dose(*spectrum, diameter_mm / 2, read_material("polyetherimide"), seed=1), spectrum


@pytest.mark.parametrize("diameter_mm", [30.0, 50.0])
def test_sum_is_egs_brachys_depth_dose(diameter_mm: float) -> None:
    """tables/water, egs_brachy track length; 1 % as in validation/generic_50kv_spheres."""
    spectral, (_, _, photons) = run(diameter_mm)
    table = read_table("water/generic_50kv_spheres.csv")
    theirs = np.array([table["dose_Gy_per_photon"][(table["diameter_mm"] == diameter_mm) & (table["depth_mm"] == d)][0]
                       for d in DEPTHS_mm])  # fmt: skip
    assert photons @ spectral.kernel_Gy(DEPTHS_mm) / photons.sum() == pytest.approx(theirs, rel=0.01)


def test_primary_without_matter_falls_by_the_square_of_the_distance() -> None:
    # closed form: response / (4 pi r^2)
    free = primary_by_energy_Gy(np.zeros((2, 1)), np.array([3.0]), 15.0, DEPTHS_mm)[0]
    assert free == pytest.approx(3.0 / (4 * np.pi * (15.0 + DEPTHS_mm) ** 2))


def test_primary_at_one_energy_is_nists() -> None:
    """NIST SRD 126, 30 keV: water 0.3756, C 0.2562, H 0.3570, N 0.3066, O 0.3779 cm2/g; EPDL97 agrees to 0.5 %."""
    spectral, _ = run(30.0)
    plastic = 1.27 * (0.0408 * 0.3570 + 0.7499 * 0.2562 + 0.0473 * 0.3066 + 0.1620 * 0.3779)
    ours = [10 * np.interp(30.0, spectral.energies_keV, one) for one in spectral.attenuation]
    assert ours == pytest.approx([0.3756, plastic], rel=5e-3)


def test_filtered_kernels_are_a_run_with_the_filtered_spectrum() -> None:
    """0.3 mm Al, three times what commissioning looks for; the tolerance is twice the statistics of the full run."""
    spectral, (low, high, photons) = run(30.0)
    filtered = photons * transmission(spectral.energies_keV, 0.3)
    ours = filtered @ spectral.kernel_Gy(DEPTHS_mm) / filtered.sum()
    full = water_dose(make_spectrum(low, high, filtered), 15.0, read_material("polyetherimide"), seed=2, batches=32)
    shape = ours / np.array([full.at_depth_Gy(float(d))[0] for d in DEPTHS_mm])
    assert shape / shape.mean() == pytest.approx(np.ones(len(DEPTHS_mm)), abs=0.005)
    assert shape.mean() == pytest.approx(1.0, abs=0.006)
