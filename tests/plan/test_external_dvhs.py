"""DVHs of external beams: closed forms for a dose that rises evenly through a box, coverage, sums of two courses."""

from __future__ import annotations

import numpy as np
import pytest
from pytest import approx

from openiort.core.grid import Grid
from openiort.external.external_dose import ExternalDose
from openiort.external.planned_schedule import planned_schedule
from openiort.patient.placed_structure import PlacedStructure
from openiort.patient.structure import Structure
from openiort.plan.external_dvhs import external_dvhs

# 40 x 40 x 40 mm, voxels of 1 mm; the structure is its middle, 20 mm a side, from 10 to 30 mm
GRID = Grid((0.5, 0.5, 0.5), (1.0, 1.0, 1.0), (40, 40, 40))
ALPHA_BETA_Gy = {"late": 3.0, "tumour": 3.5}  # tables/biology/endpoints.toml


def cube(name: str, low: int = 10, high: int = 30) -> dict[str, PlacedStructure]:
    mask = np.zeros(GRID.shape, bool)
    mask[10:30, 10:30, low:high] = True
    return {name: PlacedStructure(Structure(name, mask), GRID)}


def course(per_mm_Gy: float = 1.0, fractions: int = 20, *, width: int = 40) -> ExternalDose:
    """A dose of `per_mm_Gy` x, x being the distance from the grid's face, mm."""
    x_mm = np.arange(width) + 0.5
    grid = Grid(GRID.origin_mm, GRID.spacing_mm, (40, 40, width))
    return ExternalDose(grid, np.broadcast_to(per_mm_Gy * x_mm, grid.shape).astype(np.float32), None,
                        planned_schedule(40.0 * per_mm_Gy, fractions), fractions, "imported", "water")


def eqd2_Gy(dose_Gy: np.ndarray, fractions: int, alpha_beta_Gy: float) -> np.ndarray:
    """D (d + a/b) / (2 + a/b), FACTS' formula, J. F. Fowler 1989."""
    return dose_Gy * (dose_Gy / fractions + alpha_beta_Gy) / (2.0 + alpha_beta_Gy)


def test_mean_and_volumes_of_a_rising_dose() -> None:
    dvh = external_dvhs([course()], cube("heart")).physical["heart"]
    assert dvh.total_volume_cc == approx(8.0)
    assert dvh.mean_Gy == approx(20.0)  # x from 10 to 30 mm
    assert (dvh.max_Gy, dvh.min_Gy) == approx((29.5, 10.5))
    assert dvh.volume_percent(50.0) == approx(50.0)  # 20 Gy of 40: half of it


@pytest.mark.parametrize(("name", "endpoint"), (("heart", "late"), ("tumour bed", "tumour")))
def test_eqd2_place_by_place_with_the_structures_own_alpha_beta(name: str, endpoint: str) -> None:
    found = external_dvhs([course(fractions=20)], cube(name))
    x_Gy = np.arange(10, 30) + 0.5
    assert found.endpoints[name].name == endpoint
    assert found.eqd2[name].mean_Gy == approx(eqd2_Gy(x_Gy, 20, ALPHA_BETA_Gy[endpoint]).mean(), rel=1e-6)
    # 2 Gy a fraction at 40 Gy: 100 % is itself
    assert found.eqd2[name].prescription_Gy == approx(40.0)


def test_two_courses_are_added_in_dose_and_in_effect() -> None:
    whole, boost = course(1.0, 15), course(0.25, 5)
    found = external_dvhs([whole, boost], cube("heart"))
    x = np.arange(10, 30) + 0.5
    assert found.physical["heart"].mean_Gy == approx(25.0)
    assert found.physical["heart"].prescription_Gy == approx(50.0)
    expected = eqd2_Gy(x, 15, 3.0) + eqd2_Gy(0.25 * x, 5, 3.0)
    assert found.eqd2["heart"].mean_Gy == approx(expected.mean(), rel=1e-6)


def test_what_the_dose_does_not_cover_is_a_named_gap() -> None:
    """A dose grid that ends at x = 20 mm covers half of the cube; one that ends at 5 mm nothing."""
    half = external_dvhs([course(width=20)], cube("heart"))
    assert half.missing == {"heart": "the dose grid covers 50.0 % of it"}
    assert not half.physical and not half.eqd2
    assert external_dvhs([course(width=5)], cube("heart")).missing == {"heart": "lies outside the dose grid"}
    # and where only one of two courses covers it
    assert external_dvhs([course(), course(width=5)], cube("heart")).missing


def test_a_sliver_without_dose_is_said() -> None:
    """A dose grid that ends at x = 39 mm, a structure from 10 to 40 mm: 29 of 30 voxels."""
    found = external_dvhs([course(width=39)], cube("heart", 10, 40))
    assert found.physical["heart"].covered_percent == approx(2900.0 / 30.0)
    assert "covers 96.7 %" in found.notes[0]


def test_a_structure_that_no_endpoint_names_is_said() -> None:
    found = external_dvhs([course()], cube("Scar"))
    assert found.endpoints["Scar"].name == "late"
    assert found.notes == ("EQD2 of Scar by the endpoint of late effects: none names them",)
