"""The contours of an ROI as a stack of slabs along the image's slices: which shape counts from where to where.

A contour stands for its plane and half the way to the next one, the outermost for half a spacing beyond (end cap).
Planes need neither lie on slices of the image nor come in order. Where planes are missing the shape between is
interpolated; after more than `MOST_MISSING` missing planes the ROI is taken to consist of separate parts.
A contour that is there twice counts once: by the even-odd rule two copies would enclose nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from openiort.core.errors import InputError
from openiort.core.grid import Grid
from openiort.patient.contours import ContouredROI

Line = NDArray[np.float64]
PLANE_TOLERANCE_mm = 0.2
SAME_PLANE_mm = 0.1
MISSING_FROM_STEPS = 1.5
MOST_MISSING = 5
# planes as near as this, in slices, may be one plane that was drawn twice
NEAR_SLICES = 0.5
COPY_PIXELS_DECIMALS = 6


@dataclass(frozen=True, slots=True)
class ContourPlane:
    """All closed lines at one height.

    Attributes:
        position: along the array's z axis, in slices.
        lines: (n, 2) each, (row, column) in pixels; no two with the same edges.
        copies: how many lines were left out because another one has the same edges.
    """

    position: float
    lines: tuple[Line, ...]
    copies: int = 0


@dataclass(frozen=True, slots=True)
class Slab:
    """A stretch along the array's z axis through which one shape counts.

    Attributes:
        low: where it begins, in slices; slice j of the image reaches from j - 0.5 to j + 0.5.
        high: where it ends.
        before: number of the plane whose shape it has, or the plane before it where it is interpolated.
        after: the same number, or the plane behind.
        weight: of `after`, 0 to 1.
    """

    low: float
    high: float
    before: int
    after: int
    weight: float

    @property
    def is_interpolated(self) -> bool:
        """Whether nobody drew this shape."""
        return self.after != self.before


def contour_planes(roi: ContouredROI, grid: Grid) -> list[ContourPlane]:
    """The planes of an ROI by rising position, lines at one height together.

    Raises:
        InputError: a contour is not parallel to the array's slices, the nearest to axial planes that the CT has.
    """
    placed = [grid.to_index(line) for line in roi.contours]
    thickness_mm = grid.spacing_mm[2]
    for line in placed:
        _check_parallel(roi.name, float(np.ptp(line[:, 0])) * thickness_mm)
    placed.sort(key=lambda line: float(line[:, 0].mean()))
    groups: list[list[NDArray[np.float64]]] = []
    for line in placed:
        near = groups and (line[:, 0].mean() - groups[-1][0][:, 0].mean()) * thickness_mm <= SAME_PLANE_mm
        groups[-1].append(line) if near else groups.append([line])
    return [_plane(group) for group in groups]


def _plane(group: Sequence[NDArray[np.float64]]) -> ContourPlane:
    """One plane of lines (n, 3), in slices, rows and columns."""
    different = {_edges(line[:, 1:]): line[:, 1:] for line in reversed(group)}
    lines = tuple(reversed(different.values()))
    return ContourPlane(float(np.mean([line[:, 0].mean() for line in group])), lines, len(group) - len(lines))


def _edges(line: Line) -> bytes:
    """The edges of a closed line, the same wherever it starts and whichever way it goes."""
    start = np.round(line, COPY_PIXELS_DECIMALS) + 0.0
    end = np.roll(start, -1, axis=0)
    is_first = (start[:, 0] < end[:, 0]) | ((start[:, 0] == end[:, 0]) & (start[:, 1] <= end[:, 1]))
    edges = np.hstack([np.where(is_first[:, None], start, end), np.where(is_first[:, None], end, start)])
    edges = edges[(start != end).any(axis=1)]
    return bytes(edges[np.lexsort(edges.T)].tobytes())


def _check_parallel(name: str, rise_mm: float) -> None:
    if rise_mm > PLANE_TOLERANCE_mm:
        raise InputError(
            f"a contour of '{name}' is not parallel to the CT's axial planes: it rises by {rise_mm:.1f} mm",
            where=f"structure set, ROI '{name}'",
            allowed=f"axial contours, along the axial planes of the CT within {PLANE_TOLERANCE_mm:g} mm, "
                    "even where its slices are sagittal or coronal",
            fix="export the structures drawn on axial planes of this CT, or leave them out (--structures none)",
        )


def contour_slabs(positions: Sequence[float]) -> list[Slab]:
    """Slabs of planes at rising positions (in slices)."""
    spacing = usual_spacing(positions)
    slabs: list[Slab] = []
    low = positions[0] - spacing / 2
    for number, (here, after) in enumerate(pairwise(positions)):
        gap = after - here
        steps = max(round(gap / spacing), 1) if gap > MISSING_FROM_STEPS * spacing else 1
        if steps - 1 > MOST_MISSING:
            slabs.append(Slab(low, here + spacing / 2, number, number, 0.0))
            low = after - spacing / 2
            continue
        step = gap / steps
        slabs.append(Slab(low, here + step / 2, number, number, 0.0))
        low = here + step / 2
        for k in range(1, steps):
            slabs.append(Slab(low, low + step, number, number + 1, k / steps))
            low += step
    last = len(positions) - 1
    slabs.append(Slab(low, positions[last] + spacing / 2, last, last, 0.0))
    return slabs


def usual_spacing(positions: Sequence[float]) -> float:
    """Distance between neighbouring planes, in slices: the median, so that gaps do not count.

    One plane has the thickness of a slice; so have two that lie further apart than neighbours do. Where planes come in
    pairs much nearer to each other than the pairs are, a pair counts as one plane.
    """
    steps = np.sort(np.diff(_without_near(positions)))
    if len(steps) == 0 or (len(steps) == 1 and steps[0] > MISSING_FROM_STEPS):
        return 1.0
    # the lower one of two medians: a gap in a short stack must not pass for the usual step
    return float(steps[(len(steps) - 1) // 2])


def _without_near(positions: Sequence[float]) -> list[float]:
    # from a plane to the next but one it is two spacings, or one where planes come in pairs
    next_but_one = np.subtract(positions[2:], positions[:-2]).min(initial=np.inf)
    near = min(NEAR_SLICES, float(next_but_one) / 4) if len(positions) > 2 else 0.0
    kept = [positions[0]]
    for position in positions[1:]:
        if position - kept[-1] >= near:
            kept.append(position)
    return kept
