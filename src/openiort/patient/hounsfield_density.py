"""Mass density from CT number: straight segments per kind of tissue.

Source: W. Schneider, T. Bortfeld, W. Schlegel, Phys. Med. Biol. 45, 459 (2000), doi:10.1088/0031-9155/45/2/314;
the numbers stand in `tables/hounsfield_density.csv`. Valid for -1000 to 2995 HU; beyond, the end value holds.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from openiort.core.table import read_table

TABLE = "hounsfield_density.csv"


@cache
def _curve() -> tuple[int, NDArray[np.float32]]:
    """Lowest CT number of the table and the densities at each whole CT number from there on."""
    table = read_table(TABLE)
    lowest, highest = int(table["hu_low"][0]), int(table["hu_high"][-1])
    hounsfield = np.arange(lowest, highest + 1, dtype=float)
    segment = np.clip(np.searchsorted(table["hu_low"], hounsfield, side="right") - 1, 0, None)
    slope, shift = table["factor_g_cm3_per_HU"][segment], table["factor_offset_HU"][segment]
    density = table["offset_g_cm3"][segment] + slope * (shift + hounsfield)
    return lowest, density.astype(np.float32)


def density_g_cm3(hounsfield: NDArray[np.generic]) -> NDArray[np.float32]:
    """Density of each voxel, same shape, float32, read off at the nearest whole CT number.

    Never below the table's density of air (at -1000 HU) nor above that at its upper end. CT numbers are whole
    numbers; rounding costs at most 0.0006 g/cm3 otherwise.
    """
    lowest, curve = _curve()
    index = np.rint(np.asarray(hounsfield, np.float32)).astype(np.int32)
    index -= lowest
    np.clip(index, 0, len(curve) - 1, out=index)
    return curve[index]
