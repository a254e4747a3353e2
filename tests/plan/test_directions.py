"""Directions over the sphere: each stands for the same solid angle."""

from __future__ import annotations

import numpy as np
from pytest import approx

from openiort.plan.directions import spread_directions


def test_unit_vectors_without_preferred_direction() -> None:
    directions = spread_directions(200)
    assert np.linalg.norm(directions, axis=1) == approx(1.0)
    # closed form of even directions: mean 0, mean of n n^T a third of the unit matrix
    assert directions.mean(axis=0) == approx(np.zeros(3), abs=0.01)
    assert directions.T @ directions / 200 == approx(np.eye(3) / 3, abs=0.01)


def test_caps_hold_their_share() -> None:
    directions = spread_directions(8000)
    for axis in np.eye(3):
        # a cap of half angle 30 degrees has (1 - cos 30)/2 of the sphere
        assert (directions @ axis > np.cos(np.pi / 6)).mean() == approx((1 - np.cos(np.pi / 6)) / 2, rel=0.02)
