"""Gantry angles of IEC 61217 for a patient on her back, projection through the source, segments."""

from __future__ import annotations

import numpy as np
import pytest
from pytest import approx

from openiort.external.photon_field import (
    PhotonField,
    Rectangle,
    SOURCE_DISTANCE_mm,
    columns,
    direction_to_source,
    divided,
)

WHOLE = Rectangle((0.0, 100.0), (-90.0, 90.0))


# IEC 61217, head first supine: 0 in front of her (-y), 90 on her left (+x), 180 behind her, 270 on her right
@pytest.mark.parametrize(("gantry_degrees", "direction"), [
    (0.0, (0, -1, 0)), (90.0, (1, 0, 0)), (180.0, (0, 1, 0)), (270.0, (-1, 0, 0)),
])
def test_gantry_angles(gantry_degrees: float, direction: tuple[float, ...]) -> None:
    assert direction_to_source(gantry_degrees) == approx(direction, abs=1e-12)


def field(gantry_degrees: float = 305.0, mirror: int = 1) -> PhotonField:
    return PhotonField("medial", gantry_degrees, (10.0, -20.0, 30.0), mirror, WHOLE, ())


def test_axes_are_perpendicular() -> None:
    made = field()
    assert made.u_axis @ made.to_source == approx(0.0, abs=1e-12)
    assert np.linalg.norm(made.u_axis) == approx(1.0)
    assert made.source_mm == approx(np.array(made.isocentre_mm) + SOURCE_DISTANCE_mm * made.to_source)


def test_points_on_the_isocentre_plane_project_to_themselves() -> None:
    made = field()
    point = np.array(made.isocentre_mm) + 40.0 * made.u_axis + np.array([0.0, 0.0, -25.0])
    u, v = made.projected_mm(point[None])
    assert (u[0], v[0]) == approx((40.0, -25.0))


def test_half_way_to_the_source_everything_looks_twice_as_large() -> None:
    made = field()
    point = np.array(made.isocentre_mm) + SOURCE_DISTANCE_mm / 2 * made.to_source + 7.0 * made.u_axis
    assert made.projected_mm(point[None])[0][0] == approx(14.0)


def test_blocked_edge_does_not_diverge() -> None:
    made = field()
    along = np.linspace(-300.0, 300.0, 7)[:, None]
    points = np.array(made.isocentre_mm) + along * made.to_source + np.array([0.0, 0.0, 50.0])
    assert made.projected_mm(points)[0] == approx(np.zeros(7), abs=1e-9)


def test_segments_fill_the_opening() -> None:
    segments = divided(WHOLE, 20.0)
    assert sum(segment.area_mm2 for segment in segments) == approx(WHOLE.area_mm2)
    assert columns(segments) == 5
    assert len(segments) == 5 * 9
    assert max(s.u_mm[1] - s.u_mm[0] for s in segments) <= 20.0 + 1e-9
    assert segments[0].u_mm[1] == approx(segments[1].u_mm[0])
    assert segments[5].v_mm[0] == approx(segments[0].v_mm[1])
