"""The scenes on which speed is measured and compared: cubes of 1 mm voxels with the source at their centre.

All are the same under y -> -y, z -> -z and y <-> z, which `symmetry_spread` rests on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from openiort.core.errors import InputError
from openiort.core.material_table import read_material
from openiort.core.table import read_table
from openiort.device.catalogue import read_device
from openiort.device.source_spectrum import source_spectrum
from openiort.dose.cut_voxels import tissue_part
from openiort.dose.scene import Scene, Spectrum, VoxelBox, line_spectrum, make_scene, make_spectrum

COUNT, LEAST_COUNT, MOST_COUNT = 128, 64, 256
STEP_mm, SPHERE_RADIUS_mm = 1.0, 20.0
BONE_FROM_mm, LUNG_FROM_mm = 30.0, 35.0
WATER, BONE, LUNG = range(3)
NEAR_mm, FAR_mm = 20.0, 40.0
DEVICE, LINE_keV = "generic-50kv", 30.0


@dataclass(frozen=True, slots=True)
class Case:
    """One scene.

    Attributes:
        name: as files and `--json` call it.
        what: in words.
        scene: makes it with so many voxels a side.
        even: whether only even numbers of voxels put its faces between voxels.
    """

    name: str
    what: str
    scene: Callable[[int], Scene]
    even: bool = True


def benchmark_spectrum() -> Spectrum:
    """The spectrum of `tables/spectra/benchmark_50kv.csv`: a generic one of 50 kV, mean 29 keV."""
    table = read_table("spectra/benchmark_50kv.csv")
    return make_spectrum(table["low_keV"], table["high_keV"], table["photons"])


def device_spectrum() -> Spectrum:
    """What leaves the source of the shipped device in an applicator of the sphere's size, mean 20.5 keV."""
    device = read_device(DEVICE)
    return make_spectrum(*source_spectrum(device, device.applicator(2.0 * SPHERE_RADIUS_mm)))


def benchmark_scene(spectrum: Spectrum | None = None, count: int = COUNT) -> Scene:
    """A solid polyetherimide sphere in water, bone and lung to one side; the benchmark's own spectrum if none is given.

    The sphere has 20 mm radius; cortical bone lies from x = 30 to 35 mm, lung from there on, water elsewhere.
    """
    materials = tuple(read_material(name) for name in ("water", "cortical_bone", "lung"))
    edges = STEP_mm * (np.arange(count) - count / 2)
    along_x = np.where(edges < BONE_FROM_mm, WATER, np.where(edges < LUNG_FROM_mm, BONE, LUNG))
    material = np.broadcast_to(along_x.astype(np.uint8), (count,) * 3).ravel()
    density = np.array([m.density_g_cm3 for m in materials], np.float32)[material]
    box = _cube(count, material, density)
    return make_scene(box, box, spectrum or benchmark_spectrum(), materials, sphere_radius_mm=SPHERE_RADIUS_mm,
                      sphere_material=read_material("polyetherimide"))


def water_scene(count: int = COUNT) -> Scene:
    """A point source of 30 keV in water of 1 g/cm3, no applicator."""
    box = _cube(count, np.zeros(count**3, np.uint8), np.ones(count**3, np.float32))
    return make_scene(box, box, line_spectrum(LINE_keV), (read_material("water"),))


SLABS = Case("sphere-bone-lung", "sphere in water, bone and lung, 50 kV", lambda count: benchmark_scene(None, count))
DEVICE_SLABS = Case("device-spectrum", f"the same, spectrum of {DEVICE}",
                    lambda count: benchmark_scene(device_spectrum(), count))
LINE_WATER = Case("water-30-keV", "point source of 30 keV in water", water_scene, even=False)
CASES = {case.name: case for case in (SLABS, DEVICE_SLABS, LINE_WATER)}


def check_count(count: int, case: Case = SLABS, where: str = "--voxels") -> None:
    """Refuse a grid that does not hold what is measured.

    Raises:
        InputError: too few or too many voxels a side, or an odd number where faces would cut voxels.
    """
    if not LEAST_COUNT <= count <= MOST_COUNT or (case.even and count % 2):
        raise InputError(f"{count} voxels a side cannot be measured", where=where,
                         allowed=f"{'even, ' if case.even else ''}{LEAST_COUNT} to {MOST_COUNT}",
                         fix=f"{COUNT} is the default")


def measured_voxels(scene: Scene, centre_mm: NDArray[np.float64]) -> NDArray[np.bool_]:
    """(voxels,) those 20 to 40 mm from the source, over which uncertainty and bias are taken."""
    radius_mm = np.linalg.norm(centre_mm, axis=1)
    return np.asarray((radius_mm >= NEAR_mm) & (radius_mm <= FAR_mm) & (radius_mm >= scene.sphere.radius_mm))


def aimed_voxels(scene: Scene) -> NDArray[np.intp]:
    """The voxels 20 to 40 mm from the source that are tissue by more than half; fewer where the cube ends before."""
    part = tissue_part(scene, scene.fine)
    return np.flatnonzero(measured_voxels(scene, part.centre_mm) & (part.share > 0.5))


def _cube(count: int, material: NDArray[np.uint8], density: NDArray[np.float32]) -> VoxelBox:
    return VoxelBox(np.full(3, -STEP_mm * count / 2), STEP_mm, np.full(3, count), material, density)
