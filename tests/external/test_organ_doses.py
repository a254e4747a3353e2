"""Figures of a dose whose values are known by formula."""

from __future__ import annotations

import numpy as np
from pytest import approx

from openiort.core.grid import Grid
from openiort.external.external_dose import ExternalDose
from openiort.external.organ_doses import organ_doses, without_figures
from openiort.external.schedule import find_schedule
from openiort.external.tangent_dose import nominal_dose
from tests.external.breast_patient import GRID, breast_patient


def dose_on(grid: Grid, values: np.ndarray) -> ExternalDose:
    return ExternalDose(grid, values, None, find_schedule("50/25"), 25, "imported", "water")


def test_a_slope_along_x() -> None:
    # 0.2 Gy per mm from her right edge at -120 mm: a mean is that at the mean x, V20Gy the share beyond x = -20 mm
    grid = Grid((-120.0, -120.0, -60.0), (10.0, 10.0, 10.0), (13, 19, 25))
    x = np.broadcast_to(grid.origin_mm[0] + 10.0 * np.arange(25), grid.shape)
    found = organ_doses(breast_patient(), dose_on(grid, 0.2 * (x + 120.0)))
    lungs = GRID.to_points_mm(np.argwhere(breast_patient().structure("lungs").mask))[:, 0]
    assert found["lungs"]["mean_Gy"] == approx(0.2 * (lungs.mean() + 120.0), rel=1e-6)
    assert found["lungs"]["V20Gy_percent"] == approx(100 * np.mean(lungs >= -20.0), abs=1e-6)
    assert found["left breast"]["D2_Gy"] == approx(0.2 * (120.0 + 100.0), abs=1.0)
    assert found["heart"]["volume_cc"] == approx(breast_patient().structure("heart").volume_cc(GRID))
    assert not {"air", "skin", "bone"} & set(found)


def test_what_the_dose_does_not_cover_is_left_out() -> None:
    small = Grid((0.0, -120.0, -60.0), (10.0, 10.0, 10.0), (13, 19, 13))
    found = organ_doses(breast_patient(), dose_on(small, np.ones(small.shape)))
    assert set(found) == {"left breast"}
    assert without_figures(breast_patient(), found) == ("body", "heart", "lungs")


def test_a_nominal_dose_has_the_breast_alone() -> None:
    found = organ_doses(breast_patient(), nominal_dose(breast_patient(), find_schedule("50/25")))
    assert list(found) == ["left breast"]
    assert found["left breast"]["mean_Gy"] == 50.0
