"""Outlines without inner outlines: each hole is joined to what it lies in by a channel of no width.

Programs differ in what an outline inside another one means to them: some take it as a hole, some fill it. A line that
enters the hole and returns the same way encloses the same area for all of them (DICOM PS3.3, C.8.8.6.3).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.distance import cdist

from openiort.core.grid import Grid
from openiort.patient.outline import Outline, signed_area_mm2

FloatArray = NDArray[np.float64]


def keyholes(outlines: tuple[Outline, ...], grid: Grid) -> tuple[Outline, ...]:
    """The same areas, without outlines that are holes; holes must run the other way than what they lie in."""
    slices: dict[int, list[Outline]] = {}
    for outline in outlines:
        slices.setdefault(outline.slice_index, []).append(outline)
    return tuple(joined for on_slice in slices.values() for joined in _of_slice(on_slice, grid))


def _of_slice(outlines: list[Outline], grid: Grid) -> list[Outline]:
    flat_mm = [((o.points_mm - np.array(grid.origin_mm)) @ grid.direction)[:, :2] for o in outlines]
    areas_mm2 = np.array([signed_area_mm2(points_mm) for points_mm in flat_mm])
    # the largest one cannot be a hole
    is_hole = areas_mm2 * areas_mm2[np.abs(areas_mm2).argmax()] < 0
    outer = [int(k) for k in np.flatnonzero(~is_hole)]
    holes: dict[int, list[int]] = {k: [] for k in outer}
    for hole in np.flatnonzero(is_hole):
        around = [k for k in outer if _contains(flat_mm[k], flat_mm[hole])]
        holes[min(around or outer, key=lambda k: abs(areas_mm2[k]))].append(int(hole))
    return [_joined(outlines[k], [outlines[hole] for hole in holes[k]]) for k in outer]


def _contains(polygon_mm: FloatArray, hole_mm: FloatArray) -> bool:
    """Whether most points of a hole (m, 2) lie inside a polygon (n, 2): shortened lines may cross by a hair."""
    (x, y), (next_x, next_y) = polygon_mm.T, np.roll(polygon_mm, -1, axis=0).T
    at_x, at_y = hole_mm[:, :1], hole_mm[:, 1:]
    crosses = (y > at_y) != (next_y > at_y)
    slope = (next_x - x) / np.where(next_y == y, 1.0, next_y - y)
    crossings = (crosses & (x + (at_y - y) * slope > at_x)).sum(axis=1)
    return bool((crossings % 2).mean() > 0.5)


def _joined(outer: Outline, holes: list[Outline]) -> Outline:
    """One line along the outer one and round every hole, through the shortest channels between points."""
    if not holes:
        return outer
    points_mm = np.concatenate([outer.points_mm, *(hole.points_mm for hole in holes)])
    owner = np.repeat(np.arange(len(holes) + 1), [len(outer.points_mm), *(len(hole.points_mm) for hole in holes)])
    path = list(range(len(outer.points_mm)))
    nearest_mm, partner = np.full(len(points_mm), np.inf), np.zeros(len(points_mm), int)
    added = np.array(path)
    for _ in holes:
        # a hole is entered from the outer line or from a hole that is joined already: channels do not cross holes
        waiting = np.flatnonzero(owner > 0)
        distance_mm = cdist(points_mm[waiting], points_mm[added])
        closer = distance_mm.min(axis=1) < nearest_mm[waiting]
        nearest_mm[waiting[closer]] = distance_mm.min(axis=1)[closer]
        partner[waiting[closer]] = added[distance_mm.argmin(axis=1)[closer]]
        enter = int(waiting[nearest_mm[waiting].argmin()])
        added = np.flatnonzero(owner == owner[enter])
        place = path.index(int(partner[enter])) + 1
        path[place:place] = [*np.roll(added, added[0] - enter).tolist(), enter, int(partner[enter])]
        owner[added] = 0
    return Outline(outer.slice_index, points_mm[path])
