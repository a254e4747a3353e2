"""Simple bodies whose truth is known in closed form."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from openiort.core.grid import Grid
from openiort.patient.image import CTImage

AIR_HU, FAT_HU, LUNG_HU, BONE_HU = -1000.0, -100.0, -800.0, 600.0


def axes_mm(grid: Grid) -> tuple[NDArray[np.float64], ...]:
    """Coordinates along the array's z, y, x axes from the centre of the array, shaped to broadcast."""
    sizes = grid.spacing_mm[::-1]
    lines = [(np.arange(n) - (n - 1) / 2) * size for n, size in zip(grid.shape, sizes, strict=True)]
    return lines[0][:, None, None], lines[1][None, :, None], lines[2][None, None, :]


def chest(
    spacing_mm: tuple[float, float, float] = (1.5, 1.5, 4.0),
    shape: tuple[int, int, int] = (20, 140, 180),
    *,
    noise_HU: float = 0.0,
    couch: bool = False,
    direction: NDArray[np.float64] | None = None,
) -> CTImage:
    """An elliptic cylinder (110 x 75 mm half axes) of fat with two lungs (35 x 45 mm) and a bony rod (15 mm).

    All run through all slices. The couch is a hollow shell 3 mm thick that touches the back.
    """
    grid = Grid((0.0, 0.0, 0.0), spacing_mm, shape, np.eye(3) if direction is None else direction)
    z, y, x = axes_mm(grid)
    hounsfield = np.where((x / 110) ** 2 + (y / 75) ** 2 + 0 * z < 1, FAT_HU, AIR_HU)
    for side in (-1, 1):
        hounsfield[((x - side * 45) / 35) ** 2 + (y / 45) ** 2 + 0 * z < 1] = LUNG_HU
    hounsfield[x**2 + (y - 40) ** 2 + 0 * z < 15**2] = BONE_HU
    if couch:
        outer = (np.abs(x) < 120) & (y > 75) & (y < 95) & (z == z)
        inner = (np.abs(x) < 117) & (y > 78) & (y < 92) & (z == z)
        hounsfield[outer & ~inner] = 200.0
    rng = np.random.default_rng(2)
    return CTImage((hounsfield + rng.normal(0, noise_HU, shape)).astype(np.float32), grid)
