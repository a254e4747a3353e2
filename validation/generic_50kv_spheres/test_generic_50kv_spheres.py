"""Depth dose in water outside all eight spheres, against two programs.

egs_brachy (tables/water/generic_50kv_spheres.csv) has other cross sections: 1 %. A second Monte Carlo program
(second_monte_carlo.csv) has the same, so there nothing but the calculation differs: 0.5 %.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from openiort.core.material_table import read_material
from openiort.core.table import Table, parse_table, read_table
from openiort.device.catalogue import read_device
from openiort.device.source_spectrum import source_spectrum
from openiort.dose.scene import make_spectrum
from openiort.dose.water_dose import WaterDose, water_dose

SECOND = Path(__file__).parent / "second_monte_carlo.csv"
DEPTHS_mm = (0.0, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 40.0)
every_sphere = pytest.mark.parametrize("diameter_mm", [15, 20, 25, 30, 35, 40, 45, 50])


@cache
def dose_of(diameter_mm: int) -> WaterDose:
    device = read_device("generic-50kv")
    applicator = device.applicator(diameter_mm)
    return water_dose(make_spectrum(*source_spectrum(device, applicator)), applicator.radius_mm,
                      read_material(device.applicator_material), seed=1, batches=32)


def compare(diameter_mm: int, table: Table, depth_mm: float) -> tuple[float, float, int]:
    """Difference of ours from theirs, our standard uncertainty (percent both), and their row."""
    (row,) = ((table["diameter_mm"] == diameter_mm) & (table["depth_mm"] == depth_mm)).nonzero()[0]
    ours, sigma = dose_of(diameter_mm).at_depth_Gy(depth_mm)
    return 100.0 * (ours / table["dose_Gy_per_photon"][row] - 1.0), 100.0 * sigma / ours, row


@every_sphere
def test_egs_brachy(diameter_mm):
    """1 % plus both uncertainties (k=2), 0 to 40 mm."""
    reference = read_table(read_device("generic-50kv").water_table)
    for depth in DEPTHS_mm:
        difference, our_percent, row = compare(diameter_mm, reference, depth)
        their_percent = 100.0 * reference["relative_uncertainty"][row]
        print(f"{diameter_mm} mm, depth {depth:g} mm: {difference:+.2f} % (ours +-{our_percent:.2f} %)")
        assert our_percent < 0.5
        assert abs(difference) < 1.0 + 2.0 * (our_percent**2 + their_percent**2) ** 0.5


@every_sphere
def test_second_monte_carlo_program(diameter_mm):
    """0.5 % plus our uncertainty (k=2), 0 to 40 mm."""
    reference = parse_table(SECOND.name, SECOND.read_text())
    for depth in DEPTHS_mm:
        difference, our_percent, _ = compare(diameter_mm, reference, depth)
        print(f"{diameter_mm} mm, depth {depth:g} mm: {difference:+.2f} % (ours +-{our_percent:.2f} %)")
        assert abs(difference) < 0.5 + 2.0 * our_percent
