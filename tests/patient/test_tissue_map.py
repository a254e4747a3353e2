"""The tissue map: read-only, and its fractions by volume."""

from __future__ import annotations

import numpy as np
import pytest

from openiort.core.material_table import read_material
from openiort.patient.tissue_map import TissueMap

MATERIALS = tuple(read_material(name) for name in ("air", "adipose", "gland"))
SHARES = ({"air": 1.0}, {"adipose": 1.0}, {"adipose": 0.25, "gland": 0.75})


def small_map() -> TissueMap:
    index = np.array([[[0, 1, 1, 2]]])
    return TissueMap(MATERIALS, index, np.ones(index.shape), SHARES)


def test_fractions_of_a_mask():
    everything = np.ones((1, 1, 4), bool)
    # by hand: of four voxels one is air, two fat and one a quarter fat
    assert small_map().volume_fractions(everything) == pytest.approx({"air": 0.25, "adipose": 0.5625, "gland": 0.1875})
    assert small_map().volume_fractions(np.array([[[False, True, True, False]]])) == {"adipose": 1.0}


def test_nothing_has_no_fractions():
    assert small_map().volume_fractions(np.zeros((1, 1, 4), bool)) == {}


def test_which_materials_are_made_of_a_tissue_alone():
    assert small_map().made_of(("adipose",)).tolist() == [False, True, False]
    assert small_map().made_of(("adipose", "gland")).tolist() == [False, True, True]


def test_arrays_are_read_only():
    with pytest.raises(ValueError, match="read-only"):
        small_map().material_index[0, 0, 0] = 1
    with pytest.raises(ValueError, match="read-only"):
        small_map().density_g_cm3[0, 0, 0] = 1.0
