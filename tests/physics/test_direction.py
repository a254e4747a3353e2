"""Directions: unit length, even spread, and the angle of a turn."""

from __future__ import annotations

import math

import numpy as np
import pytest

from openiort.core.random_stream import stream
from openiort.physics.direction import isotropic, turn


@pytest.mark.parametrize("axis", [(0.0, 0.0, 1.0), (0.0, 0.0, -1.0), (0.6, 0.0, 0.8), (-0.48, 0.6, -0.64)])
@pytest.mark.parametrize("cos_theta", [-1.0, -0.3, 0.0, 0.7, 1.0])
def test_turn_keeps_length_and_makes_the_angle(axis, cos_theta):  # closed form: dot product
    turned = turn(*axis, cos_theta, 1.234)
    assert math.hypot(*turned) == pytest.approx(1.0, abs=1e-12)
    assert np.dot(turned, axis) == pytest.approx(cos_theta, abs=1e-9)


def test_isotropic_moments():  # closed form: mean 0, mean square 1/3 along each axis; 5 standard errors
    state, drawn = np.uint64(stream(1, 1)), []
    for _ in range(20_000):
        x, y, z, state = isotropic(state)
        state = np.uint64(state)
        drawn.append((x, y, z))
    directions = np.array(drawn)
    assert np.abs(directions.mean(axis=0)).max() < 5 * math.sqrt(1 / 3 / 20_000)
    assert directions.T @ directions / 20_000 == pytest.approx(np.eye(3) / 3, abs=5 * 0.3 / math.sqrt(20_000))
