"""Depth dose in water outside all eight spheres, against two programs.

egs_brachy (tables/water/generic_50kv_spheres.csv) has other cross sections: 1 %. A second Monte Carlo program
(second_monte_carlo.csv) has the same, so there nothing but the calculation differs: 0.5 %. Gamma is against egs_brachy,
1 % of the local dose and 0.5 mm, at all its depths of 0 to 40 mm.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from openiort.core.table import Table, parse_table, read_table
from openiort.device.catalogue import read_device
from validation.generic_50kv_spheres.depth_doses import DIAMETERS_mm, dose_of
from validation.generic_50kv_spheres.gamma import gamma_index

SECOND = Path(__file__).parent / "second_monte_carlo.csv"
DEPTHS_mm = (0.0, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 40.0)
every_sphere = pytest.mark.parametrize("diameter_mm", DIAMETERS_mm)


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


@cache
def gamma_of(diameter_mm: int) -> np.ndarray:
    """At the depths of egs_brachy's table: 0, 1, ... 40 mm."""
    table = read_table(read_device("generic-50kv").water_table)
    rows = (table["diameter_mm"] == diameter_mm) & (table["depth_mm"] <= DEPTHS_mm[-1])
    ours = np.vectorize(lambda depth_mm: dose_of(diameter_mm).at_depth_Gy(depth_mm)[0])
    return gamma_index(table["depth_mm"][rows], table["dose_Gy_per_photon"][rows], ours, dose_percent=1.0,
                       distance_mm=0.5, from_mm=DEPTHS_mm[0], to_mm=DEPTHS_mm[-1])


@every_sphere
def test_gamma_of_each_sphere(diameter_mm):
    """1 % of the local dose, 0.5 mm; with 41 points a sphere, 99 % of them is all."""
    gamma = gamma_of(diameter_mm)
    print(f"{diameter_mm} mm: gamma <= 1 at {100.0 * (gamma <= 1).mean():.1f} % of {len(gamma)} points, largest "
          f"{gamma.max():.2f}, mean {gamma.mean():.2f}")
    assert len(gamma) == 41
    assert (gamma <= 1.0).mean() >= 0.99


def test_gamma_finds_what_it_should():
    """Closed form for a straight line of slope b per mm, off by d: |d| / sqrt(1 + (b x distance / criterion)^2)."""
    depth = np.arange(5.0, 6.0, 0.25)
    for slope, off in ((0.0, 0.02), (0.05, 0.02), (-0.15, 0.005)):
        found = gamma_index(depth, np.ones(4), lambda at, s=slope, o=off: 1.0 + o + s * (at - 5.0), dose_percent=1.0,
                            distance_mm=0.5, from_mm=0.0, to_mm=40.0)[0]
        assert found == pytest.approx(100.0 * off / (1.0 + (50.0 * slope) ** 2) ** 0.5, abs=0.02)
