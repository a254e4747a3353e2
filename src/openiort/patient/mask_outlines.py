"""Outlines of a structure's mask: where half of a voxel belongs to it, or nearly so.

At a half exactly a thin or speckled structure loses volume, because the line cuts the corners of its voxels (an eighth
of a voxel each). So each slice takes the level, a half or near it, at which the outlined area is the structure's.
"""

from __future__ import annotations

import numpy as np
from contourpy import ContourGenerator, LineType, contour_generator
from numpy.typing import NDArray

from openiort.core.grid import Grid
from openiort.patient.fewer_points import fewer_points
from openiort.patient.outline import Outline, on_slice_mm, signed_area_mm2
from openiort.patient.structure import WHOLE, Structure

FloatArray = NDArray[np.float64]
TOLERANCE_mm = 0.05
HALF, LEVELS = 0.5, (0.05, 0.95)
AREA_TOLERANCE, BISECTIONS = 0.002, 8


def mask_outlines(structure: Structure, grid: Grid, *, tolerance_mm: float = TOLERANCE_mm) -> tuple[Outline, ...]:
    """Closed outlines of a structure on the slices of its grid; holes are outlines of their own.

    The line runs about half-way between the centre of a voxel that belongs to the structure and of one that does not,
    or where interpolated shares are about a half. A structure that fills the image ends at the outer voxels' edges.

    Args:
        structure: its shares where it has them, its mask otherwise.
        grid: the image's.
        tolerance_mm: how far a point that is left out may lie from the line.
    """
    slices = [int(index) for index in np.flatnonzero(structure.touched.any(axis=(1, 2)))]
    found = [_lines_mm(_shares(structure, index), grid) for index in slices]
    on_slice = [index for index, lines_mm in zip(slices, found, strict=True) for _ in lines_mm]
    # all slices at once: many short steps would take longer than the work in them
    kept = fewer_points([line for lines_mm in found for line in lines_mm], tolerance_mm)
    # a closed line repeats its first point; with fewer than three others it has no area
    return tuple(Outline(index, on_slice_mm(line[:-1], index, grid))
                 for index, line in zip(on_slice, kept, strict=True) if len(line) > 3)


def _shares(structure: Structure, index: int) -> FloatArray:
    """(ny, nx) share of each voxel of a slice that belongs to the structure."""
    if structure.share_255 is None:
        return np.asarray(structure.mask[index], float)
    return np.asarray(structure.share_255[index] / WHOLE)


def _lines_mm(share: FloatArray, grid: Grid) -> list[FloatArray]:
    """Closed lines (n, 2) in mm along the slice's axes from its first pixel."""
    rows, columns = (np.flatnonzero(share.any(axis=axis)) for axis in (1, 0))
    box = (slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1))
    # a rim of nothing closes every line
    generator = contour_generator(z=np.pad(share[box], 1), line_type=LineType.Separate)
    first = np.array([columns[0] - 1, rows[0] - 1])
    return [(line + first) * np.array(grid.spacing_mm[:2]) for line in _lines(generator, float(share.sum()))]


def _lines(generator: ContourGenerator, pixels: float) -> list[FloatArray]:
    """Lines in pixels that hold so many of them."""
    lines, (low, high), level = generator.lines(HALF), LEVELS, HALF
    for _ in range(BISECTIONS):
        # contourpy runs round holes the other way than round what is solid
        excess = abs(sum(signed_area_mm2(line) for line in lines)) / pixels - 1.0
        if abs(excess) <= AREA_TOLERANCE:
            break
        low, high = (level, high) if excess > 0 else (low, level)
        level = (low + high) / 2
        lines = generator.lines(level)
    return [np.asarray(line) for line in lines]
