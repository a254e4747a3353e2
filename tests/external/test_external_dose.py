"""The dose of a course: shapes, read-only arrays, what is not calculated."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from openiort.core.grid import Grid
from openiort.external.external_dose import ExternalDose
from openiort.external.schedule import find_schedule

GRID = Grid((0.0, 0.0, 0.0), (3.0, 3.0, 3.0), (2, 3, 4))


def dose(**changes: Any) -> ExternalDose:
    values: dict[str, Any] = {"grid": GRID, "dose_Gy": np.full(GRID.shape, 40.0), "sigma_percent": None,
                              "schedule": find_schedule("40/15"), "fractions": 15, "origin": "nominal",
                              "medium": "water"}
    return ExternalDose(**{**values, **changes})


def test_arrays_are_read_only_single_precision() -> None:
    found = dose(sigma_percent=np.ones(GRID.shape))
    assert found.sigma_percent is not None
    for array in (found.dose_Gy, found.sigma_percent):
        assert array.dtype == np.float32
        assert not array.flags.writeable


def test_what_is_not_calculated_is_not_zero() -> None:
    values = np.zeros(GRID.shape)
    values[0] = np.nan
    assert dose(dose_Gy=values).is_calculated.sum() == 12


@pytest.mark.parametrize("change", [
    {"dose_Gy": np.ones((2, 3, 3))}, {"dose_Gy": np.full(GRID.shape, -1.0)}, {"dose_Gy": np.full(GRID.shape, np.inf)},
    {"sigma_percent": np.ones((1, 3, 4))}, {"origin": "elsewhere"}, {"fractions": 0},
])
def test_impossible_doses_are_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"shape|below 0|origin|fractions"):
        dose(**change)
