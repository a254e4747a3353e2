"""Slices in order and their grid (faults: test_faulty_series.py)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pytest import approx

from openiort.core.errors import InputError
from openiort.dicom import stack as module
from openiort.dicom.ct_slice import CTSlice
from openiort.dicom.stack import stack
from openiort.patient.identity import SourceIdentity

ANGLE = np.radians(20.0)
OBLIQUE = np.array([[1, 0, 0], [0, np.cos(ANGLE), -np.sin(ANGLE)], [0, np.sin(ANGLE), np.cos(ANGLE)]])


def slices(heights_mm: list[float], orientation: np.ndarray = OBLIQUE) -> list[CTSlice]:
    """Of 4 x 6 pixels, 1.5 x 2 mm, whose first pixels lie along the normal through (10, 20, 30)."""
    return [
        CTSlice(path=Path(str(number)), name=str(number), rows=4, columns=6, spacing_mm=np.array([1.5, 2.0]),
                position_mm=np.array([10.0, 20.0, 30.0]) + height * orientation[:, 2], orientation=orientation,
                tilt_degrees=0.0, sop_instance_uid=f"1.2.{number + 1}", identity=SourceIdentity())
        for number, height in enumerate(heights_mm)
    ]


def test_order_and_grid() -> None:
    ordered, grid = stack(slices([6.0, 0.0, 9.0, 3.0]))
    assert [one.name for one in ordered] == ["1", "3", "0", "2"]
    assert grid.shape == (4, 4, 6)
    assert grid.spacing_mm == approx((1.5, 2.0, 3.0))
    assert grid.origin_mm == approx((10.0, 20.0, 30.0))
    # closed form: the last slice's first pixel lies 9 mm along the normal
    assert grid.to_points_mm(np.array([3.0, 0.0, 0.0])) == approx(np.array([10.0, 20.0, 30.0]) + 9.0 * OBLIQUE[:, 2])


def test_spacing_is_the_mean_of_rounded_steps() -> None:
    _, grid = stack(slices([0.0, 1.2, 2.5, 3.8, 5.0]))
    assert grid.spacing_mm[2] == approx(1.25)


def test_more_voxels_than_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_VOXELS", 4 * 6 * 3)
    stack(slices([0.0, 3.0, 6.0]))
    with pytest.raises(InputError, match="voxels"):
        stack(slices([0.0, 3.0, 6.0, 9.0]))


def test_a_slice_of_its_own_size_is_named() -> None:
    odd = slices([0.0, 3.0, 6.0])
    odd[2] = replace(odd[2], rows=5)
    with pytest.raises(InputError, match="5 x 6") as error:
        stack(odd)
    assert error.value.where == "2 and 0"
