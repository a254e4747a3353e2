"""Contour planes that interleave: parts of an ROI that lie side by side and were drawn on planes of their own.

In one stack each plane would end where the next one begins, and so halve the parts that have nothing there.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from openiort.patient.contour_stack import ContourPlane, usual_spacing
from openiort.patient.polygon_fill import inside_share

RASTER = 256
LEAST_SHARE = 0.01
# planes of two parts that are nearer than this share of a spacing, and not the same, are not of one stack
NEAR = 0.75


def contour_stacks(planes: Sequence[ContourPlane]) -> list[list[ContourPlane]]:
    """The planes as one stack, or as several where parts beside each other have planes that interleave.

    Parts are what does not touch when all planes are laid upon each other. Where their planes are the same, or follow
    each other as planes of a stack do, they stay together.
    """
    labels = _part_numbers(planes)
    parts = [_of_parts(planes, labels, {number}) for number in sorted(set(np.concatenate(labels).tolist()))]
    stacks: list[tuple[set[int], list[ContourPlane]]] = []
    for number, part in sorted(enumerate(parts, 1), key=lambda pair: -len(pair[1])):
        fitting = next((k for k, (_, stack) in enumerate(stacks) if _is_one_stack(stack, part)), None)
        numbers = {number} if fitting is None else stacks.pop(fitting)[0] | {number}
        stacks.append((numbers, _of_parts(planes, labels, numbers)))
    return [stack for _, stack in stacks]


def _is_one_stack(a: Sequence[ContourPlane], b: Sequence[ContourPlane]) -> bool:
    first, second = ([plane.position for plane in planes] for planes in (a, b))
    # one or two planes have no spacing of their own
    spacing = max((usual_spacing(positions) for positions in (first, second) if len(positions) > 2), default=1.0)
    apart = np.abs(np.subtract.outer(first, second))
    return not bool(((apart > 0) & (apart < NEAR * spacing)).any())


def _of_parts(planes: Sequence[ContourPlane], labels: Sequence[NDArray[np.intp]],
              numbers: set[int]) -> list[ContourPlane]:  # fmt: skip
    kept = [tuple(line for line, number in zip(plane.lines, label, strict=True) if number in numbers)
            for plane, label in zip(planes, labels, strict=True)]  # fmt: skip
    return [ContourPlane(plane.position, lines) for plane, lines in zip(planes, kept, strict=True) if lines]


def _part_numbers(planes: Sequence[ContourPlane]) -> list[NDArray[np.intp]]:
    """For each plane the number of the part, from 1, that each of its lines belongs to."""
    points = np.concatenate([line for plane in planes for line in plane.lines])
    low = points.min(axis=0)
    scale = (RASTER - 1) / max(float(np.ptp(points, axis=0).max()), 1e-9)
    drawn = np.zeros((RASTER, RASTER), bool)
    starts = []
    for plane in planes:
        lines = [(line - low) * scale for line in plane.lines]
        drawn |= inside_share(lines, (RASTER, RASTER)) > LEAST_SHARE
        corners = [np.rint(line).astype(np.intp) for line in lines]
        drawn[tuple(np.concatenate(corners).T)] = True
        starts.append(np.array([corner[0] for corner in corners]))
    label, _ = ndimage.label(drawn, np.ones((3, 3)))
    found = [label[tuple(start.T)] for start in starts]
    _, numbers = np.unique(np.concatenate(found), return_inverse=True)
    return np.split(numbers + 1, np.cumsum([len(one) for one in found])[:-1])
