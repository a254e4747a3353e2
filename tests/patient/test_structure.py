"""A structure by whole voxels and by shares of voxels."""

from __future__ import annotations

import numpy as np
import pytest
from pytest import approx

from openiort.core.grid import Grid
from openiort.patient.structure import Structure

GRID = Grid((0.0, 0.0, 0.0), (10.0, 10.0, 10.0), (1, 2, 3))  # voxels of 1 cc


def test_shares_keep_the_volume_of_partly_filled_voxels() -> None:
    share = np.array([[[0.0, 0.2, 1.0], [0.5, 0.0, 0.4]]])
    structure = Structure.from_shares("drawn", share, "contoured")
    assert structure.volume_cc(GRID) == approx(2.1, abs=5 / 255 / 2)  # closed form: the sum of the shares
    assert structure.mask.tolist() == [[[False, False, True], [True, False, False]]]
    assert structure.touched.sum() == 4
    assert structure.shares((np.array([0]), np.array([0]), np.array([1]))) == approx([0.2], abs=1 / 255)


def test_mask_alone_counts_whole_voxels() -> None:
    structure = Structure("found", np.array([[[True, False, True], [False, False, False]]]))
    assert structure.volume_cc(GRID) == approx(2.0)
    assert structure.shares((np.array([0, 0]), np.array([0, 0]), np.array([0, 1]))).tolist() == [1.0, 0.0]


def test_arrays_are_read_only_and_must_fit() -> None:
    structure = Structure.from_shares("drawn", np.full((1, 2, 3), 0.7), "contoured")
    with pytest.raises(ValueError, match="read-only"):
        structure.mask[0, 0, 0] = False
    with pytest.raises(ValueError, match="shape"):
        Structure("odd", np.zeros((1, 2, 3), bool), share_255=np.zeros((1, 2, 2), np.uint8))
