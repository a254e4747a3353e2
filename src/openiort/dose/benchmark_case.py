"""The scene on which speed is measured and compared: a plastic sphere in water, bone and lung to one side.

A cube of 1 mm voxels with the source at its centre; a solid polyetherimide sphere of 20 mm radius; cortical bone from
x = 30 to 35 mm, lung from there on, water elsewhere. The spectrum is a generic one of 50 kV, mean 29 keV.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from openiort.core.material_table import read_material
from openiort.core.table import read_table
from openiort.dose.scene import Scene, Spectrum, VoxelBox, make_scene, make_spectrum

COUNT, STEP_mm, SPHERE_RADIUS_mm = 128, 1.0, 20.0
BONE_FROM_mm, LUNG_FROM_mm = 30.0, 35.0
WATER, BONE, LUNG = range(3)
NEAR_mm, FAR_mm = 20.0, 40.0


def benchmark_spectrum() -> Spectrum:
    """The spectrum of `tables/spectra/benchmark_50kv.csv`."""
    table = read_table("spectra/benchmark_50kv.csv")
    return make_spectrum(table["low_keV"], table["high_keV"], table["photons"])


def benchmark_scene(spectrum: Spectrum | None = None, count: int = COUNT) -> Scene:
    """The scene, with `count` voxels a side; the spectrum is the benchmark's own unless another is given."""
    materials = tuple(read_material(name) for name in ("water", "cortical_bone", "lung"))
    edges = STEP_mm * (np.arange(count) - count / 2)
    along_x = np.where(edges < BONE_FROM_mm, WATER, np.where(edges < LUNG_FROM_mm, BONE, LUNG))
    material = np.broadcast_to(along_x.astype(np.uint8), (count,) * 3).ravel()
    density = np.array([m.density_g_cm3 for m in materials], np.float32)[material]
    box = VoxelBox(np.full(3, edges[0]), STEP_mm, np.full(3, count), material, density)
    return make_scene(box, box, spectrum or benchmark_spectrum(), materials, sphere_radius_mm=SPHERE_RADIUS_mm,
                      sphere_material=read_material("polyetherimide"))


def measured_voxels(scene: Scene, centre_mm: NDArray[np.float64]) -> NDArray[np.bool_]:
    """(voxels,) those 20 to 40 mm from the source, over which uncertainty and bias are taken."""
    radius_mm = np.linalg.norm(centre_mm, axis=1)
    return np.asarray((radius_mm >= NEAR_mm) & (radius_mm <= FAR_mm) & (radius_mm >= scene.sphere.radius_mm))
