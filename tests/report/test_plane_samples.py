"""Planes through the sphere: orientation, true place, dose near the surface."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from pytest import approx

from openiort.patient.image import CTImage
from openiort.plan.plan import Plan
from openiort.report.plane_dose import plane_dose
from openiort.report.plane_samples import PLANES, sample_plane
from tests.plan_factory import CENTRE_mm, make_patient, make_plan, make_plan_for, water_dose_Gy

AXIAL, CORONAL, SAGITTAL = PLANES


def with_spot(offset_mm: tuple[float, float, float]) -> Plan:
    """The plan with one bright ball at an offset from the centre."""
    patient = make_patient()
    grid = patient.image.grid
    index = np.stack(np.meshgrid(*map(np.arange, grid.shape), indexing="ij"), -1)
    near = np.linalg.norm(grid.to_points_mm(index) - np.add(CENTRE_mm, offset_mm), axis=-1) < 7.0
    image = CTImage(np.where(near, 2000.0, 0.0).astype(np.float32), grid)
    return replace(make_plan(), patient=replace(patient, image=image))


def middle_mm(values: NDArray[np.float64], axis_mm: NDArray[np.float64]) -> tuple[float, float]:
    """(right, up) of the centre of brightness."""
    total = values.sum()
    return float((values * axis_mm).sum() / total), float((values * axis_mm[:, None]).sum() / total)


def test_her_left_back_and_head_are_where_the_letters_say() -> None:
    # LPS: +x is her left, +y her back, +z her head
    for plane, offset, wanted in (
        (AXIAL, (30.0, -20.0, 0.0), (30.0, 20.0)),  # left and front: right and up (radiological convention)
        (CORONAL, (30.0, 0.0, 20.0), (30.0, 20.0)),  # left and head: right and up
        (SAGITTAL, (0.0, 30.0, -20.0), (30.0, -20.0)),  # back and feet: right and down
    ):
        sample = sample_plane(with_spot(offset), plane_dose(make_plan()), plane, step_mm=0.5)
        bright = np.where(sample.hounsfield > 500, sample.hounsfield, 0.0)
        assert middle_mm(bright, sample.axis_mm) == approx(wanted, abs=0.7)
    assert (AXIAL.letters[0], AXIAL.letters[3], SAGITTAL.letters[1], CORONAL.letters[3]) == ("R", "A", "P", "H")


def test_dose_near_the_surface_is_not_pulled_down_by_the_empty_sphere() -> None:
    plan = make_plan()
    flat = replace(plan, fine_dose=replace(plan.fine_dose, medium_Gy=plan.fine_dose.water_Gy),
                   coarse_dose=replace(plan.coarse_dose, medium_Gy=plan.coarse_dose.water_Gy))
    rng = np.random.default_rng(5)
    directions = rng.normal(size=(500, 3))
    directions /= np.linalg.norm(directions, axis=1)[:, None]
    for depth, tolerance in ((0.1, 0.04), (1.0, 0.03), (5.0, 0.01), (13.0, 0.01), (40.0, 0.05)):
        r = 15.0 + depth
        found = plane_dose(flat).at_Gy(np.array(CENTRE_mm) + directions * r)
        np.testing.assert_allclose(found, water_dose_Gy(np.array(r), 15.0), rtol=tolerance)


def test_outlines_lie_on_the_surface_of_the_mask() -> None:
    sample = sample_plane(make_plan(), plane_dose(make_plan()), CORONAL, step_mm=0.5)
    # in the coronal plane through y = -24 the half cylinder r < 100 about y = 40 reaches to |x| = sqrt(100^2 - 64^2)
    row = sample.inside_mm["body"][len(sample.axis_mm) // 2]
    edge = sample.axis_mm[np.flatnonzero(np.diff(np.sign(row)))]
    assert edge[0] + CENTRE_mm[0] == approx(-np.sqrt(100.0**2 - 64.0**2), abs=1.5)


def test_structure_out_of_sight_has_no_outline() -> None:
    patient = make_patient()
    empty = replace(patient.structure("bone"), mask=np.zeros(patient.image.grid.shape, bool))
    plan = replace(make_plan(), patient=replace(patient, structures={**patient.structures, "bone": empty}))
    assert (sample_plane(plan, plane_dose(plan), AXIAL, step_mm=1.0).inside_mm["bone"] < 0).all()


def test_smoothing_removes_noise_and_keeps_tissues_apart() -> None:
    patient = make_patient()
    noisy = plane_dose(make_plan_for(patient, fine_half_mm=30.0, noise_percent=8.0))
    clean = plane_dose(make_plan_for(patient, fine_half_mm=30.0))
    grid = patient.image.grid
    points = grid.to_points_mm(np.argwhere(patient.structure("body").mask))
    r = np.linalg.norm(points - np.array(CENTRE_mm), axis=1)
    far = points[(r > 27.0) & (np.abs(points - np.array(CENTRE_mm)).max(axis=1) < 25.0)]
    ratio = noisy.at_Gy(far) / clean.at_Gy(far)
    assert np.std(ratio) < 0.02  # of 8 %
    assert np.mean(ratio) == approx(1.0, abs=0.005)
    beside = np.array([[-30.0, 1.5, 10.0], [-30.0, 7.0, 10.0]])  # fat or gland before the plate of bone, and bone
    soft, bone = clean.at_Gy(beside)
    assert bone > 2.0 * soft
