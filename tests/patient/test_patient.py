"""The patient and her image."""

from __future__ import annotations

import numpy as np
import pytest

from openiort.core.errors import InputError
from openiort.core.grid import Grid
from openiort.patient.image import CTImage
from tests.plan_factory import make_patient

GRID = Grid((0.0, 0.0, 0.0), (1.0, 1.0, 1.0), (2, 3, 4))


def test_unknown_structure_lists_what_there_is():
    with pytest.raises(InputError) as error:
        make_patient().structure("heart")
    assert error.value.allowed == "air, body, bone, lungs, skin"
    assert error.value.where and error.value.fix


def test_image_is_single_precision_and_read_only():
    image = CTImage(np.zeros(GRID.shape), GRID)
    assert image.hounsfield.dtype == np.float32
    with pytest.raises(ValueError, match="read-only"):
        image.hounsfield[0, 0, 0] = 1.0


def test_image_has_the_grids_shape():
    with pytest.raises(ValueError, match="shape"):
        CTImage(np.zeros((2, 3, 5)), GRID)
