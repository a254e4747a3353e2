"""Masks and distances in millimetres on voxels of any shape: what every finder of a structure builds on.

All arrays are indexed (z, y, x); a `step_mm` is the voxel's size in the same order.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from openiort.core.distance_transform import distance_to_mm
from openiort.core.grid import Grid

BoolArray = NDArray[np.bool_]
FloatArray = NDArray[np.float32]
Step = tuple[float, float, float]
Box = tuple[slice, slice, slice]
Index = tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]

TOUCHING = np.ones((3, 3, 3), bool)
FWHM_PER_SIGMA = 2.354_820_045


def step_mm(grid: Grid) -> Step:
    """Voxel size along the array's z, y and x axis."""
    return grid.spacing_mm[2], grid.spacing_mm[1], grid.spacing_mm[0]


def nearest_voxels(index: NDArray[np.float64], shape: tuple[int, int, int]) -> Index:
    """(z, y, x) of the voxels nearest to fractional indices (..., 3); beyond the array those at its edge."""
    z, y, x = np.moveaxis(np.clip(np.rint(index).astype(int), 0, np.array(shape) - 1), -1, 0)
    return z, y, x


def head_foot_axis(grid: Grid) -> int:
    """Array axis (0, 1 or 2 for z, y, x) that runs closest to the patient's head-foot line."""
    return 2 - int(np.argmax(np.abs(grid.direction[2])))


def bounding_box(mask: BoolArray, margin: int = 0) -> Box:
    """Smallest box around the true voxels, widened by `margin` voxels but not past the array; all of it if none."""
    if not mask.any():
        return slice(None), slice(None), slice(None)
    box = []
    for axis, length in enumerate(mask.shape):
        others = tuple(k for k in range(3) if k != axis)
        where = np.flatnonzero(mask.any(axis=others))
        box.append(slice(max(int(where[0]) - margin, 0), min(int(where[-1]) + 1 + margin, length)))
    return box[0], box[1], box[2]


def bounds_mm(mask: BoolArray, grid: Grid) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Lowest and highest (x, y, z), in patient coordinates, of the true voxels, their full size included."""
    spans = [part.indices(length)[:2] for part, length in zip(bounding_box(mask), mask.shape, strict=True)]
    corners = np.array(spans) - 0.5
    points = grid.to_points_mm(np.stack(np.meshgrid(*corners, indexing="ij"), -1).reshape(-1, 3))
    return points.min(axis=0), points.max(axis=0)


def distance_inside_mm(mask: BoolArray, step: Step, up_to_mm: float = np.inf) -> FloatArray:
    """Distance of every true voxel's centre to the nearest false one's; 0 where false, infinite beyond `up_to_mm`.

    Outside the array counts as neither, so that a cut structure has no surface there.
    """
    if mask.all():
        return np.full(mask.shape, np.inf, np.float32)
    distance = np.zeros(mask.shape, np.float32)
    box = bounding_box(mask, margin=1)
    distance[box] = distance_to_mm(~mask[box], step, up_to_mm)
    return distance


def grown(mask: BoolArray, radius_mm: float, step: Step) -> BoolArray:
    """All voxels whose centre lies within `radius_mm` of a true one's."""
    if not mask.any():
        return np.zeros_like(mask)
    box = bounding_box(mask, margin=int(radius_mm / min(step)) + 1)
    result = np.zeros_like(mask)
    result[box] = distance_to_mm(mask[box], step, radius_mm) <= radius_mm
    return result


def opened(mask: BoolArray, radius_mm: float, step: Step) -> BoolArray:
    """The part of `mask` that a ball of `radius_mm` can sweep without leaving it."""
    return grown(distance_inside_mm(mask, step, radius_mm) > radius_mm, radius_mm, step) & mask


def closed(mask: BoolArray, radius_mm: float, step: Step) -> BoolArray:
    """`mask` with gaps that no ball of `radius_mm` can enter; the array's edge closes nothing."""
    swollen = grown(mask, radius_mm, step)
    return mask | (distance_inside_mm(swollen, step, radius_mm) > radius_mm)


def filled(mask: BoolArray, axis: int) -> BoolArray:
    """`mask` with its holes filled, slice by slice across `axis`, so that a cavity cut by the scan is a hole too."""
    slices = np.moveaxis(mask, axis, 0)
    holes = np.stack([ndimage.binary_fill_holes(part) if part.any() else part for part in slices])
    return np.ascontiguousarray(np.moveaxis(holes, 0, axis))


def components(mask: BoolArray, *, corners: bool = False) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Labels (0 outside, 1..n) of the connected parts and their voxel counts, index 0 set to 0.

    Voxels connect through faces; with `corners`, through edges and corners too.
    """
    labels, count = ndimage.label(mask, TOUCHING if corners else None)
    sizes = np.bincount(labels.ravel(), minlength=count + 1)
    sizes[0] = 0
    return labels, sizes


def smoothed(values: FloatArray, fwhm_mm: float, step: Step) -> FloatArray:
    """Gaussian smoothing; `fwhm_mm` is the full width at half maximum in every direction; 0 changes nothing."""
    sigma = [fwhm_mm / FWHM_PER_SIGMA / size for size in step]
    result: FloatArray = ndimage.gaussian_filter(values, sigma, mode="nearest", truncate=3.0)
    return result


def smoothed_within(values: FloatArray, mask: BoolArray, fwhm_mm: float, step: Step) -> FloatArray:
    """Gaussian smoothing that only looks at `mask` (normalised convolution); 0 outside the mask."""
    weight = smoothed(mask.astype(np.float32), fwhm_mm, step)
    total = smoothed(np.where(mask, values, np.float32(0)), fwhm_mm, step)
    return np.divide(total, weight, out=np.zeros_like(total), where=mask)


def reaches_edge(mask: BoolArray) -> bool:
    """Whether a true voxel lies in the first or last layer along any axis of the array."""
    return any(bool(np.take(mask, end, axis).any()) for axis in range(3) for end in (0, -1))
