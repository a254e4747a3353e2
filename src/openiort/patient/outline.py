"""Closed lines on the image's slices: how a structure is drawn for programs that know contours, not masks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from openiort.core.grid import Grid


@dataclass(frozen=True, slots=True)
class Outline:
    """One closed line on one slice.

    An outline inside another one on the same slice is a hole, and runs the other way round: what lies inside an odd
    number of outlines belongs to the structure.

    Attributes:
        slice_index: of the image's slice that it lies on.
        points_mm: (n, 3) x, y, z, DICOM patient coordinates, n >= 3; the first point is not repeated at the end.
    """

    slice_index: int
    points_mm: NDArray[np.float64]

    def __post_init__(self) -> None:
        points_mm = np.ascontiguousarray(self.points_mm, float)
        if points_mm.ndim != 2 or points_mm.shape[0] < 3 or points_mm.shape[1] != 3:
            raise ValueError(f"an outline is (n, 3) with n >= 3, not {points_mm.shape}")
        points_mm.setflags(write=False)
        object.__setattr__(self, "points_mm", points_mm)


def on_slice_mm(points_mm: NDArray[np.float64], slice_index: int, grid: Grid) -> NDArray[np.float64]:
    """(n, 3) patient coordinates of points (n, 2) given in mm along the slice's x and y axis from its first pixel."""
    columns, rows = points_mm[:, 0] / grid.spacing_mm[0], points_mm[:, 1] / grid.spacing_mm[1]
    return grid.to_points_mm(np.stack([np.full(len(points_mm), float(slice_index)), rows, columns], axis=1))


def outlined_volume_cc(outlines: Iterable[Outline], grid: Grid) -> float:
    """Volume inside the outlines, holes taken out: area times slice distance, summed."""
    areas_mm2: dict[int, float] = {}
    for outline in outlines:
        local_mm = (outline.points_mm - np.array(grid.origin_mm)) @ grid.direction
        signed_mm2 = signed_area_mm2(local_mm[:, :2])
        areas_mm2[outline.slice_index] = areas_mm2.get(outline.slice_index, 0.0) + signed_mm2
    return sum(abs(area_mm2) for area_mm2 in areas_mm2.values()) * grid.spacing_mm[2] / 1000.0


def signed_area_mm2(polygon_mm: NDArray[np.float64]) -> float:
    """Area of a polygon (n, 2), positive if it runs from the first axis to the second."""
    x, y = (polygon_mm - polygon_mm[0]).T
    return float(x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2.0
