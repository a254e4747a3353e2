"""Linear interpolation in an even table."""

from __future__ import annotations

import numpy as np
import pytest

from openiort.physics.lookup import between, bin_of

VALUES = np.array([1.0, 3.0, -2.0, 10.0])


@pytest.mark.parametrize("position", [0.0, 0.25, 1.0, 1.5, 2.999, 3.0])
def test_between_points(position):  # another program's interpolation: numpy.interp
    assert between(VALUES, position) == pytest.approx(np.interp(position, np.arange(4), VALUES))


@pytest.mark.parametrize(("position", "value"), [(-0.5, 1.0), (-1e9, 1.0), (3.5, 10.0), (1e9, 10.0)])
def test_held_at_both_ends(position, value):
    assert between(VALUES, position) == value


@pytest.mark.parametrize("value", [-1.0, 0.0, 0.1, 0.25, 0.3, 0.5, 0.999, 1.0, 2.0])
def test_bin_of_a_value_is_numpys(value):
    """As numpy.searchsorted, held at both ends."""
    edges = np.array([0.0, 0.25, 0.26, 0.5, 1.0])
    expected = np.clip(np.searchsorted(edges, value, side="right") - 1, 0, len(edges) - 2)
    assert bin_of(edges, value) == expected
