"""The second check: its time against the published one, its verdicts."""

from __future__ import annotations

import pytest

from openiort.device.catalogue import read_device
from openiort.dose.second_check import second_check, verdict, water_dose_per_photon_Gy


@pytest.mark.parametrize(("diameter_mm", "minutes"), [(30, 23.0), (40, 25.0), (50, 44.0)])
def test_published_times(diameter_mm, minutes):
    """20 Gy at the surface: Sethi et al. 2018, PMC5879442, table 1."""
    device = read_device("generic-50kv")
    applicator = device.applicator(diameter_mm)
    check = second_check(minutes * 60.0, water_table=device.water_table, diameter_mm=diameter_mm, depth_mm=0.0,
                         dose_Gy=20.0, photons_per_minute=applicator.photons_per_minute)
    assert check.time_s == pytest.approx(minutes * 60.0, rel=1e-5)
    assert check.verdict == "pass"


def test_table_values_come_back():  # egs_brachy table, 40 mm sphere, depth 10 mm: D(0)/D(10 mm) = 3.431 (its README)
    table = read_device("generic-50kv").water_table
    ratio = water_dose_per_photon_Gy(table, 40, 0.0) / water_dose_per_photon_Gy(table, 40, 10.0)
    assert ratio == pytest.approx(3.431, abs=0.001)


def test_verdicts():  # limits of the design: 3 % and 5 %
    assert [verdict(d) for d in (0.0, -3.0, 3.01, -5.0, 5.01, -80.0, float("nan"))] == [
        "pass", "pass", "review", "review", "stop", "stop", "stop"]
