"""A dose grid holds what fits its grid, and nobody changes it."""

from __future__ import annotations

import numpy as np
import pytest

from openiort.core.grid import Grid
from openiort.dose.dose_grid import ARRAYS, DoseGrid

GRID = Grid((0.0, 0.0, 0.0), (1.0, 1.0, 1.0), (2, 3, 4))


def test_arrays_are_single_precision_and_read_only():
    dose = DoseGrid(GRID, *(np.full(GRID.shape, float(number)) for number in range(4)))
    for number, name in enumerate(ARRAYS):
        array = getattr(dose, name)
        assert array.dtype == np.float32 and (array == number).all()
        with pytest.raises(ValueError, match="read-only"):
            array[0, 0, 0] = 9.0


@pytest.mark.parametrize("odd", range(4))
def test_shape_is_the_grids(odd):
    arrays = [np.zeros((2, 3, 5) if number == odd else GRID.shape) for number in range(4)]
    with pytest.raises(ValueError, match=ARRAYS[odd]):
        DoseGrid(GRID, *arrays)
