"""What is left out lies within the tolerance of what is left."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from pytest import approx

from openiort.patient.fewer_points import fewer_points
from openiort.patient.outline import signed_area_mm2

FloatArray = NDArray[np.float64]
COORDINATE_mm = st.floats(-50.0, 50.0, allow_nan=False, width=32)


def distance_mm(point: FloatArray, line: FloatArray) -> float:
    """Least distance of a point from the segments of a line, by sampling none: the closed form for each segment."""
    begin, along = line[:-1], np.diff(line, axis=0)
    length2 = (along**2).sum(axis=1)
    t = np.clip(((point - begin) * along).sum(axis=1) / np.where(length2 > 0, length2, 1.0), 0.0, 1.0)
    return float(np.linalg.norm(point - begin - t[:, None] * along, axis=1).min())


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.tuples(COORDINATE_mm, COORDINATE_mm), min_size=2, max_size=30), min_size=1, max_size=4),
       st.sampled_from([0.0, 0.5, 10.0]))
def test_no_point_is_further_off_than_allowed(lines: list[list[tuple[float, float]]], tolerance_mm: float) -> None:
    given_mm = [np.array(line) for line in lines]
    found_mm = fewer_points(given_mm, tolerance_mm)
    assert len(found_mm) == len(given_mm)
    for before, after in zip(given_mm, found_mm, strict=True):
        assert (after[0] == before[0]).all() and (after[-1] == before[-1]).all()
        assert {tuple(p) for p in after} <= {tuple(p) for p in before}
        assert max(distance_mm(point, after) for point in before) <= tolerance_mm + 1e-9


def test_square_keeps_its_corners_alone() -> None:
    side = np.linspace(0.0, 10.0, 21)
    zero, ten = np.zeros(21), np.full(21, 10.0)
    square = np.concatenate([np.c_[side, zero], np.c_[ten, side], np.c_[side[::-1], ten], np.c_[zero, side[::-1]]])
    found = fewer_points([square], 0.0)[0]
    assert len(found) == 5  # four corners, the first repeated
    assert signed_area_mm2(found[:-1]) == approx(100.0)


def test_circle_gets_as_coarse_as_allowed() -> None:
    angle = np.linspace(0.0, 2.0 * np.pi, 5001)
    circle = 20.0 * np.c_[np.cos(angle), np.sin(angle)]
    found = fewer_points([circle], 0.05)[0]
    # a chord leaves the arc by r (1 - cos(pi / n)): n >= pi sqrt(r / 2 / 0.05) = 44.4; halving takes up to twice that
    assert 44 <= len(found) - 1 <= 90


def test_nothing_stays_nothing() -> None:
    assert fewer_points([], 0.1) == []
