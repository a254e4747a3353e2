"""Shells: sub-voxels of exact volumes, fine enough for V90; what is cut off by scan, body and bone."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from pytest import approx

from openiort.core.grid import Grid
from openiort.core.material_table import read_material
from openiort.core.table import read_table
from openiort.dose.point_dose import PointDose
from openiort.patient.image import CTImage
from openiort.patient.patient import Patient
from openiort.patient.structure import Structure
from openiort.patient.tissue_map import TissueMap
from openiort.plan.dvh import DVH, make_dvh
from openiort.plan.shell_dvh import shell_dvhs, sub_voxels
from tests.dose.smooth_dose import RADIUS_mm, smooth_dose


@pytest.mark.parametrize("radius_mm", (7.5, 15.0, 25.0))
def test_volumes_are_exact(radius_mm: float) -> None:
    points, volume_cc, depth_mm = sub_voxels(radius_mm)
    assert volume_cc.sum() == approx(4 / 3 * np.pi * ((radius_mm + 10) ** 3 - radius_mm**3) / 1000, rel=1e-9)
    inner = depth_mm < 5
    assert volume_cc[inner].sum() == approx(4 / 3 * np.pi * ((radius_mm + 5) ** 3 - radius_mm**3) / 1000, rel=1e-9)
    np.testing.assert_allclose(np.linalg.norm(points, axis=1), radius_mm + depth_mm, rtol=1e-12)


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


# --- shells in patients: 15 mm sphere, shell to 25 mm, a plane 20 mm from the centre

SHELL_cc = 4 / 3 * np.pi * (2.5**3 - 1.5**3)
CAP_cc = np.pi * 0.5**2 * (3 * 2.5 - 0.5) / 3  # spherical cap of 5 mm height on 25 mm radius: pi h^2 (3 R - h) / 3


def small_patient(*, body_to_mm: float = 40.0, bone_from_mm: float = 40.0, outlined_from_mm: float = 40.0) -> Patient:
    """Water in 1 mm voxels, 80 mm wide, scanned from x = -40 to 20 mm or, with a body or bone that ends there, to 40.

    Bone by material from `bone_from_mm`, by its outline from `outlined_from_mm` on.
    """
    to_mm = 20.0 if min(body_to_mm, bone_from_mm, outlined_from_mm) == 40.0 else 40.0
    grid = Grid((-39.5, -39.5, -39.5), (1.0, 1.0, 1.0), (80, 80, round(to_mm) + 40))
    x = np.broadcast_to(np.arange(grid.shape[2]) - 39.5, grid.shape)
    bone = x > bone_from_mm
    tissues = TissueMap((read_material("water"), read_material("cortical_bone")), bone, np.where(bone, 1.92, 1.0),
                        ({"water": 1.0}, {"cortical bone": 1.0}))
    none = np.zeros(grid.shape, bool)
    masks = {"body": x < body_to_mm, "bone": x > outlined_from_mm, "skin": none, "lungs": none, "air": none}
    return Patient(CTImage(np.zeros(grid.shape), grid), {n: Structure(n, m) for n, m in masks.items()}, tissues, "P")


@cache
def doses() -> PointDose:
    return PointDose(smooth_dose((read_material("cortical_bone"),)))  # water and bone, as the patient's materials


@cache
def shells_of(**anatomy: float) -> dict[str, DVH]:
    found = shell_dvhs(doses(), small_patient(**anatomy), (0.0, 0.0, 0.0), RADIUS_mm, 1e15, 20.0)
    return {name: to_medium for name, (to_medium, _) in found.items()}


def test_shell_cut_by_the_scan_is_covered_in_part() -> None:
    shells = shells_of()
    whole = shells["shell 0-10 mm"]
    assert whole.covered_percent == approx(100 * (1 - CAP_cc / SHELL_cc), abs=0.05)  # 96.43 %
    assert whole.covered_percent == approx(96.43, abs=0.05)
    assert whole.cut_by_scan
    assert whole.total_volume_cc == approx(SHELL_cc - CAP_cc, rel=1e-3)
    inner = shells["shell 0-5 mm"]  # touches the face
    assert inner.covered_percent == approx(100.0, abs=0.01)


def test_shell_ends_at_the_bodys_surface() -> None:
    whole = shells_of(body_to_mm=20.0)["shell 0-10 mm"]
    assert whole.total_volume_cc == approx(SHELL_cc - CAP_cc, rel=1e-3)
    assert (whole.covered_percent, whole.cut_by_scan) == (100.0, False)


@pytest.mark.parametrize("outlined_from_mm", (20.0, 39.0))
def test_shell_beside_bone_holds_no_dose_of_bone(outlined_from_mm: float) -> None:
    """Bone that its outline misses, as a voxel in part bone, is left out by its composition."""
    whole = shells_of(bone_from_mm=20.0, outlined_from_mm=outlined_from_mm)["shell 0-10 mm"]
    water = shells_of(body_to_mm=20.0)["shell 0-10 mm"]
    assert whole.total_volume_cc == approx(SHELL_cc - CAP_cc, rel=1e-3)
    assert whole.max_Gy == approx(water.max_Gy)  # D_m of bone at 20 mm would be above the water's at the surface
    assert whole.mean_Gy == approx(water.mean_Gy)
