"""Tangents set up on bodies made of half balls, where angle, edges and openings are known by geometry."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from pytest import approx

from openiort.core.errors import InputError
from openiort.external.tangent_setup import (
    BACK_MARGIN_mm,
    FLASH_mm,
    LENGTH_MARGIN_mm,
    medial_gantry_degrees,
    set_up_tangents,
)

FloatArray = NDArray[np.float64]
RADIUS_mm = 70.0
NOTHING = np.empty((0, 3))


def ball(radius_mm: float, step_mm: float = 4.0) -> FloatArray:
    axis = np.arange(-radius_mm, radius_mm + 1, step_mm)
    points = np.stack(np.meshgrid(axis, axis, axis, indexing="ij"), -1).reshape(-1, 3)
    return points[np.linalg.norm(points, axis=1) <= radius_mm]


def half_balls(tilt_degrees: float, side: str = "left") -> tuple[FloatArray, FloatArray]:
    """A breast in front of a plane through the origin that is tilted so, and everything else behind it."""
    tilt = np.deg2rad(tilt_degrees)
    normal = np.array([np.sin(tilt) * (1 if side == "left" else -1), -np.cos(tilt), 0.0])
    return (points := ball(RADIUS_mm))[points @ normal > 0], (wide := ball(150.0, 6.0))[wide @ normal < -BACK_MARGIN_mm]


@pytest.mark.parametrize("tilt_degrees", [25.0, 40.0, 55.0])
def test_plane_is_found_between_breast_and_lung(tilt_degrees: float) -> None:
    breast, behind = half_balls(tilt_degrees)
    setup = set_up_tangents("left", breast, behind, NOTHING, behind)
    assert setup.fields[0].gantry_degrees == approx(270.0 + tilt_degrees, abs=2.0)
    assert setup.fields[1].gantry_degrees == approx(90.0 + tilt_degrees, abs=2.0)
    assert setup.lung_depth_mm < 4.0  # half of the lattice's diagonal, and 2 degrees at 70 mm
    assert setup.breast_behind_fraction < 0.01


def test_right_side_is_the_mirror_image() -> None:
    left = set_up_tangents("left", *half_balls(40.0), NOTHING, half_balls(40.0)[1])
    right = set_up_tangents("right", *half_balls(40.0, "right"), NOTHING, half_balls(40.0, "right")[1])
    for one, other in zip(left.fields, right.fields, strict=True):
        assert one.gantry_degrees == approx(360.0 - other.gantry_degrees)
        assert one.isocentre_mm == approx(np.array(other.isocentre_mm) * [-1, 1, 1], abs=1e-6)
        assert one.opening.u_mm == approx(other.opening.u_mm)


def test_fields_are_opposed_and_their_back_edges_lie_in_one_plane() -> None:
    setup = set_up_tangents("left", *half_balls(40.0), NOTHING, half_balls(40.0)[1])
    medial, lateral = setup.fields
    assert medial.to_source == approx(-lateral.to_source)
    assert medial.u_axis == approx(lateral.u_axis)
    assert medial.isocentre_mm == lateral.isocentre_mm
    assert medial.opening.u_mm[0] == lateral.opening.u_mm[0] == 0.0
    assert medial.u_axis[1] < 0  # the open half is in front


def test_breast_is_covered_with_margins() -> None:
    breast, behind = half_balls(40.0)
    for field in set_up_tangents("left", breast, behind, NOTHING, behind).fields:
        u, v = field.projected_mm(breast)
        assert np.mean(u < 0) <= 0.01
        assert field.opening.u_mm[1] == approx(u.max() + FLASH_mm)
        assert field.opening.v_mm == approx((v.min() - LENGTH_MARGIN_mm, v.max() + LENGTH_MARGIN_mm))


def test_angles_of_textbooks() -> None:
    # a plane tilted by 35 degrees: medial field at 305 degrees on the left, 55 on the right
    assert medial_gantry_degrees("left", 35.0) == 305.0
    assert medial_gantry_degrees("right", 35.0) == 55.0


def test_empty_breast_is_refused() -> None:
    with pytest.raises(InputError, match="right breast is empty"):
        set_up_tangents("right", NOTHING, ball(50.0), NOTHING, ball(50.0))


def test_the_other_breast_counts_more_than_lung() -> None:
    # a ball of tissue in front of the plane that is best for the lung: the plane turns away from it
    breast, behind = half_balls(40.0)
    tilt = np.deg2rad(40.0)
    along, normal = np.array([-np.cos(tilt), -np.sin(tilt), 0.0]), np.array([np.sin(tilt), -np.cos(tilt), 0.0])
    other = ball(40.0) + 140.0 * along + 10.0 * normal
    alone = set_up_tangents("left", breast, behind, NOTHING, behind).fields[0].gantry_degrees
    both = set_up_tangents("left", breast, behind, other, behind).fields[0].gantry_degrees
    assert both > alone + 3.0
