"""What is drawn on the virtual patient's CT: names, places, volumes."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from pytest import approx

from openiort.core.errors import InputError
from openiort.patient.insertion import ball_volume_cc
from openiort.patient.structure import Structure
from openiort.patient.structure_names import plain_names
from openiort.patient.virtual_contours import virtual_contours
from openiort.patient.virtual_parameters import VirtualPatient
from openiort.patient.virtual_patient import virtual_grid

WOMAN = VirtualPatient(tumour_state="lump", spacing_mm=(2.0, 2.0, 4.0), noise_HU=0.0)
GRID = virtual_grid(WOMAN)


@cache
def drawn() -> dict[str, Structure]:
    return virtual_contours(WOMAN, GRID)


def test_names_are_understood() -> None:
    names, notes = plain_names(list(drawn()))
    assert list(drawn()) == ["GTV", "Breast_L", "Lung_L", "Lung_R", "Heart"]
    assert {"left breast", "left lung", "right lung", "heart"} <= set(names.values())
    assert not notes


def test_the_lump_is_where_and_as_large_as_asked() -> None:
    index = np.argwhere(drawn()["GTV"].mask)
    assert GRID.to_points_mm(index.astype(float)).mean(axis=0) == approx(WOMAN.tumour_centre_mm, abs=1.5)
    # nearly a ball of 24 mm: its radius varies by 6 % or so
    assert drawn()["GTV"].volume_cc(GRID) == approx(ball_volume_cc(12.0), rel=0.15)
    assert (drawn()["Breast_L"].mask | ~drawn()["GTV"].mask).all()  # and lies in the breast


def test_lungs_lie_on_their_sides() -> None:
    for name, sign in (("Lung_L", 1), ("Lung_R", -1)):
        assert (sign * GRID.to_points_mm(np.argwhere(drawn()[name].mask).astype(float))[:, 0] > -1.0).all()


def test_a_cavity_has_another_name() -> None:
    assert "Tumor Bed" in virtual_contours(VirtualPatient(spacing_mm=(5.0, 5.0, 5.0)), virtual_grid(WOMAN))


def test_unknown_states() -> None:
    with pytest.raises(InputError, match="state of the tumour"):
        VirtualPatient(tumour_state="gone")
