"""What differs between two plans."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pytest import approx

from openiort.core.grid import Grid
from openiort.dicom.read_dose import ReadDose
from openiort.plan.plan_record import plan_record
from openiort.plan.prescription import Prescription
from openiort.report.plan_difference import dose_difference, plan_difference
from openiort.report.plan_folder import save_plan
from openiort.report.saved_plan import SavedPlan, read_plan
from tests.plan_factory import make_plan

TEN_Gy = np.full((3, 4, 5), 10.0)
# what two runs of one plan may differ in, and texts that are the same in every plan
NOT_COMPARED = {"elapsed_s", "program", "format", "not_a_medical_device", "units", "dvh_note"}


def dose(values_Gy: np.ndarray, origin_mm: tuple[float, float, float] = (0.0, 0.0, 0.0),
         frame_uid: str = "1.2") -> ReadDose:
    nz, ny, nx = values_Gy.shape
    return ReadDose(Grid(origin_mm, (1.0, 1.0, 1.0), (nz, ny, nx)), values_Gy, frame_uid, "")


def test_equal_doses_are_the_same_bits() -> None:
    values = np.linspace(0, 20, 60).reshape(3, 4, 5)
    found = dose_difference(dose(values), dose(values.copy()))
    assert found.same_bits
    assert found.rms_Gy == 0.0


def test_scaled_dose() -> None:
    values = np.full((3, 4, 5), 10.0)
    found = dose_difference(dose(values), dose(values * 1.02))  # closed form: 0.2 Gy more, 0.2/10.2 of the higher
    assert not found.same_bits
    assert (found.mean_Gy, found.rms_Gy, found.largest_Gy) == approx((0.2, 0.2, 0.2))
    assert found.rms_percent == approx(100 * 0.2 / 10.2)
    assert found.compared_voxels == 60


def test_shifted_grid_is_interpolated() -> None:
    # a dose that is linear in x: half a voxel of shift is read back exactly, but for the voxel that sticks out
    x = np.arange(6.0)
    first = dose(np.broadcast_to(5 + x, (3, 4, 6)).copy())
    second = dose(np.broadcast_to(5 + x[:5] + 0.5, (3, 4, 5)).copy(), (0.5, 0.0, 0.0))
    found = dose_difference(first, second)
    inner = found.compared_voxels - 3 * 4 * 2
    assert inner >= 3 * 4 * 4
    assert found.mean_Gy == approx(0.0, abs=0.2)


def test_low_doses_do_not_count() -> None:
    found = dose_difference(dose(np.full((2, 2, 2), 0.01)), dose(np.full((2, 2, 2), 0.02)))
    assert found.compared_voxels == 0


def test_nothing_compared_is_no_difference_of_zero() -> None:
    found = dose_difference(dose(TEN_Gy), dose(TEN_Gy, (100.0, 0.0, 0.0)))  # 5 mm wide and 100 mm apart
    assert found.compared_voxels == 0
    assert (found.mean_Gy, found.rms_Gy, found.largest_Gy, found.rms_percent) == (None,) * 4


@pytest.mark.parametrize("values_Gy", (TEN_Gy, 2 * TEN_Gy))
def test_doses_on_different_cts_are_not_the_same(values_Gy: np.ndarray) -> None:
    found = dose_difference(dose(TEN_Gy), dose(values_Gy, frame_uid="1.3"))
    assert not found.same_frame
    assert not found.is_same
    assert dose_difference(dose(TEN_Gy), dose(values_Gy)).same_frame


def test_dose_to_water_is_compared_where_both_have_it() -> None:
    first = SavedPlan(Path(), {}, dose(TEN_Gy), dose(TEN_Gy))
    found = plan_difference(first, replace(first, water_dose=dose(TEN_Gy + 0.5)))
    assert found.water_dose is not None
    assert found.water_dose.mean_Gy == approx(0.5)  # what was added
    assert not found.is_same
    only_one = plan_difference(first, replace(first, water_dose=None))
    assert only_one.water_dose is None
    assert only_one.is_same


@pytest.mark.parametrize("key", sorted(set(plan_record(make_plan())) - NOT_COMPARED))
def test_every_entry_of_the_record_is_compared(key: str) -> None:
    record = plan_record(make_plan())
    first = SavedPlan(Path(), record, dose(TEN_Gy))
    found = plan_difference(first, replace(first, record=record | {key: "changed"}))
    assert [(change.name, change.second) for change in found.changes] == [(key, "changed")]
    assert plan_difference(first, replace(first, record=record | {"newer": 1})).changes[0].name == "newer"


def test_plans_that_differ_in_what_was_asked(tmp_path: Path) -> None:
    first = make_plan()
    second = replace(first, prescription=Prescription(6.0, 10.0), treatment_time_s=first.treatment_time_s * 1.1,
                     options={**first.options, "dose_Gy": 6.0})
    save_plan(first, tmp_path / "a")
    save_plan(second, tmp_path / "b")
    found = plan_difference(read_plan(tmp_path / "a"), read_plan(tmp_path / "b"))
    by_name = {change.name: change for change in found.changes}
    assert by_name["options.plan.dose_Gy"].second == 6.0
    assert by_name["treatment_time_s"].percent == approx(10.0, abs=1e-3)
    assert found.dose.same_bits
    assert not found.is_same


def test_a_plan_does_not_differ_from_itself(tmp_path: Path) -> None:
    save_plan(make_plan(), tmp_path / "a")
    save_plan(make_plan(), tmp_path / "b")
    found = plan_difference(read_plan(tmp_path / "a"), read_plan(tmp_path / "b"))
    assert found.changes == ()
    assert found.is_same


@pytest.mark.parametrize(("first", "second", "percent"), ((2.0, 3.0, 50.0), (0.0, 1.0, None), ("a", "b", None),
                                                          (1e-300, 1e300, None)))
def test_percent_of_numbers(first: object, second: object, percent: float | None) -> None:
    from openiort.report.plan_difference import Change

    found = Change("result", "x", first, second).percent
    assert found is None if percent is None else found == approx(percent)
