"""The scene around an applicator in a patient: her tissues on 1 mm near the sphere and 4 mm further out."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from openiort.core.interpolation import interpolated
from openiort.core.material import Material
from openiort.dose.cut_voxels import voxel_centres_mm
from openiort.dose.layered_scene import layered_scene
from openiort.dose.scene import Scene, Spectrum, VoxelBox, make_scene
from openiort.patient.patient import Patient
from openiort.patient.tissue_palette import AIR
from openiort.patient.voxel_space import bounds_mm

FINE_HALF_mm, FINE_STEP_mm, COARSE_STEP_mm = 60.0, 1.0, 4.0


def patient_scene(patient: Patient, centre_mm: tuple[float, float, float], spectrum: Spectrum, *,
                  sphere_radius_mm: float, sphere_material: Material, reach_mm: float = 20.0) -> Scene:
    """Resample a patient's tissues around `centre_mm` (x, y, z, patient coordinates); outside the scan is air.

    Densities are interpolated (in the coarse box averaged over 2 x 2 x 2 points), materials are the nearest
    voxel's. A layered phantom has a scene of its own, with a fine box that is no larger than `reach_mm` from the
    sphere's surface and its layers ask for.
    """
    if patient.layers is not None:
        return layered_scene(patient, patient.layers, spectrum, sphere_radius_mm=sphere_radius_mm,
                             sphere_material=sphere_material, reach_mm=reach_mm)
    body = patient.structure("body").mask
    fine_low, fine_high = np.full(3, -FINE_HALF_mm), np.full(3, FINE_HALF_mm)
    low, high = bounds_mm(body, patient.image.grid)
    low, high = low - np.array(centre_mm), high - np.array(centre_mm)
    steps = COARSE_STEP_mm
    coarse_low = np.minimum(np.floor(low / steps) * steps, fine_low)
    coarse_high = np.maximum(np.ceil(high / steps) * steps, fine_high)
    fine = _box(patient, centre_mm, fine_low, fine_high, FINE_STEP_mm, samples=1)
    coarse = _box(patient, centre_mm, coarse_low, coarse_high, COARSE_STEP_mm, samples=2)
    return make_scene(fine, coarse, spectrum, patient.tissues.materials, sphere_radius_mm=sphere_radius_mm,
                      sphere_material=sphere_material, origin_mm=centre_mm)


def _box(patient: Patient, centre_mm: tuple[float, float, float], low: NDArray[np.float64],
         high: NDArray[np.float64], step_mm: float, *, samples: int) -> VoxelBox:
    count = np.round((high - low) / step_mm).astype(int)
    shape = count[::-1].copy()
    empty = VoxelBox(low, step_mm, shape, np.zeros(0, np.uint8), np.zeros(0, np.float32))
    index = patient.image.grid.to_index(voxel_centres_mm(empty) + np.array(centre_mm))
    tissues = patient.tissues
    air_g_cm3 = tissues.materials[AIR].density_g_cm3
    nearest = np.round(index).astype(int)
    inside = ((nearest >= 0) & (nearest < np.array(patient.image.grid.shape))).all(axis=1)
    material = np.full(len(index), AIR, np.uint8)
    material[inside] = tissues.material_index[tuple(nearest[inside].T)]
    density = np.zeros(len(index), np.float32)
    shifts = (np.arange(samples) + 0.5) / samples - 0.5
    for shift in np.stack(np.meshgrid(shifts, shifts, shifts), -1).reshape(-1, 3):
        moved = voxel_centres_mm(empty) + shift * step_mm + np.array(centre_mm)
        at_point = interpolated(tissues.density_g_cm3, patient.image.grid.to_index(moved))
        density += at_point.astype(np.float32) / samples**3
    density[~inside] = air_g_cm3
    return VoxelBox(low, step_mm, shape, material, np.maximum(density, air_g_cm3).astype(np.float32))
