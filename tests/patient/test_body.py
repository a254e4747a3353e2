"""The body in images with a closed form: what is solid, connected and thick enough."""

from __future__ import annotations

import numpy as np
import pytest

from openiort.core.errors import InputError
from openiort.core.grid import Grid
from openiort.patient.body import find_body
from tests.patient.phantoms import AIR_HU, FAT_HU, axes_mm

GRID = Grid((0.0, 0.0, 0.0), (2.0, 2.0, 4.0), (16, 100, 120))


def cylinder(radius_mm: float = 60.0) -> np.ndarray:
    z, y, x = axes_mm(GRID)
    return np.where(x**2 + y**2 + 0 * z < radius_mm**2, FAT_HU, AIR_HU).astype(np.float32)


def test_volume_of_a_cylinder():
    body, notes = find_body(cylinder(), GRID)
    assert body.sum() * GRID.voxel_volume_cc == pytest.approx(np.pi * 6.0**2 * 6.4, rel=0.01)
    assert notes == ()


def test_cavities_belong_to_it():
    z, y, x = axes_mm(GRID)
    hounsfield = cylinder()
    hounsfield[(x**2 + y**2 < 30**2) & (z == z)] = -850.0  # a lung through all slices
    assert np.array_equal(find_body(hounsfield, GRID)[0], find_body(cylinder(), GRID)[0])


@pytest.mark.parametrize("gap_mm", [0.0, 6.0])
def test_sheet_beside_it_is_none_of_it(gap_mm):
    """A blanket of 4 mm across her front, touching or not."""
    z, y, x = axes_mm(GRID)
    sheet = (y > -68 - gap_mm) & (y < -64 - gap_mm) & (np.abs(x) < 100) & (z == z)
    body = find_body(np.where(sheet, np.float32(-200.0), cylinder()), GRID)[0]
    plain = find_body(cylinder(), GRID)[0]
    assert (body & ~plain).sum() < 0.01 * plain.sum()
    assert not (plain & ~body).any()


def test_soft_nipple_is_kept_and_hard_wire_is_not():
    """A spike 6 mm wide and high: opening with a ball of 4 mm takes it off, what is soft of it is given back."""
    z, y, x = axes_mm(GRID)
    spike = (np.abs(x) < 3) & (y < -58) & (y > -66) & (np.abs(z) < 3)
    beyond = spike & ~find_body(cylinder(), GRID)[0]
    assert beyond.sum() == 12
    soft, hard = (find_body(np.where(spike, np.float32(n), cylinder()), GRID)[0][beyond] for n in (20.0, 1500.0))
    assert soft.all()
    assert hard.sum() <= 4  # the layer that touches her


@pytest.mark.parametrize("hounsfield", [AIR_HU, -401.0])
def test_nothing_solid_is_an_error(hounsfield):
    with pytest.raises(InputError, match="no body was found") as error:
        find_body(np.full(GRID.shape, hounsfield, np.float32), GRID)
    assert "200 cc" in error.value.allowed


def test_what_is_too_small_is_an_error():
    with pytest.raises(InputError, match="no body was found"):
        find_body(cylinder(30.0), GRID)  # pi 3^2 6.4 = 181 cc


def test_odd_numbers_of_voxels_lose_no_edge():
    """The coarse look joins 2 x 2 voxels; the last ones of an odd count are their own."""
    grid = Grid((0.0, 0.0, 0.0), (1.3, 1.3, 4.0), (9, 101, 121))
    full = np.full(grid.shape, 20.0, np.float32)
    assert find_body(full, grid)[0].all()
