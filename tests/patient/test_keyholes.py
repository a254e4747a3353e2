"""Joined holes: the same area by both ways of filling a polygon."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.path import Path
from pytest import approx

from openiort.core.grid import Grid
from openiort.patient.keyholes import keyholes
from openiort.patient.mask_outlines import mask_outlines
from openiort.patient.outline import Outline, outlined_volume_cc
from openiort.patient.sphere_outlines import shell_outlines
from openiort.patient.structure import Structure

GRID = Grid((-5.0, 7.0, 11.0), (1.0, 1.0, 4.0), (3, 60, 60))
TURNED = Grid((3.0, 2.0, 1.0), (1.0, 1.0, 4.0), (3, 60, 60), np.array([[0, 0, 1], [-1, 0, 0], [0, -1, 0]], float))


def holed_mask() -> np.ndarray:
    """Two blocks; the first has many holes, one of them with an island that has a hole itself."""
    mask = np.zeros(GRID.shape, bool)
    mask[:, 4:44, 4:44], mask[1, 48:58, 4:58] = True, True
    mask[1, 8:26, 8:26], mask[1, 12:22, 12:22], mask[1, 15:19, 15:19] = False, True, False
    mask[1, 28:43:3, 6:42:3] = False  # 5 x 12 single voxels
    mask[1, 50:54, 30:40] = False
    return mask


def filled(outlines: tuple[Outline, ...], grid: Grid) -> np.ndarray:
    """Mask by matplotlib, which fills whatever a line winds round: union of the outlines.

    Seen a little beside the voxels' centres, for a channel may run straight through some.
    """
    mask = np.zeros(grid.shape, bool)
    rows, columns = np.meshgrid(*map(np.arange, grid.shape[1:]), indexing="ij")
    for outline in outlines:
        index = grid.to_index(outline.points_mm)
        path = Path(np.concatenate([index[:, 2:0:-1], index[:1, 2:0:-1]]), closed=True)
        inside = path.contains_points(np.stack([columns.ravel() + 0.013, rows.ravel() + 0.007], 1)).reshape(rows.shape)
        mask[outline.slice_index] |= inside
    return mask


@pytest.mark.parametrize("grid", [GRID, TURNED], ids=["axial", "turned"])
def test_mask_comes_back_whoever_fills_it(grid: Grid) -> None:
    structure = Structure("holed", holed_mask())
    with_holes = mask_outlines(structure, grid)
    joined = keyholes(with_holes, grid)
    assert len([o for o in with_holes if o.slice_index == 1]) == 3 + 63  # two blocks, an island; 2 + 1 + 60 holes
    assert [o.slice_index for o in joined] == [0, 1, 1, 1, 2]
    np.testing.assert_array_equal(filled(joined, grid), structure.mask)
    assert outlined_volume_cc(joined, grid) == approx(outlined_volume_cc(with_holes, grid))
    assert not np.array_equal(filled(with_holes, grid), structure.mask)  # inner outlines are filled by such a program


def test_channels_have_no_width() -> None:
    ring = tuple(o for o in shell_outlines((20.0, 30.0, 15.0), 8.0, 4.0, GRID) if o.slice_index == 1)
    (joined,) = keyholes(ring, GRID)
    steps_mm = np.diff(np.concatenate([joined.points_mm, joined.points_mm[:1]]), axis=0)
    lengths_mm = np.linalg.norm(steps_mm, axis=1)
    channel = np.flatnonzero(lengths_mm > 3.0)
    assert lengths_mm[channel] == approx([4.0, 4.0])  # the shell's width, there and back
    assert steps_mm[channel].sum(axis=0) == approx(0.0, abs=1e-12)


def test_without_holes_nothing_changes() -> None:
    outlines = mask_outlines(Structure("block", np.ones(GRID.shape, bool)), GRID)
    assert keyholes(outlines, GRID) == outlines
    assert keyholes((), GRID) == ()
