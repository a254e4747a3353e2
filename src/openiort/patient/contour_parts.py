"""Contour planes that interleave: parts of an ROI that lie side by side and were drawn on planes of their own.

In one stack each plane would end where the next one begins, and so halve the parts that have nothing there.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from openiort.patient.contour_stack import ContourPlane, usual_spacing
from openiort.patient.polygon_fill import inside_share

RASTER = 256
LEAST_SHARE = 0.01
# planes of two parts that are nearer than this share of a spacing, and not the same, are not of one stack
NEAR = 0.75
# how many spacings, or slices, one plane of a part may be from its next
REACH = 2.5
PAIR = 2**31


def contour_stacks(planes: Sequence[ContourPlane]) -> list[list[ContourPlane]]:
    """The planes as one stack, or as several where parts beside each other have planes that interleave.

    Parts are what does not touch when each plane is laid on those a little below. Where their planes are the same, or
    follow each other as planes of a stack do, they stay together.
    """
    labels = _part_numbers(planes)
    heights: dict[int, list[float]] = {}
    for plane, numbers in zip(planes, labels, strict=True):
        for number in set(numbers.tolist()):
            heights.setdefault(number, []).append(plane.position)
    stacks: list[tuple[set[int], list[float]]] = []
    for number, positions in sorted(heights.items(), key=lambda item: -len(item[1])):
        fitting = next((k for k, (_, of_stack) in enumerate(stacks) if _is_one_stack(of_stack, positions)), None)
        members, of_stack = (set(), []) if fitting is None else stacks.pop(fitting)
        stacks.append((members | {number}, sorted({*of_stack, *positions})))
    return [_of_parts(planes, labels, members) for members, _ in stacks]


def _is_one_stack(a: Sequence[float], b: Sequence[float]) -> bool:
    # one or two planes have no spacing of their own
    spacings = [usual_spacing(positions) for positions in (a, b) if len(positions) > 2] or [1.0]
    apart = np.abs(np.subtract.outer(a, b))
    # a few islands on planes that others have too are not drawn on every second plane: they are islands
    spacing = min(spacings) if (apart == 0).any() else max(spacings)
    return not bool(((apart > 0) & (apart < NEAR * spacing)).any())


def _of_parts(planes: Sequence[ContourPlane], labels: Sequence[NDArray[np.intp]],
              members: set[int]) -> list[ContourPlane]:  # fmt: skip
    kept = [tuple(line for line, number in zip(plane.lines, numbers.tolist(), strict=True) if number in members)
            for plane, numbers in zip(planes, labels, strict=True)]  # fmt: skip
    return [ContourPlane(plane.position, lines) for plane, lines in zip(planes, kept, strict=True) if lines]


def _part_numbers(planes: Sequence[ContourPlane]) -> list[NDArray[np.intp]]:
    """For each plane the number of the part, from 0, that each of its lines belongs to."""
    points = np.concatenate([line for plane in planes for line in plane.lines])
    low = points.min(axis=0)
    scale = (RASTER - 1) / max(float(np.ptp(points, axis=0).max()), 1e-9)
    reach = REACH * max(usual_spacing([plane.position for plane in planes]), 1.0)
    # what was drawn last at each place, and where along the slices that was
    last, position = np.zeros((RASTER, RASTER), np.intp), np.full((RASTER, RASTER), -np.inf)
    found, touching, count = [], [], 1
    for plane in planes:
        label, corners = _pieces([(line - low) * scale for line in plane.lines])
        drawn = label > 0
        label[drawn] += count - 1
        under = drawn & (position >= plane.position - reach)
        # pairs as one number each: much quicker to sort
        touching.append(np.unique(label[under] * PAIR + last[under]))
        last[drawn], position[drawn] = label[drawn], plane.position
        count = max(count, int(label.max()) + 1)
        found.append(label[corners])
    first, second = np.divmod(np.concatenate(touching), PAIR)
    _, part = connected_components(coo_array((np.ones(len(first)), (first, second)), (count, count)), directed=False)
    _, numbers = np.unique(part[np.concatenate(found)], return_inverse=True)
    return np.split(numbers, np.cumsum([len(one) for one in found])[:-1])


def _pieces(lines: Sequence[NDArray[np.float64]]) -> tuple[NDArray[np.intp], tuple[NDArray[np.intp], ...]]:
    """What hangs together in a plane, numbered from 1 on the raster, and where on it each line begins."""
    corners = [np.rint(line).astype(np.intp) for line in lines]
    drawn = inside_share(lines, (RASTER, RASTER)) > LEAST_SHARE
    drawn[tuple(np.concatenate(corners).T)] = True
    label, _ = ndimage.label(drawn, np.ones((3, 3)))
    return label.astype(np.intp), tuple(np.array([corner[0] for corner in corners]).T)
