"""Outlines of a structure's mask: where half of a voxel belongs to it."""

from __future__ import annotations

import numpy as np
from contourpy import LineType, contour_generator
from numpy.typing import NDArray

from openiort.core.grid import Grid
from openiort.patient.fewer_points import fewer_points
from openiort.patient.outline import Outline, on_slice_mm
from openiort.patient.structure import WHOLE, Structure

TOLERANCE_mm = 0.05


def mask_outlines(structure: Structure, grid: Grid, *, tolerance_mm: float = TOLERANCE_mm) -> tuple[Outline, ...]:
    """Closed outlines of a structure on the slices of its grid; holes are outlines of their own.

    The line runs half-way between the centre of a voxel that belongs to the structure and of one that does not, or
    where interpolated shares are a half. A structure that fills the image ends at the outer voxels' edges.

    Args:
        structure: its shares where it has them, its mask otherwise.
        grid: the image's.
        tolerance_mm: how far a point that is left out may lie from the line.
    """
    found = []
    for index in np.flatnonzero(structure.mask.any(axis=(1, 2))):
        lines_mm = fewer_points(_lines_mm(_shares(structure, int(index)), grid), tolerance_mm)
        # a closed line repeats its first point; with fewer than three others it has no area
        found += [Outline(int(index), on_slice_mm(line[:-1], int(index), grid)) for line in lines_mm if len(line) > 3]
    return tuple(found)


def _shares(structure: Structure, index: int) -> NDArray[np.float64]:
    """(ny, nx) share of each voxel of a slice that belongs to the structure."""
    if structure.share_255 is None:
        return np.asarray(structure.mask[index], float)
    return np.asarray(structure.share_255[index] / WHOLE)


def _lines_mm(share: NDArray[np.float64], grid: Grid) -> list[NDArray[np.float64]]:
    """Closed lines (n, 2) at a share of a half, in mm along the slice's axes from its first pixel."""
    rows, columns = (np.flatnonzero(share.any(axis=axis)) for axis in (1, 0))
    box = (slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1))
    # a rim of nothing closes every line
    lines = contour_generator(z=np.pad(share[box], 1), line_type=LineType.Separate).lines(0.5)
    first = np.array([columns[0] - 1, rows[0] - 1])
    return [(np.asarray(line) + first) * np.array(grid.spacing_mm[:2]) for line in lines]
