"""Her tissues around the sphere: what lies where, and how far the boxes reach."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from openiort.core.grid import Grid
from openiort.core.material_table import read_material
from openiort.dose.cut_voxels import voxel_centres_mm
from openiort.dose.patient_scene import patient_scene
from openiort.dose.scene import Scene, line_spectrum
from openiort.patient.image import CTImage
from openiort.patient.patient import Patient
from openiort.patient.structure import Structure
from openiort.patient.tissue_map import TissueMap
from tests.plan.water_patient import water_patient

AIR_g_cm3 = 0.00121  # tables/materials.toml


def scene_at(centre_mm: tuple[float, float, float], patient: Patient | None = None) -> Scene:
    return patient_scene(patient or water_patient(), centre_mm, line_spectrum(30.0), sphere_radius_mm=15.0,
                         sphere_material=read_material("polyetherimide"))


def at(scene: Scene, point_mm: tuple[float, float, float], *, coarse: bool = False) -> tuple[int, float]:
    """Material and density of the voxel around a point in patient coordinates."""
    box = scene.coarse if coarse else scene.fine
    x, y, z = np.floor((np.array(point_mm) - scene.origin_mm - box.low_mm) / box.step_mm).astype(int)
    voxel = (z * box.shape[1] + y) * box.shape[2] + x
    return int(box.material[voxel]), float(box.density[voxel])


def small_patient(direction: np.ndarray, shape: tuple[int, int, int] = (20, 24, 30)) -> Patient:
    """A box of water in 5 mm voxels without air around it; bone where x > 0 in patient coordinates."""
    grid = Grid((0.0, 0.0, 0.0), (5.0, 5.0, 5.0), shape, direction)
    middle = grid.to_points_mm((np.array(shape) - 1) / 2)
    grid = Grid(tuple(-middle), (5.0, 5.0, 5.0), shape, direction)
    index = np.stack(np.meshgrid(*(np.arange(n, dtype=float) for n in shape), indexing="ij"), -1)
    bone = grid.to_points_mm(index)[..., 0] > 0
    body = np.ones(shape, bool)
    materials = tuple(read_material(name) for name in ("air", "water", "cortical_bone"))
    tissues = TissueMap(materials, 1 + bone, np.where(bone, 1.92, 1.0), ({"air": 1.0}, {"water": 1.0}, {"bone": 1.0}))
    names = ("body", "skin", "lungs", "bone", "air")
    return Patient(CTImage(np.zeros(shape), grid), {n: Structure(n, body) for n in names}, tissues, "P-SMALL")


@cache
def scene_in_water() -> Scene:
    return scene_at((10.0, -20.0, -120.0))


def test_boxes_reach_60_mm_and_the_bounds_of_the_body():
    """Body +-150 mm, centre at (10, -20, -120): bounds from there out to whole 4 mm steps, 60 mm at least."""
    scene = scene_in_water()
    assert (scene.fine.low_mm.tolist(), scene.fine.high_mm.tolist(), scene.fine.step_mm) == ([-60] * 3, [60] * 3, 1.0)
    assert scene.coarse.low_mm.tolist() == [-160.0, -132.0, -60.0]
    assert scene.coarse.high_mm.tolist() == [140.0, 172.0, 272.0]
    assert scene.coarse.step_mm == 4.0
    assert scene.origin_mm == (10.0, -20.0, -120.0)


def test_coarse_box_is_never_smaller_than_the_fine_one():
    scene = scene_at((0.0, 0.0, 0.0), small_patient(np.eye(3)))  # 100 to 150 mm across
    assert (scene.coarse.low_mm <= -60.0).all() and (scene.coarse.high_mm >= 60.0).all()
    assert at(scene, (0.0, 0.0, 55.0)) == (0, pytest.approx(AIR_g_cm3))  # beyond the scan, 50 mm, is air


def test_water_within_and_air_outside_the_body():
    scene = scene_in_water()
    assert at(scene, (5.5, 5.5, -130.5)) == (1, pytest.approx(1.0))
    assert at(scene, (5.5, 5.5, -155.5)) == (0, pytest.approx(AIR_g_cm3))
    assert at(scene, (5.5, 5.5, -175.5)) == (0, pytest.approx(AIR_g_cm3))  # outside the scan as well


def test_coarse_densities_are_means_of_eight_points():
    """Voxel y from -152 to -148 mm across the skin at -150: points at -151 (air) and -149 (water), closed form."""
    scene = scene_in_water()
    assert at(scene, (2.0, -150.5, -98.0), coarse=True)[1] == pytest.approx((1.0 + AIR_g_cm3) / 2, rel=1e-3)
    assert at(scene, (2.0, -146.0, -98.0), coarse=True) == (1, pytest.approx(1.0))


@pytest.mark.parametrize(
    "direction",
    [np.diag([-1.0, -1.0, 1.0]), np.array([[0.0, 0.0, 1.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])],
    ids=["prone", "sagittal"],
)
def test_orientation_of_the_scan_does_not_matter(direction):
    """Bone at x > 0 in patient coordinates, however its voxels are stored."""
    scene = scene_at((-2.0, 1.0, 3.0), small_patient(direction))
    centres = voxel_centres_mm(scene.fine) + np.array(scene.origin_mm)
    inside = np.abs(centres).max(axis=1) < 45.0
    right = inside & (centres[:, 0] > 5.0)
    left = inside & (centres[:, 0] < -5.0)
    assert (scene.fine.material[right] == 2).all() and (scene.fine.density[right] == np.float32(1.92)).all()
    assert (scene.fine.material[left] == 1).all() and (scene.fine.density[left] == 1.0).all()
    # between the centres at -2.5 and 2.5 mm the density is interpolated: 1 at the one, 1.92 at the other
    middle = inside & (np.abs(centres[:, 0]) < 2.0)
    expected = 1.0 + 0.92 * (centres[middle, 0] + 2.5) / 5.0
    assert scene.fine.density[middle] == pytest.approx(expected, rel=1e-5)


def test_her_tissues_and_the_ball_are_the_materials():
    scene = scene_in_water()
    assert scene.materials[:-1] == water_patient().tissues.materials
    assert scene.materials[-1] is read_material("polyetherimide")


def test_density_is_never_below_airs():
    patient = small_patient(np.eye(3))
    empty = replace(patient, tissues=replace(patient.tissues, density_g_cm3=np.zeros(patient.image.grid.shape)))
    assert scene_at((0.0, 0.0, 0.0), empty).fine.density.min() == pytest.approx(AIR_g_cm3)
