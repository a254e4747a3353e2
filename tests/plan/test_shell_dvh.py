"""Sub-voxels of the shells: exact volumes, and fine enough for V90."""

from __future__ import annotations

import numpy as np
import pytest
from pytest import approx

from openiort.core.table import read_table
from openiort.plan.dvh import make_dvh
from openiort.plan.shell_dvh import sub_voxels


@pytest.mark.parametrize("radius_mm", (7.5, 15.0, 25.0))
def test_volumes_are_exact(radius_mm: float) -> None:
    points, volume_cc, depth_mm = sub_voxels(radius_mm)
    assert volume_cc.sum() == approx(4 / 3 * np.pi * ((radius_mm + 10) ** 3 - radius_mm**3) / 1000, rel=1e-9)
    inner = depth_mm < 5
    assert volume_cc[inner].sum() == approx(4 / 3 * np.pi * ((radius_mm + 5) ** 3 - radius_mm**3) / 1000, rel=1e-9)
    assert np.linalg.norm(points, axis=1) == approx(radius_mm + depth_mm)


@pytest.mark.parametrize("diameter_mm", (15, 30, 50))
def test_volume_above_18_Gy_converges(diameter_mm: int) -> None:
    # 20 Gy at the surface falling as egs_brachy says (tables/water): V90 by quadrature on 1 um against the sub-voxels
    table = read_table("water/generic_50kv_spheres.csv")
    rows = table["diameter_mm"] == diameter_mm
    depth, dose = table["depth_mm"][rows], table["dose_Gy_per_photon"][rows]
    radius_mm = diameter_mm / 2

    def dose_Gy(at_mm: np.ndarray) -> np.ndarray:
        return np.asarray(20.0 * np.exp(np.interp(at_mm, depth, np.log(dose / dose[0]))))

    fine_mm = np.arange(0.0005, 10.0, 0.001)
    weight = (radius_mm + fine_mm) ** 2
    exact = 100 * weight[dose_Gy(fine_mm) >= 18].sum() / weight.sum()
    _, volume_cc, depth_mm = sub_voxels(radius_mm)
    found = make_dvh("shell", dose_Gy(depth_mm), volume_cc, prescription_Gy=20).V90_percent
    assert found == approx(exact, rel=0.005)
