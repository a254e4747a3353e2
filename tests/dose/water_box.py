"""Boxes of water for scenes in tests."""

from __future__ import annotations

import numpy as np

from openiort.dose.scene import VoxelBox


def water_box(half_mm: int, step_mm: int) -> VoxelBox:
    """A cube of water of 2 x half_mm around the source; material 0."""
    count = 2 * half_mm // step_mm
    return VoxelBox(np.full(3, -float(half_mm)), float(step_mm), np.full(3, count), np.zeros(count**3, np.uint8),
                    np.ones(count**3, np.float32))
