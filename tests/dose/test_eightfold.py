"""Averaging over the eight places of a layered scene."""

from __future__ import annotations

import numpy as np
import pytest
from pytest import approx

from openiort.dose.eightfold import average_over_eight
from openiort.dose.scene import VoxelBox


def box(nz: int, ny: int, nx: int, low_mm: float | None = None) -> VoxelBox:
    low = np.array([-nx / 2 if low_mm is None else low_mm, 3.0, -nz / 2])
    count = nz * ny * nx
    return VoxelBox(low, 1.0, np.array([nz, ny, nx]), np.zeros(count, np.uint8), np.ones(count, np.float32))


def test_a_single_score_is_spread_over_its_eight_places() -> None:
    n, ny = 6, 3
    score = np.zeros((1, n * ny * n, 1), np.float32)
    score.reshape(n, ny, n)[1, 2, 0] = 8.0
    average_over_eight(box(n, ny, n), score)
    found = np.argwhere(score.reshape(n, ny, n) > 0)
    # by hand: (z, x) = (1, 0) mirrored in z, in x, in both, and all of it with z and x exchanged
    assert {(z, x) for z, _, x in found} == {(1, 0), (4, 0), (1, 5), (4, 5), (0, 1), (5, 1), (0, 4), (5, 4)}
    assert set(found[:, 1]) == {2}
    assert score.max() == 1.0


@pytest.mark.parametrize("n", [4, 5])
def test_mean_of_the_mirrored_arrays(n: int) -> None:
    # closed form: the mean of the array and its images under the symmetries of the square
    ny, batches = 2, 3
    score = np.random.default_rng(1).random((batches, n * ny * n, 3)).astype(np.float32)
    whole = score.reshape(batches, n, ny, n, 3).astype(float)
    turned = whole.transpose(0, 3, 2, 1, 4)
    images = [a[:, ::i, :, ::j] for a in (whole, turned) for i in (1, -1) for j in (1, -1)]
    expected = np.mean(images, axis=0).reshape(score.shape)
    average_over_eight(box(n, ny, n), score)
    assert score == approx(expected, rel=1e-6)


def test_boxes_that_are_not_alike_to_all_sides_are_refused() -> None:
    for wrong in (box(4, 2, 6), box(4, 2, 4, low_mm=-1.0)):
        with pytest.raises(ValueError, match="square and centred"):
            average_over_eight(wrong, np.zeros((1, wrong.material.size, 3), np.float32))
