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
