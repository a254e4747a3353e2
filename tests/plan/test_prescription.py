"""What can be prescribed."""

from __future__ import annotations

import pytest

from openiort.core.errors import InputError
from openiort.plan.prescription import Prescription

NAN, INF = float("nan"), float("inf")


@pytest.mark.parametrize("dose_Gy", (0.0, -1.0, NAN, INF))
def test_doses_that_cannot_be(dose_Gy: float) -> None:
    with pytest.raises(InputError, match="cannot be prescribed"):
        Prescription(dose_Gy)


@pytest.mark.parametrize(("dose_Gy", "meant"), ((2000.0, "20 Gy"), (500.0, "5 Gy"), (1e5, "1000 Gy")))
def test_a_dose_in_cGy_is_asked_about(dose_Gy: float, meant: str) -> None:
    with pytest.raises(InputError) as error:  # 1 Gy = 100 cGy
        Prescription(dose_Gy)
    assert error.value.fix == f"is this cGy? That is {meant}"
    assert error.value.allowed == "above 0, at most 100 Gy"


def test_largest_dose() -> None:
    assert Prescription(100.0).dose_Gy == 100.0


@pytest.mark.parametrize("depth_mm", (-0.1, 30.1, NAN, INF))
def test_depths_that_cannot_be(depth_mm: float) -> None:
    with pytest.raises(InputError, match="out of range"):
        Prescription(20.0, depth_mm)


def test_unknown_scale_lists_those_there_are() -> None:
    with pytest.raises(InputError) as error:
        Prescription(20.0, 0.0, "Zeiss")
    assert error.value.allowed == "Monte Carlo, TARGIT, V4.0"


@pytest.mark.parametrize("depth_mm", (0.0, 30.0))
def test_ends_of_the_range_are_allowed(depth_mm: float) -> None:
    assert Prescription(0.1, depth_mm, "TARGIT").depth_mm == depth_mm
