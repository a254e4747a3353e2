"""Depth dose in homogeneous water around an applicator, by the same engine: what the device is calibrated to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from openiort.core.material import Material
from openiort.core.material_table import read_material
from openiort.dose.cut_voxels import tissue_part
from openiort.dose.primary import primary_responses
from openiort.dose.scene import Scene, Spectrum, VoxelBox, make_scene
from openiort.dose.transport import run_batches

FloatArray = NDArray[np.float64]
FINE_HALF_mm, COARSE_HALF_mm, COARSE_STEP_mm = 70, 160, 8
BATCHES, HISTORIES_PER_BATCH = 16, 25_000
RANGE_mm = 42.0
POLYNOMIAL = 4


@dataclass(frozen=True, slots=True)
class WaterDose:
    """Dose to water per source photon outside an applicator in water.

    Attributes:
        scene: the water.
        radius_mm: of the applicator.
        fits: (batches, polynomial + 1) of ln(scatter x r^2) against the distance from the surface, each batch.
    """

    scene: Scene
    radius_mm: float
    fits: FloatArray

    def at_depth_Gy(self, depth_mm: float) -> tuple[float, float]:
        """Dose per photon at a depth of 0-42 mm from the surface, and its standard uncertainty."""
        r_mm = self.radius_mm + depth_mm
        primary = primary_responses(self.scene, np.array([[0.6 * r_mm, 0.0, 0.8 * r_mm]]))[0, 0]
        scatter = np.array([np.exp(np.polyval(fit, depth_mm / RANGE_mm)) / r_mm**2 for fit in self.fits])
        return float(primary + scatter.mean()), float(scatter.std(ddof=1) / np.sqrt(len(scatter)))


def water_box(half_mm: int, step_mm: int) -> VoxelBox:
    """A cube of water of 2 x half_mm around the source; material 0."""
    count = 2 * half_mm // step_mm
    shape = np.array([count, count, count])
    return VoxelBox(np.full(3, -float(half_mm)), float(step_mm), shape, np.zeros(count**3, np.uint8),
                    np.ones(count**3, np.float32))


def water_dose(spectrum: Spectrum, radius_mm: float, sphere_material: Material, *, seed: int,
               batches: int = BATCHES, tick: Callable[[], None] | None = None) -> WaterDose:
    """Run the engine in a cube of water of 320 mm and fit the scatter against depth, batch by batch."""
    scene = make_scene(water_box(FINE_HALF_mm, 1), water_box(COARSE_HALF_mm, COARSE_STEP_mm), spectrum,
                       (read_material("water"),), sphere_radius_mm=radius_mm, sphere_material=sphere_material)
    part = tissue_part(scene, scene.fine)
    distance = np.linalg.norm(part.centre_mm, axis=1) - radius_mm
    used = np.flatnonzero((part.share > 0.1) & (distance < RANGE_mm))
    depth, share = distance[used], part.share[used]
    fits = []
    together = 4
    for first in range(0, batches, together):
        scores = np.zeros((together, scene.fine.material.size, 3), np.float32)
        outer = np.zeros((together, scene.coarse.material.size, 3), np.float32)
        run_batches(scene.fine, scene.coarse, scene.sphere, scene.spectrum, scene.tables, scene.responses, 1, seed,
                    first * HISTORIES_PER_BATCH, HISTORIES_PER_BATCH, scores, outer)
        fits += [_fit(score[used, 0] / HISTORIES_PER_BATCH, share, depth, radius_mm) for score in scores]
        if tick:
            tick()
    return WaterDose(scene, radius_mm, np.array(fits))


def _fit(scatter: FloatArray, share: FloatArray, depth_mm: FloatArray, radius_mm: float) -> FloatArray:
    """Polynomial of ln(scatter x r^2) in depth; voxels are joined to 0.5 mm bins, weighted by their tissue volume."""
    bins = (depth_mm * 2).astype(int)
    volume = np.bincount(bins, share)
    filled = volume > 0
    depth = np.bincount(bins, depth_mm * share)[filled] / volume[filled]
    value = np.bincount(bins, scatter * (depth_mm + radius_mm) ** 2)[filled] / volume[filled]
    return np.polyfit(depth / RANGE_mm, np.log(value), POLYNOMIAL, w=np.sqrt(volume[filled]))
