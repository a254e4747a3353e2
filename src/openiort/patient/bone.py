"""The skeleton in a CT: dense parts inside the body that are large enough, their marrow included.

Voxels above 250 HU after light smoothing start a bone, neighbours above 130 HU within 12 mm of such a core belong
to it; its surface is then drawn at about half the height of the cortex. A part counts from 1 cc on (0.2 cc where the
scan cuts it), which leaves out clips, calcifications and noise. Parts that lie in the outer 6 mm of the body are
clothing wire; parts beside gas that are no denser than 300 HU are contrast in the bowel; solid bright regions,
thicker than 16 mm, without a brighter shell are contrast in heart and great vessels. Catheters, small enhanced
vessels beside bone and metal above 1 cc cannot be told from bone. A spinal canal that dense bone closes in within a
slice is taken for marrow (about 20 cc in a chest): its CT numbers are those of the breastbone's marrow.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from openiort.core.grid import Grid
from openiort.core.units import mm_PER_cm
from openiort.patient.voxel_space import (
    BoolArray,
    FloatArray,
    Step,
    closed,
    components,
    distance_inside_mm,
    filled,
    grown,
    head_foot_axis,
    opened,
    smoothed,
    step_mm,
)

CORE_HU = 250.0
EDGE_HU = 130.0
MARROW_HU = 70.0
SMOOTHING_FWHM_mm = 3.0
REACH_mm = 12.0
SMALLEST_cc = 1.0
SMALLEST_CUT_cc = 0.2
# A hole in one slice up to this size is marrow whatever its CT number (ribs, sternum); the spinal canal is larger.
SMALL_HOLE_cm2 = 0.8
CLOSING_mm = 2.0
BRIGHTEST_WITHIN_mm = 3.0
EDGE_SHARE = 0.42
RIM_mm = 2.0
WIRE_mm = 6.0
GAS_HU = -400.0
BESIDE_GAS_mm = 4.0
BESIDE_GAS_SHARE = 0.03
BOWEL_HU = 300.0
CONTRAST_RADIUS_mm = 8.0
CONTRAST_cc = 15.0
CORTEX_mm = (1.0, 3.5)
BRIGHTEST_BLOOD_HU = 500.0
IN_PLANE = np.zeros((3, 3, 3), bool)
IN_PLANE[1] = True


def find_bone(hounsfield: FloatArray, body: BoolArray, depth_mm: FloatArray, lungs: BoolArray, grid: Grid) -> BoolArray:
    """Mask (nz, ny, nx) of all bones inside `body`, given the depth below its surface and what of it is lung."""
    step = step_mm(grid)
    values = smoothed(hounsfield, SMOOTHING_FWHM_mm, step)
    edge = (values > EDGE_HU) & body
    if not edge.any():
        return edge
    edge &= depth_mm > WIRE_mm / 2
    edge &= ~_contrast(values, edge, step, grid.voxel_volume_cc)
    core = edge & (values > CORE_HU)
    near_core = edge & grown(core, REACH_mm, step)
    beside_gas = grown((hounsfield < GAS_HU) & body & ~lungs, BESIDE_GAS_mm, step)
    bone = _bone_parts(near_core, values, depth_mm < WIRE_mm, beside_gas, grid)
    return _with_marrow(_at_half_height(bone, hounsfield, step), values, grid) & body


def _contrast(values: FloatArray, edge: BoolArray, step: Step, voxel_cc: float) -> BoolArray:
    """Bright regions that are solid instead of a shell around something darker: contrast medium."""
    bright = edge & (values > CORE_HU)
    solid = opened(bright, CONTRAST_RADIUS_mm, step)
    if not solid.any():
        return solid
    labels, sizes = components(solid)
    depth = distance_inside_mm(bright, step, CORTEX_mm[1])
    inside = _mean_by_label(values, labels, solid & (depth > CORTEX_mm[1]), len(sizes))
    around = _mean_by_label(values, labels, solid & (depth > CORTEX_mm[0]) & (depth <= CORTEX_mm[1]), len(sizes))
    # Cortical bone makes a vertebra's shell brighter than its middle; blood is as bright or brighter inside.
    is_contrast = (sizes >= CONTRAST_cc / voxel_cc) & (around < inside) & (inside < BRIGHTEST_BLOOD_HU)
    return grown(np.asarray(is_contrast[labels]), CONTRAST_RADIUS_mm / 2, step)


def _mean_by_label(values: FloatArray, labels: NDArray[np.int32], where: BoolArray, count: int) -> NDArray[np.float64]:
    picked = labels[where]
    total = np.bincount(picked, weights=values[where], minlength=count)
    return np.asarray(total / np.maximum(np.bincount(picked, minlength=count), 1))


def _bone_parts(
    mask: BoolArray, values: FloatArray, shallow: BoolArray, beside_gas: BoolArray, grid: Grid
) -> BoolArray:
    """The connected parts of `mask` that are large enough and neither wire in the clothes nor bowel contrast."""
    labels, sizes = components(mask, corners=True)
    smallest_cc = np.full(len(sizes), SMALLEST_cc)
    for axis in range(3):
        for end in (0, -1):
            smallest_cc[np.unique(np.take(labels, end, axis))] = SMALLEST_CUT_cc
    count = np.maximum(sizes, 1)
    mean = np.bincount(labels.ravel(), weights=values.ravel(), minlength=len(sizes)) / count
    wire = np.bincount(labels[shallow], minlength=len(sizes)) > 0.5 * count
    bowel = (np.bincount(labels[beside_gas], minlength=len(sizes)) > BESIDE_GAS_SHARE * count) & (mean < BOWEL_HU)
    kept = (sizes * grid.voxel_volume_cc >= smallest_cc) & ~wire & ~bowel
    return np.asarray(kept[labels] & mask)


def _at_half_height(bone: BoolArray, hounsfield: FloatArray, step: Step) -> BoolArray:
    """`bone` without the rim that blurring adds: voxels at its edge below a share of the brightest beside them.

    A fixed threshold low enough for marrow makes bright thin bones a third too large.
    """
    size = [2 * max(1, round(BRIGHTEST_WITHIN_mm / length)) + 1 for length in step]
    brightest = ndimage.maximum_filter(np.where(bone, hounsfield, 0), size)
    inner = distance_inside_mm(bone, step, RIM_mm) > RIM_mm
    return np.asarray(bone & ((hounsfield > EDGE_SHARE * brightest) | inner))


def _with_marrow(bone: BoolArray, values: FloatArray, grid: Grid) -> BoolArray:
    """Close gaps in the cortex, then fill holes enclosed within a slice that are small or as dense as marrow."""
    axis = head_foot_axis(grid)
    whole = closed(bone, CLOSING_mm, step_mm(grid))
    holes = filled(whole, axis) & ~whole
    if not holes.any():
        return whole
    in_slice = np.moveaxis(ndimage.generate_binary_structure(3, 2) & IN_PLANE, 0, axis)
    labels, count = ndimage.label(holes, in_slice)
    sizes = np.bincount(labels.ravel(), minlength=count + 1)
    total = np.bincount(labels.ravel(), weights=values.ravel(), minlength=count + 1)
    pixel_cm2 = grid.voxel_volume_cc / (step_mm(grid)[axis] / mm_PER_cm)
    is_marrow = (sizes * pixel_cm2 <= SMALL_HOLE_cm2) | (total / np.maximum(sizes, 1) > MARROW_HU)
    is_marrow[0] = False
    return np.asarray(whole | is_marrow[labels])
