"""Depth dose in water outside the spheres, against a second program and egs_brachy."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from openiort.core.material_table import read_material
from openiort.core.table import Table, parse_table, read_table
from openiort.device.catalogue import read_device
from openiort.device.source_spectrum import source_spectrum
from openiort.dose.scene import make_spectrum
from openiort.dose.water_dose import FIRST_HISTORY, RANGE_mm, SHELL_EDGES_mm, WaterDose, water_dose

REFERENCE = Path(__file__).parents[2] / "validation" / "generic_50kv_spheres" / "second_monte_carlo.csv"
DEPTHS_mm = (0.0, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 40.0)


@cache
def dose_of(diameter_mm: int, seed: int = 1) -> WaterDose:
    device = read_device("generic-50kv")
    spectrum = make_spectrum(*source_spectrum(device, device.applicator(diameter_mm)))
    return water_dose(spectrum, diameter_mm / 2, read_material(device.applicator_material), seed=seed, batches=8)


def in_table(table: Table, diameter_mm: int, depth_mm: float) -> float:
    row = (table["diameter_mm"] == diameter_mm) & (table["depth_mm"] == depth_mm)
    return float(table["dose_Gy_per_photon"][row][0])


@pytest.mark.parametrize("diameter_mm", [15, 40])  # all eight: validation/generic_50kv_spheres
@pytest.mark.parametrize("depth_mm", DEPTHS_mm)
def test_second_monte_carlo_program(diameter_mm, depth_mm):
    """Same cross sections (xraylib), other code: 0.4 % + 3 standard uncertainties, at the very surface too."""
    theirs = in_table(parse_table("second", REFERENCE.read_text()), diameter_mm, depth_mm)
    ours, sigma = dose_of(diameter_mm).at_depth_Gy(depth_mm)
    assert sigma < 4e-3 * ours
    assert ours == pytest.approx(theirs, abs=4e-3 * theirs + 3 * sigma)


@pytest.mark.parametrize("diameter_mm", [15, 40])
def test_ratio_of_surface_to_10_mm(diameter_mm):
    """egs_brachy (tables/water): 7.058 and 3.431, as docs/device.md; ratios depend little on the cross sections."""
    table = read_table("water/generic_50kv_spheres.csv")
    theirs = in_table(table, diameter_mm, 0.0) / in_table(table, diameter_mm, 10.0)
    assert theirs == pytest.approx({15: 7.058, 40: 3.431}[diameter_mm], abs=1e-3)
    surface, ten = (dose_of(diameter_mm).at_depth_Gy(depth)[0] for depth in (0.0, 10.0))
    assert surface / ten == pytest.approx(theirs, rel=0.01)


def test_two_seeds_differ_by_their_uncertainty():
    """Of independent runs: (a - b) / sqrt(sa^2 + sb^2) has a mean square near 1 over many depths, never beyond 3."""
    pull = []
    for depth in np.arange(0.0, 42.0, 3.0):
        (a, sa), (b, sb) = dose_of(40).at_depth_Gy(depth), dose_of(40, 2).at_depth_Gy(depth)
        pull.append((a - b) / np.hypot(sa, sb))
    assert 0.0 < np.sqrt(np.mean(np.square(pull))) < 2.0
    assert dose_of(40).at_depth_Gy(5.0) == dose_of(40).at_depth_Gy(5.0)


@pytest.mark.parametrize("depth_mm", [-0.01, RANGE_mm + 0.01, float("nan")])
def test_depths_that_are_not_known(depth_mm):
    with pytest.raises(ValueError, match="is outside 0-42 mm"):
        dose_of(40).at_depth_Gy(depth_mm)


def test_shells_reach_past_the_deepest_depth_and_start_at_the_surface():
    assert SHELL_EDGES_mm[0] == 0.0 and SHELL_EDGES_mm[-1] > RANGE_mm
    assert (np.diff(SHELL_EDGES_mm) > 0).all()
    # photons of the patient's dose are numbered from 0: 2^40 of them are never reached
    assert FIRST_HISTORY >= 2**40
