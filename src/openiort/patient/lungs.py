"""The lungs in a CT: large regions inside the body between -940 and -400 HU, their vessels included.

Trachea, main bronchi, bowel gas and other cavities hold air (below -940 HU after smoothing) and are no lung;
they go to the structure `air`. Consolidated lung, effusion and the hilum (above -400 HU over more than a few
millimetres) stay outside, as soft tissue. Both lungs are one structure.
"""

from __future__ import annotations

import numpy as np

from openiort.core.grid import Grid
from openiort.patient.voxel_space import (
    BoolArray,
    FloatArray,
    closed,
    components,
    filled,
    grown,
    head_foot_axis,
    opened,
    smoothed,
    step_mm,
)

LUNG_BELOW_HU = -400.0
GAS_BELOW_HU = -940.0
SMOOTHING_FWHM_mm = 3.0
# Skin and the chest wall between: nearer to the surface than this there is no lung.
WALL_mm = 6.0
# Rims of bowel gas and bronchi have lung's CT number by partial volume; they are thinner than this.
RIM_RADIUS_mm = 3.0
VESSEL_RADIUS_mm = 5.0
SMALLEST_cc = 10.0
SMALLEST_SHARE = 0.02


def find_lungs(hounsfield: FloatArray, body: BoolArray, depth_mm: FloatArray, grid: Grid) -> BoolArray:
    """Mask (nz, ny, nx) of both lungs; empty where the scan holds none; `depth_mm` is the depth below the skin.

    A part counts from 10 cc and from 2 % of the largest on; lungs may be cut by the first or last slice.
    """
    step = step_mm(grid)
    dark = (hounsfield < LUNG_BELOW_HU) & body
    if not dark.any():
        return np.zeros(grid.shape, bool)
    dark &= depth_mm > WALL_mm
    gas = dark & (smoothed(hounsfield, SMOOTHING_FWHM_mm, step) < GAS_BELOW_HU)
    gas = grown(opened(gas, 1.0, step), RIM_RADIUS_mm, step)
    dark &= ~gas
    sure = _large_parts(opened(dark, RIM_RADIUS_mm, step), grid.voxel_volume_cc)
    # Opening took the thin recesses between chest wall and diaphragm: give back all that connects.
    labels, sizes = components(dark)
    kept = np.zeros(len(sizes), bool)
    kept[np.unique(labels[sure])] = True
    kept[0] = False
    lung = np.asarray(kept[labels])
    if not lung.any():
        return lung
    with_vessels = filled(closed(lung, VESSEL_RADIUS_mm, step), head_foot_axis(grid))
    return with_vessels & body & ~gas


def other_lung(lungs: BoolArray, one_lung: BoolArray, grid: Grid) -> BoolArray:
    """What is left of both `lungs` when one of them is known: the other one, without rims along the known one."""
    step = step_mm(grid)
    left = lungs & ~one_lung
    if not left.any():
        return left
    sure = _large_parts(opened(left, RIM_RADIUS_mm, step), grid.voxel_volume_cc)
    return grown(sure, RIM_RADIUS_mm, step) & left


def _large_parts(mask: BoolArray, voxel_cc: float) -> BoolArray:
    labels, sizes = components(mask)
    smallest = max(SMALLEST_cc / voxel_cc, SMALLEST_SHARE * float(sizes.max()))
    return np.asarray((sizes >= smallest)[labels] & mask)
