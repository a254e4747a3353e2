"""The schedule of an imported plan, and a dose scaled to another one."""

from __future__ import annotations

import numpy as np
from pytest import approx

from openiort.core.grid import Grid
from openiort.external.external_dose import ExternalDose
from openiort.external.planned_schedule import planned_schedule, scaled_to
from openiort.external.schedule import find_schedule


def dose() -> ExternalDose:
    values = np.array([[[0.0, 7.0], [14.0, np.nan]]], np.float32)
    return ExternalDose(Grid((0.0, 0.0, 0.0), (1.0, 1.0, 1.0), (1, 2, 2)), values, None, planned_schedule(14.0, 7), 7,
                        "imported", "water")


def test_a_planned_schedule_is_to_be_confirmed_in_its_days() -> None:
    schedule = planned_schedule(14.0, 7)
    assert (schedule.name, schedule.overall_days, schedule.is_confirmed) == ("14/7", 9, False)


def test_scaling_keeps_the_shape_and_takes_the_other_fractions() -> None:
    found = scaled_to(dose(), find_schedule("40/15"))
    assert found.dose_Gy == approx(dose().dose_Gy * 40.0 / 14.0, nan_ok=True)
    assert (found.fractions, found.schedule.name) == (15, "40/15")
    assert "scaled from 14 Gy in 7 to 40 Gy in 15" in found.notes[-1]


def test_the_same_schedule_changes_no_dose() -> None:
    same = scaled_to(dose(), planned_schedule(14.0, 7))
    assert np.array_equal(same.dose_Gy, dose().dose_Gy, equal_nan=True)
    assert same.notes == ()
