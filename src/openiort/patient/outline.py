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

    An outline inside another one on the same slice is a hole: what lies inside an odd number of outlines belongs to
    the structure.

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
    """Volume inside the outlines, holes taken out: area times slice distance, summed.

    Outlines that overlap without one lying inside the other are not expected.
    """
    areas: dict[int, list[NDArray[np.float64]]] = {}
    for outline in outlines:
        local = (outline.points_mm - np.array(grid.origin_mm)) @ grid.direction
        areas.setdefault(outline.slice_index, []).append(local[:, :2])
    total_mm2 = sum(_area_mm2(polygons) for polygons in areas.values())
    return float(total_mm2 * grid.spacing_mm[2] / 1000.0)


def _area_mm2(polygons: list[NDArray[np.float64]]) -> float:
    """Even-odd area of polygons (n, 2) that do not cross: those inside an odd number of others count as holes."""
    total_mm2 = 0.0
    for polygon in polygons:
        depth = sum(_contains(other, polygon[0]) for other in polygons if other is not polygon)
        total_mm2 += shoelace_mm2(polygon) * (1 if depth % 2 == 0 else -1)
    return total_mm2


def shoelace_mm2(polygon_mm: NDArray[np.float64]) -> float:
    """Area of a polygon (n, 2), whichever way it runs."""
    x, y = (polygon_mm - polygon_mm[0]).T
    return float(abs(x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2.0)


def _contains(polygon_mm: NDArray[np.float64], point_mm: NDArray[np.float64]) -> bool:
    x, y = (polygon_mm - point_mm).T
    next_x, next_y = np.roll(x, -1), np.roll(y, -1)
    crosses = (y > 0) != (next_y > 0)
    left = x[crosses] - y[crosses] * (next_x[crosses] - x[crosses]) / (next_y[crosses] - y[crosses]) > 0
    return bool(left.sum() % 2)
