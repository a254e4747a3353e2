import numpy as np
import pytest

from openiort.core.grid import Grid
from openiort.patient.skin import find_skin
from tests.patient.phantoms import axes_mm


@pytest.mark.parametrize("spacing_mm", [(1.37, 1.37, 4.0), (1.0, 1.0, 2.0), (0.8, 0.8, 3.0), (1.5, 1.5, 2.0)])
@pytest.mark.parametrize("skin_mm", [2.0, 3.0, 5.0])
def test_thickness_on_a_cylinder(spacing_mm, skin_mm):
    grid = Grid((0.0, 0.0, 0.0), spacing_mm, (20, round(240 / spacing_mm[1]), round(240 / spacing_mm[0])))
    z, y, x = axes_mm(grid)
    radius_mm, length_mm = 100.0, 20 * spacing_mm[2]
    skin = find_skin(x**2 + y**2 + 0 * z < radius_mm**2, grid, skin_mm)
    # closed form: pi (R^2 - (R - t)^2) per length, solved for t; the ends are cut by the scan and have no skin
    area_mm2 = skin.sum() * grid.voxel_volume_cc * 1000 / length_mm
    thickness_mm = radius_mm - np.sqrt(radius_mm**2 - area_mm2 / np.pi)
    assert thickness_mm == pytest.approx(skin_mm, abs=0.35 * spacing_mm[0])


def test_slices_far_apart_on_a_ball():
    grid = Grid((0.0, 0.0, 0.0), (1.5, 1.5, 4.0), (40, 110, 110))
    z, y, x = axes_mm(grid)
    skin = find_skin(x**2 + y**2 + z**2 < 70**2, grid, 4.0)
    truth_cc = 4 / 3 * np.pi * (7.0**3 - 6.6**3)
    assert skin.sum() * grid.voxel_volume_cc == pytest.approx(truth_cc, rel=0.15)  # 0.6 of 4 mm slices


def test_no_skin_where_none_is_asked_for():
    grid = Grid((0.0, 0.0, 0.0), (1.0, 1.0, 1.0), (3, 5, 5))
    assert not find_skin(np.ones(grid.shape, bool), grid, 2.0).any()
    assert not find_skin(np.zeros(grid.shape, bool), grid, 2.0).any()
    assert not find_skin(np.eye(5, dtype=bool)[None].repeat(3, 0), grid, 0.0).any()
