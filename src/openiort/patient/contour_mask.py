"""Contours to a structure: which share of each voxel lies inside, 0 to 1."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from openiort.core.errors import InputError
from openiort.core.grid import Grid
from openiort.patient.contour_parts import contour_stacks
from openiort.patient.contour_stack import ContourPlane, Slab, contour_planes, contour_slabs, usual_spacing
from openiort.patient.contours import ContouredROI
from openiort.patient.line_crossings import lines_cross
from openiort.patient.polygon_fill import inside_share
from openiort.patient.shape_between import share_between
from openiort.patient.structure import HALF, WHOLE, Structure
from openiort.patient.voxel_space import reaches_edge

MOST_ROWS = 300_000
OUTSIDE_px = 1.0
UNEVEN = 0.5
Box = tuple[slice, slice, slice]
Shares = dict[int, NDArray[np.float32]]
Stack = tuple[Sequence[ContourPlane], Sequence[Slab]]


def contour_structure(roi: ContouredROI, grid: Grid, name: str) -> tuple[Structure | None, tuple[str, ...]]:
    """The structure that closed contours enclose, and notes on how it was filled.

    Within a plane by the even-odd rule (`polygon_fill`), along the slices in slabs (`contour_stack`), those of parts
    whose planes interleave on their own (`contour_parts`).

    Args:
        roi: with at least one closed contour.
        grid: the image's.
        name: of the structure.

    Returns:
        The structure, or None if it lies outside the image or encloses less than 1/510 of any voxel.

    Raises:
        InputError: a contour is not parallel to the slices, or too long to be anatomy.
    """
    planes = contour_planes(roi, grid)
    _check_length(roi.name, planes, grid.shape[1])
    stacks = [(stack, contour_slabs([plane.position for plane in stack])) for stack in contour_stacks(planes)]
    notes = _notes(name, planes, stacks)
    box = _box(planes, [slab for _, slabs in stacks for slab in slabs], grid.shape)
    share_255 = np.zeros(grid.shape, np.uint8)
    for stack, slabs in stacks:
        filled = _filled(stack, slabs, box, grid)
        share_255[box] += np.minimum(filled, WHOLE - share_255[box])
    if not share_255[box].any():
        return None, (f"'{name}' lies outside the scan or encloses nothing: left out",)
    mask = np.zeros(grid.shape, bool)
    mask[box] = share_255[box] >= HALF
    leaves = _leaves(planes, grid.shape)
    if leaves:
        notes.append(f"'{name}' is drawn beyond the scan: the part inside is used")
    cut = leaves or reaches_edge(share_255 > 0)
    return Structure(name, mask, "contoured", cut, share_255, roi.name), tuple(notes)


def _check_length(name: str, planes: Sequence[ContourPlane], ny: int) -> None:
    for plane in planes:
        rows = sum(float(np.abs(np.diff(np.clip(line[:, 0], -1, ny))).sum()) for line in plane.lines)
        if rows > MOST_ROWS:
            raise InputError(
                f"the contours of '{name}' in one plane are too long: they run through {rows:.0f} pixels",
                where=f"structure set, ROI '{name}'",
                allowed=f"at most {MOST_ROWS} pixels a plane",
                fix="leave this ROI out of the export, or all of them (--structures none)",
            )


def _box(planes: Sequence[ContourPlane], slabs: Sequence[Slab], shape: tuple[int, int, int]) -> Box:
    """The slices, rows and columns that the contours can reach, within the image; may be empty."""
    points = np.concatenate([line for plane in planes for line in plane.lines])
    low = np.array([min(slab.low for slab in slabs), *points.min(axis=0)])
    high = np.array([max(slab.high for slab in slabs), *points.max(axis=0)])
    first = np.clip(np.floor(low + 0.5), 0, shape).astype(int)
    last = np.clip(np.ceil(high + 0.5), first, shape).astype(int)
    return slice(first[0], last[0]), slice(first[1], last[1]), slice(first[2], last[2])


def _leaves(planes: Sequence[ContourPlane], shape: tuple[int, int, int]) -> bool:
    """Whether anything is drawn outside the image."""
    nz, *plane_shape = shape
    points = np.concatenate([line for plane in planes for line in plane.lines])
    beside = (points < -0.5 - OUTSIDE_px) | (points > np.array(plane_shape) - 0.5 + OUTSIDE_px)
    return bool(beside.any()) or planes[0].position < -0.5 or planes[-1].position > nz - 0.5


def _filled(planes: Sequence[ContourPlane], slabs: Sequence[Slab], box: Box, grid: Grid) -> NDArray[np.uint8]:
    """Shares in 255ths on the box: each slice the mean of the slabs that reach into it."""
    count, *plane_shape = (part.stop - part.start for part in box)
    filled = np.zeros((count, *plane_shape), np.uint8)
    if not filled.size:
        return filled
    drawn: Shares = {}
    for number in range(count):
        low, high = number + box[0].start - 0.5, number + box[0].start + 0.5
        share = np.zeros(plane_shape, np.float32)
        here = [slab for slab in slabs if slab.low < high and slab.high > low]
        needed = {k for slab in here for k in (slab.before, slab.after)}
        drawn = {k: drawn[k] if k in drawn else _drawn(planes[k], box) for k in needed}
        for slab in here:
            share += (min(slab.high, high) - max(slab.low, low)) * _shape(slab, drawn, grid)
        filled[number] = np.rint(np.clip(share, 0.0, 1.0) * WHOLE)
    return filled


def _drawn(plane: ContourPlane, box: Box) -> NDArray[np.float32]:
    corner = np.array([box[1].start, box[2].start])
    return inside_share([line - corner for line in plane.lines], (box[1].stop - corner[0], box[2].stop - corner[1]))


def _shape(slab: Slab, drawn: Shares, grid: Grid) -> NDArray[np.float32]:
    if not slab.is_interpolated:
        return drawn[slab.before]
    pixel_mm = (grid.spacing_mm[1], grid.spacing_mm[0])
    return share_between(drawn[slab.before], drawn[slab.after], slab.weight, pixel_mm)


def _notes(name: str, planes: Sequence[ContourPlane], stacks: Sequence[Stack]) -> list[str]:
    notes = []
    copies = sum(plane.copies for plane in planes)
    if copies:
        notes.append(f"'{name}': {copies} exact copies of contours left out")
    if len(stacks) > 1:
        notes.append(f"'{name}': parts side by side have planes that interleave, {len(stacks)} stacks filled apart")
    missing = sum(slab.is_interpolated for _, slabs in stacks for slab in slabs)
    if missing:
        notes.append(f"'{name}': {missing} missing contour plane(s), the shape between neighbours is interpolated")
    parts = 1 + sum(after.low > before.high + 1e-6 for _, slabs in stacks for before, after in pairwise(slabs))
    if parts > 1:
        notes.append(f"'{name}' is drawn in {parts} parts along the slices, nothing is added between them")
    if any(_is_uneven([plane.position for plane in stack]) for stack, _ in stacks):
        notes.append(f"'{name}': contour planes lie unevenly, some much nearer to each other than usual")
    crossed = [lines_cross(plane.lines) for plane in planes]
    if any(crossed):
        notes.append(f"'{name}': contours cross themselves or each other in {sum(map(bool, crossed))} plane(s); "
                     "what is enclosed twice counts as outside (even-odd rule)")  # fmt: skip
    if None in crossed:
        notes.append(f"'{name}': too many edges to look for crossings; the area rule is even-odd")
    return notes


def _is_uneven(positions: Sequence[float]) -> bool:
    return bool((np.diff(positions) < UNEVEN * usual_spacing(positions)).any())
