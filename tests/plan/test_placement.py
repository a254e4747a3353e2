"""Where a sphere may lie, and how far it is from what must be spared."""

from __future__ import annotations

import numpy as np
import pytest
from pytest import approx

from openiort.core.errors import InputError
from openiort.plan.placement import check_placement, distance_warnings, distances_mm, point_mm
from tests.plan.water_patient import water_patient

NAN, INF = float("nan"), float("inf")


@pytest.mark.parametrize(
    ("centre_mm", "said"),
    (
        ((0.0, 0.0, 400.0), "outside the scan"),
        ((0.0, -151.0, 0.0), "outside the body"),
        ((0.0, 0.0, 145.0), "reaches out of the scan"),
        ((0.0, -136.0, 0.0), "reaches out of the body"),
        ((0.0, 30.0, 0.0), "overlaps bone"),
        ((0.0, 85.0, 0.0), "overlaps lungs"),
    ),
)
def test_impossible_places_are_refused(centre_mm: tuple[float, ...], said: str) -> None:
    with pytest.raises(InputError, match=said) as error:
        check_placement(water_patient(), centre_mm, 15.0)  # type: ignore[arg-type]
    assert error.value.where and error.value.allowed and error.value.fix


@pytest.mark.parametrize("at_mm", ((NAN, 0.0, 0.0), (0.0, INF, 0.0), (0.0, 0.0), ("a", 1.0, 2.0), 3.0, None))
def test_what_is_no_point(at_mm: object) -> None:
    with pytest.raises(InputError, match="is not a point"):
        point_mm(at_mm)  # type: ignore[arg-type]


def test_lists_and_arrays_are_points() -> None:
    assert point_mm([1, 2, 3]) == point_mm(np.array([1.0, 2.0, 3.0])) == (1.0, 2.0, 3.0)


def test_touching_bone_is_allowed() -> None:
    check_placement(water_patient(), (0.0, 24.9, 0.0), 15.0)  # the slab begins at 40 mm


def test_distances_to_planes() -> None:
    # planes at y = -150 (skin surface), 40 (bone) and 60 mm (lungs); closed form: |plane - centre| - radius
    found = distances_mm(water_patient(), (0.0, 0.0, 0.0), 15.0)
    assert found["bone"] == approx(25.0, abs=0.05)
    assert found["lungs"] == approx(45.0, abs=0.05)
    assert found["skin"] is None  # 135 mm away, beyond the 60 mm that are searched
    near = distances_mm(water_patient(), (0.0, -120.0, 0.0), 15.0)
    assert near["skin"] == approx(15.0, abs=0.05)
    assert near["bone"] is None


@pytest.mark.parametrize(
    ("distances", "count", "said"),
    (
        ({"skin": 12.0, "bone": None, "lungs": 10.0}, 0, ""),
        ({"skin": 9.9, "bone": None, "lungs": 30.0}, 1, "skin is 9.9 mm"),
        ({"skin": 4.9, "bone": 30.0, "lungs": 30.0}, 1, "SKIN ONLY 4.9 mm"),
        ({"skin": 20.0, "bone": 3.0, "lungs": 7.0}, 2, "bone is 3.0 mm"),
    ),
)
def test_warnings_below_10_mm_and_stronger_below_5_mm_from_skin(
    distances: dict[str, float | None], count: int, said: str
) -> None:
    warnings = distance_warnings(distances)
    assert len(warnings) == count
    assert said in " ".join(warnings)
