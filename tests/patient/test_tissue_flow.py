"""Where tissue comes from: the closed form without a wall, an incompressible flow round one."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from pytest import approx

from openiort.patient.immobile import Mobility, immobile_mask, mobility
from openiort.patient.tissue_flow import TissueFlow, radial_origin_mm, tissue_flow
from openiort.plan.directions import spread_directions
from tests.patient.breasts import ball_of_fat, breast_on_chest_wall

CENTRE_mm = (0.0, 0.0, 0.0)
RADIUS_mm, LUMP_mm = 15.0, 10.0


@cache
def flow(patient_name: str) -> TissueFlow:
    patient = {"ball": ball_of_fat, "breast": breast_on_chest_wall}[patient_name]()
    return tissue_flow(mobility(patient, CENTRE_mm), RADIUS_mm, LUMP_mm)


@pytest.mark.parametrize("far_mm", (15.0, 16.0, 20.0, 30.0, 44.0))
def test_without_a_wall_the_law_is_exact(far_mm: float) -> None:
    # closed form: r^3 = r'^3 - R^3 + r_lump^3, along the same ray
    directions = spread_directions(200)
    origin = flow("ball").origin_mm(far_mm * directions)
    assert np.linalg.norm(origin, axis=1) == approx((far_mm**3 - RADIUS_mm**3 + LUMP_mm**3) ** (1 / 3), abs=1e-6)
    assert origin / np.linalg.norm(origin, axis=1)[:, None] == approx(directions, abs=1e-9)


def test_nothing_comes_from_inside_the_lump() -> None:
    points = np.array([[3.0, 0.0, 0.0], [15.0, 0.0, 0.0]])
    assert np.linalg.norm(radial_origin_mm(points, RADIUS_mm, LUMP_mm), axis=1) == approx(LUMP_mm)


def _jacobian(one: TissueFlow, points: np.ndarray, step_mm: float = 0.5) -> np.ndarray:
    """Determinant of d(origin)/d(point) by central differences."""
    sides = [(one.origin_mm(points + step_mm * e) - one.origin_mm(points - step_mm * e)) / (2 * step_mm)
             for e in np.eye(3)]
    return np.asarray(np.linalg.det(np.stack(sides, -1)))


def _tissue_points() -> np.ndarray:
    """Points of the breast 1-40 mm from the sphere and in front of the wall."""
    rng = np.random.default_rng(3)
    points = rng.uniform(-50.0, 50.0, (60_000, 3))
    far = np.linalg.norm(points, axis=1)
    kept = (far > RADIUS_mm + 1.0) & (far < 55.0) & (points[:, 1] < 12.0) & (points[:, 1] > -45.0)
    return np.asarray(points[kept])


def test_volume_is_kept_round_the_wall() -> None:
    # an incompressible flow: the determinant of its Jacobian is 1 everywhere
    found = _jacobian(flow("breast"), _tissue_points())
    assert found.mean() == approx(1.0, abs=0.002)
    assert found.std() < 0.03
    assert found.min() > 0.5  # one-to-one: no fold


def test_the_cavity_is_the_sphere() -> None:
    """Tissue at the sphere's surface was at the lump's; bone lies 11 mm beside it, cells are 2.5 mm."""
    one = tissue_flow(mobility(breast_on_chest_wall(), (0.0, -8.0, 0.0)), RADIUS_mm, LUMP_mm)
    origin = one.origin_mm(RADIUS_mm * 1.0001 * spread_directions(500))
    assert np.linalg.norm(origin, axis=1) == approx(LUMP_mm, abs=0.2)


def test_what_does_not_move_stays() -> None:
    one = flow("breast")
    wall = np.array([[8.0, 24.0, 0.0], [0.0, 40.0, 0.0], [-20.0, 33.0, 20.0]])  # bone, lung, lung
    assert np.linalg.norm(one.origin_mm(wall) - wall, axis=1).max() < 0.05


def test_the_way_round_the_wall_makes_the_skin_move_more() -> None:
    """All of the volume leaves in front: the skin moves further than the law without a wall says, and no less."""
    skin = np.array([[0.0, -40.0, 0.0]])
    alone = 40.0 - float(np.linalg.norm(radial_origin_mm(skin, RADIUS_mm, LUMP_mm)))
    found = 40.0 - float(np.linalg.norm(flow("breast").origin_mm(skin)))
    assert alone < found < 2.0 * alone


def test_pockets_without_a_way_out_do_not_move() -> None:
    around = mobility(breast_on_chest_wall(), CENTRE_mm)
    share = around.share.copy()
    share[50:, :, :] = 0.0
    share[55:58, 30:34, 30:34] = 1.0  # closed in on all sides
    one = tissue_flow(Mobility(around.grid, share, around.air), RADIUS_mm, LUMP_mm)
    pocket = np.array([[0.0, 0.0, 2.5 * (56 - 31.5)]])
    assert one.origin_mm(pocket) == approx(pocket, abs=0.001)  # the radial law alone: 0.2 mm


def test_chest_wall_closes_gaps_between_ribs() -> None:
    patient = breast_on_chest_wall()
    fixed = immobile_mask(patient)
    assert (fixed & patient.structure("lungs").mask).sum() == patient.structure("lungs").mask.sum()
    assert not (fixed & patient.structure("lump").mask).any()


def test_mobility_falls_to_zero_at_the_wall_and_far_away() -> None:
    around = mobility(breast_on_chest_wall(), CENTRE_mm)
    middle = 32
    along_y = around.share[middle, :, 18]  # x = -33.75 mm: no bone there, lung from y = 30 mm
    y_mm = 2.5 * (np.arange(64) - 31.5)
    assert (along_y[y_mm > 31] == 0).all()
    assert (np.diff(along_y[(y_mm > -5) & (y_mm < 30)]) <= 1e-12).all()
    assert (around.share[:, 0, :] == 1).all()  # air away from the skin moves freely
