"""Interpolation between voxels: exact where it can be worked out, SciPy's elsewhere."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.ndimage import map_coordinates

from openiort.core.interpolation import interpolated


def test_a_linear_function_is_met_everywhere():  # closed form: trilinear interpolation reproduces it
    z, y, x = np.meshgrid(np.arange(4.0), np.arange(5.0), np.arange(6.0), indexing="ij")
    index = np.random.default_rng(1).uniform([0, 0, 0], [3, 4, 5], size=(100, 3))
    assert interpolated(1.0 + 2.0 * z - 3.0 * y + 0.5 * x, index) == pytest.approx(1.0 + index @ [2.0, -3.0, 0.5])


def test_beyond_the_edge_the_edge_counts():
    values = np.arange(8.0).reshape(2, 2, 2)
    assert interpolated(values, np.array([[-5.0, 0.0, 0.0], [9.0, 9.0, 9.0]])) == pytest.approx([0.0, 7.0])


@pytest.mark.parametrize("shape", [(4, 5, 6), (1, 5, 6)])
def test_same_as_scipy(shape):
    rng = np.random.default_rng(2)
    values, index = rng.normal(size=shape), rng.uniform(-2.0, 8.0, size=(1000, 3))
    expected = map_coordinates(values, index.T, order=1, mode="nearest")
    assert interpolated(values, index) == pytest.approx(expected, abs=1e-12)
