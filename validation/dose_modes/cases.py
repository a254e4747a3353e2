"""Scenes on which the modes of the dose engine are compared: 1 mm voxels around the source, one box."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from openiort.core.material import Material
from openiort.core.material_table import read_material
from openiort.dose.benchmark_case import benchmark_scene, benchmark_spectrum, device_spectrum
from openiort.dose.cut_voxels import voxel_centres_mm
from openiort.dose.scene import Scene, Spectrum, VoxelBox, line_spectrum, make_scene

HALF_mm = 48
NAMES = ("water", "adipose", "gland", "skin", "muscle", "cortical_bone", "lung", "air")
WATER, ADIPOSE, GLAND, SKIN, MUSCLE, BONE, LUNG, AIR = range(len(NAMES))


@dataclass(frozen=True)
class Case:
    """One scene.

    Attributes:
        scene: what is calculated.
        small: (voxels,) mask of the voxels in and around cavities and specks.
    """

    scene: Scene
    small: np.ndarray


def materials() -> tuple[Material, ...]:
    return tuple(read_material(name) for name in NAMES)


def built(of: Callable[[np.ndarray], np.ndarray], spectrum: Spectrum, radius_mm: float) -> Scene:
    """A cube whose material is a function of the voxel centres (n, 3); densities are nominal."""
    count = 2 * HALF_mm
    low_mm, shape = np.full(3, -float(HALF_mm)), np.full(3, count)
    empty = VoxelBox(low_mm, 1.0, shape, np.zeros(0, np.uint8), np.zeros(0, np.float32))
    material = of(voxel_centres_mm(empty)).astype(np.uint8)
    density = np.array([m.density_g_cm3 for m in materials()], np.float32)[material]
    box = empty._replace(material=material, density=density)
    return make_scene(box, box, spectrum, materials(), sphere_radius_mm=radius_mm,
                      sphere_material=read_material("polyetherimide"))


def breast_tissue(points: np.ndarray) -> np.ndarray:
    """Fat and lobes of gland; 2 mm of skin from y = -34 mm, air beyond; muscle, ribs and lung behind."""
    x, y, z = points.T
    found = np.where(np.sin(x / 5.0) + np.sin(y / 4.0) + np.sin(z / 6.0) > 0.4, GLAND, ADIPOSE)
    found = np.where(y < -32.0, SKIN, found)
    found = np.where(y < -34.0, AIR, found)
    found = np.where(y > 30.0, MUSCLE, found)
    found = np.where(y > 40.0, LUNG, found)
    rib = np.hypot(y - 36.0, (z + 10.0) % 20.0 - 10.0) < 4.0
    return np.where(rib, BONE, found)


def breast() -> Case:
    scene = built(breast_tissue, device_spectrum(), 20.0)
    return Case(scene, np.zeros(len(scene.fine.material), bool))


def pocket_and_specks() -> Case:
    """The breast with an air pocket of 4 mm radius at the sphere and bone specks of 2 mm around it."""
    centres = [(0.0, 27.0, 9.0), (26.0, 0.0, 0.0), (-22.0, 10.0, 5.0), (0.0, -26.0, 8.0), (3.0, 4.0, 30.0)]

    def of(points: np.ndarray) -> np.ndarray:
        found = breast_tissue(points)
        for centre in centres:
            found = np.where(np.abs(points - centre).max(axis=1) < 1.01, BONE, found)
        return np.where(np.linalg.norm(points - (-24.0, -8.0, -6.0), axis=1) < 4.0, AIR, found)

    scene = built(of, device_spectrum(), 20.0)
    points = voxel_centres_mm(scene.fine)
    small = np.linalg.norm(points - (-24.0, -8.0, -6.0), axis=1) < 5.0
    for centre in centres:
        small |= np.abs(points - centre).max(axis=1) < 2.01
    return Case(scene, small)


def water(energy_keV: float) -> Case:
    scene = built(lambda points: np.zeros(len(points)), line_spectrum(energy_keV), 5.0)
    return Case(scene, np.zeros(len(scene.fine.material), bool))


def slab() -> Case:
    scene = benchmark_scene(benchmark_spectrum(), 2 * HALF_mm)
    return Case(scene, np.zeros(len(scene.fine.material), bool))


CASES: dict[str, Callable[[], Case]] = {
    "water 20 keV": lambda: water(20.0),
    "water 30 keV": lambda: water(30.0),
    "water 50 keV": lambda: water(50.0),
    "sphere, bone, lung": slab,
    "breast, skin, ribs": breast,
    "air pocket, specks": pocket_and_specks,
}
