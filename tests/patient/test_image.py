"""An image knows the files of all its slices, or of none."""

from __future__ import annotations

import numpy as np
import pytest

from openiort.core.grid import Grid
from openiort.patient.image import CTImage

GRID = Grid((0.0, 0.0, 0.0), (1.0, 1.0, 1.0), (3, 2, 2))


@pytest.mark.parametrize("count", [1, 2, 4])
def test_identifiers_are_one_a_slice(count: int) -> None:
    with pytest.raises(ValueError, match="3 slices"):
        CTImage(np.zeros(GRID.shape, np.float32), GRID, ("1.2",) * count)


def test_shape_is_the_grids() -> None:
    with pytest.raises(ValueError, match="shape"):
        CTImage(np.zeros((3, 2, 1), np.float32), GRID)


def test_frames_are_one_an_identifier() -> None:
    with pytest.raises(ValueError, match="2 frames for 3 identifiers"):
        CTImage(np.zeros(GRID.shape, np.float32), GRID, ("1.2",) * 3, (1, 2))
