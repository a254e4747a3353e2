"""The spectrum of the source in its applicators."""

from __future__ import annotations

import numpy as np
import pytest

from openiort.device.catalogue import read_device
from openiort.device.source_spectrum import source_spectrum


def mean_keV(diameter_mm: float) -> float:
    device = read_device("generic-50kv")
    low, high, photons = source_spectrum(device, device.applicator(diameter_mm))
    return float(np.average((low + high) / 2, weights=photons))


@pytest.mark.parametrize(("diameter_mm", "energy_keV"), [(30, 30.2), (40, 20.5)])
def test_mean_energy(diameter_mm, energy_keV):
    """README of the source's reference data: 20.5 keV, 30.2 keV behind 1 mm Al."""
    assert mean_keV(diameter_mm) == pytest.approx(energy_keV, abs=0.1)


def test_bins_follow_one_another_up_to_50_keV():
    device = read_device("generic-50kv")
    low, high, photons = source_spectrum(device, device.applicator(40))
    assert np.array_equal(low[1:], high[:-1])
    assert (low[0], high[-1]) == (1.0, 50.0)  # 50 kV
    assert (photons >= 0).all() and photons.sum() > 0
