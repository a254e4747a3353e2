"""Depth doses around the sphere, in a dose that is known in closed form."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from pytest import approx

from openiort.core.material_table import read_material
from openiort.dose.point_dose import PointDose
from openiort.dose.primary import primary_responses
from openiort.patient.patient import Patient
from openiort.patient.structure import Structure
from openiort.plan.depth_dose import DEPTHS_mm, patient_depth_doses
from tests.dose.smooth_dose import RADIUS_mm, smooth_dose, smooth_scatter
from tests.plan.water_patient import water_patient

DOSE = cache(smooth_dose)
CENTRE_mm = (0.0, 0.0, 0.0)


def expected(depth_mm: float) -> np.ndarray:
    """(3,) responses at a depth: the same in every direction."""
    point = np.array([[0.0, 0.0, RADIUS_mm + depth_mm]])
    return (primary_responses(DOSE().scene, point) + smooth_scatter(point))[0]


def depth_doses(patient: Patient, depths_mm: tuple[float, ...], photons: float = 1.0):
    return patient_depth_doses(PointDose(DOSE()), patient, CENTRE_mm, RADIUS_mm, photons, depths_mm)


def test_same_in_all_directions_of_water() -> None:
    depths = (0.0, 1.0, 5.0, 12.0)
    water, medium = depth_doses(water_patient(), depths, photons=1e15)
    assert list(water) == list(medium) == list(depths)
    for depth in depths:
        dose = water[depth]
        for value in (dose.mean, dose.min, dose.max, medium[depth].mean):
            assert value == approx(1e15 * expected(depth)[0], rel=1e-3)  # 0.001 mm outside the surface


def test_directions_that_leave_the_body_do_not_count() -> None:
    """A body of 20 mm radius: none at 6 mm depth. A half of it: mean as in the whole, as the dose is the same."""
    patient = water_patient()
    index = np.stack(np.meshgrid(*(np.arange(n, dtype=float) for n in patient.image.grid.shape), indexing="ij"), -1)
    points = patient.image.grid.to_points_mm(index)
    ball = np.linalg.norm(points, axis=-1) < 22.0
    for mask in (ball, ball & (points[..., 0] > 0)):
        body = {**patient.structures, "body": Structure("body", mask)}
        water, medium = depth_doses(replace(patient, structures=body), (2.0, 12.0))
        assert list(water) == list(medium) == [2.0]
        assert water[2.0].mean == approx(expected(2.0)[0], rel=1e-3)


def test_dose_to_medium_is_that_of_the_tissue_there() -> None:
    """Bone by material where x > 0: half of the directions take the response of bone, the others that of water."""
    dose = smooth_dose((read_material("cortical_bone"),))
    patient = water_patient()
    index = np.stack(np.meshgrid(*(np.arange(n, dtype=float) for n in patient.image.grid.shape), indexing="ij"), -1)
    bone = patient.image.grid.to_points_mm(index)[..., 0] > 0
    # scene's materials: water, cortical bone; the patient's map points into them
    tissues = replace(patient.tissues, material_index=bone.astype(np.uint8))
    water, medium = patient_depth_doses(PointDose(dose), replace(patient, tissues=tissues), CENTRE_mm, RADIUS_mm, 1.0,
                                        (5.0,))
    kerma = expected(5.0)
    assert (medium[5.0].min, medium[5.0].max) == approx((kerma[0], kerma[2]), rel=1e-3)
    assert medium[5.0].mean == approx((kerma[0] + kerma[2]) / 2, rel=0.02)  # 200 directions
    assert (water[5.0].min, water[5.0].max) == approx((kerma[0], kerma[0]), rel=1e-3)


def test_depths_that_are_always_given() -> None:
    assert DEPTHS_mm == (0.0, 1.0, 2.0, 5.0, 7.0, 10.0, 20.0)  # the rows of README's example


@pytest.mark.parametrize("depth_mm", [100.0])
def test_deeper_than_the_box_is_an_error(depth_mm: float) -> None:
    with pytest.raises(ValueError, match="outside the fine box"):
        depth_doses(water_patient(), (depth_mm,))
