"""Depth dose in water outside all eight spheres, against egs_brachy (tables/water/generic_50kv_spheres.csv)."""

from __future__ import annotations

import pytest

from openiort.core.material_table import read_material
from openiort.core.table import read_table
from openiort.device.catalogue import read_device
from openiort.device.source_spectrum import source_spectrum
from openiort.dose.scene import make_spectrum
from openiort.dose.water_dose import water_dose

DEPTHS_mm = (0.0, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 40.0)


@pytest.mark.parametrize("diameter_mm", [15, 20, 25, 30, 35, 40, 45, 50])
def test_depth_dose(diameter_mm):
    """1 % plus both uncertainties (k=2), 0 to 40 mm."""
    device = read_device("generic-50kv")
    applicator = device.applicator(diameter_mm)
    reference = read_table(device.water_table)
    water = water_dose(make_spectrum(*source_spectrum(device, applicator)), applicator.radius_mm,
                       read_material(device.applicator_material), seed=1, batches=32)
    for depth in DEPTHS_mm:
        row = (reference["diameter_mm"] == diameter_mm) & (reference["depth_mm"] == depth)
        theirs = reference["dose_Gy_per_photon"][row][0]
        ours, sigma = water.at_depth_Gy(depth)
        difference = 100.0 * (ours / theirs - 1.0)
        our_percent, their_percent = 100.0 * sigma / ours, 100.0 * reference["relative_uncertainty"][row][0]
        print(f"{diameter_mm} mm, depth {depth:g} mm: {difference:+.2f} % (ours +-{our_percent:.2f} %)")
        assert our_percent < 0.5
        assert abs(difference) < 1.0 + 2.0 * (our_percent**2 + their_percent**2) ** 0.5
