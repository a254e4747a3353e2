"""The body in a CT: the largest solid thing, without couch, clothes and blankets, with its cavities.

A voxel is solid above -400 HU: between air and skin, above foam, gown and blanket (-990 to -700 HU). Shells and
sheets thinner than 8 mm, such as a hollow couch top, are no part of the body even where they touch it. Arms
that do not touch the trunk in the scan, and separate objects of any size, are left out; a note tells so.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from openiort.core.errors import InputError
from openiort.core.grid import Grid
from openiort.patient.voxel_space import (
    BoolArray,
    Step,
    bounding_box,
    components,
    filled,
    grown,
    head_foot_axis,
    opened,
    step_mm,
)

SOLID_HU = -400.0
SHEET_RADIUS_mm = 4.0
# Denser than skin: couch shells and wires that lie on it.
HARD_HU = 150.0
COARSE_STEP_mm = 2.5
SMALLEST_BODY_cc = 200.0
WORTH_A_NOTE_cc = 100.0


def find_body(hounsfield: NDArray[np.float32], grid: Grid) -> tuple[BoolArray, tuple[str, ...]]:
    """Mask (nz, ny, nx) of the body with lungs and other cavities filled, and notes on what was left out.

    Cavities are filled slice by slice across the head-foot axis, so that a lung cut by the last slice belongs to
    the body. Air enclosed between limb and trunk within one slice counts as a cavity too.

    Raises:
        InputError: nothing in the image looks like a body.
    """
    solid = hounsfield > SOLID_HU
    box = bounding_box(solid, margin=1)
    trunk, notes = _trunk(solid[box], hounsfield[box] < HARD_HU, step_mm(grid))
    if trunk.sum() * grid.voxel_volume_cc < SMALLEST_BODY_cc:
        raise InputError(
            "no body was found in the CT",
            where="CT image",
            allowed=f"at least {SMALLEST_BODY_cc:g} cc of connected tissue above {SOLID_HU:g} HU",
            fix="check that the series is a CT of the chest in Hounsfield units",
        )
    body = np.zeros(grid.shape, bool)
    body[box] = filled(trunk, head_foot_axis(grid))
    return body, notes


def _trunk(solid: BoolArray, soft: BoolArray, step: Step) -> tuple[BoolArray, tuple[str, ...]]:
    """The largest part of `solid` once sheets are gone, decided on coarse voxels, cut out on fine ones."""
    factors = [max(1, math.ceil(COARSE_STEP_mm / size - 0.5)) for size in step]
    coarse_step = (factors[0] * step[0], factors[1] * step[1], factors[2] * step[2])
    coarse = _majority(solid, factors)
    without_sheets = opened(coarse, SHEET_RADIUS_mm, coarse_step)
    labels, sizes = components(without_sheets)
    largest = int(np.argmax(sizes))
    notes = _notes(np.delete(sizes, largest), math.prod(coarse_step) / 1000.0)
    kept = (labels == largest) & (labels > 0)
    # One coarse voxel more gives back the rim that opening rounds off (nipple, skin folds), if it is soft.
    rim = grown(kept, max(coarse_step) * 1.01, coarse_step)
    shape = solid.shape
    return _largest((_fine(kept, factors, shape) | (_fine(rim, factors, shape) & soft)) & solid), notes


def _fine(coarse: BoolArray, factors: list[int], shape: tuple[int, ...]) -> BoolArray:
    for axis, factor in enumerate(factors):
        coarse = np.repeat(coarse, factor, axis)
    return coarse[: shape[0], : shape[1], : shape[2]]


def _largest(mask: BoolArray) -> BoolArray:
    labels, sizes = components(mask)
    return np.asarray((labels == int(np.argmax(sizes))) & mask)


def _majority(mask: BoolArray, factors: list[int]) -> BoolArray:
    """Blocks of `factors` voxels that are at least half true; the last blocks are filled up by their edge voxels."""
    pad = [(0, -length % factor) for length, factor in zip(mask.shape, factors, strict=True)]
    padded = np.pad(mask, pad, mode="edge")
    blocks = padded.reshape([n for k, f in enumerate(factors) for n in (padded.shape[k] // f, f)])
    return np.asarray(2 * blocks.sum(axis=(1, 3, 5), dtype=np.int32) >= math.prod(factors))


def _notes(sizes: NDArray[np.int64], voxel_cc: float) -> tuple[str, ...]:
    volumes = [float(size) * voxel_cc for size in sizes if size * voxel_cc >= WORTH_A_NOTE_cc]
    return tuple(
        f"a solid object of {volume:.0f} cc beside the body was left out (arm, couch or cushion)"
        for volume in sorted(volumes, reverse=True)
    )
