"""Depth dose in homogeneous water around an applicator, by the same engine: what the device is calibrated to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from openiort.core.material import Material
from openiort.core.material_table import read_material
from openiort.dose.cut_voxels import TissuePart, tissue_part
from openiort.dose.primary import primary_responses
from openiort.dose.scene import Scene, Spectrum, VoxelBox, make_scene
from openiort.dose.transport import run_batches

FloatArray = NDArray[np.float64]
FINE_HALF_mm, COARSE_HALF_mm, COARSE_STEP_mm = 70, 160, 8
BATCHES, HISTORIES_PER_BATCH = 16, 25_000
TOGETHER = 4
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
    scene = water_scene(spectrum, radius_mm, sphere_material)
    part = tissue_part(scene, scene.fine)
    fits = []
    for first in range(0, batches, TOGETHER):
        depth, volume, scatter = scatter_by_depth(scene, part, seed=seed, first_batch=first, batches=TOGETHER)
        fits += [np.polyfit(depth / RANGE_mm, np.log(one), POLYNOMIAL, w=np.sqrt(volume)) for one in scatter]
        if tick:
            tick()
    return WaterDose(scene, radius_mm, np.array(fits))


def water_scene(spectrum: Spectrum, radius_mm: float, sphere_material: Material) -> Scene:
    """An applicator in a cube of water of 320 mm; water is material 0."""
    return make_scene(water_box(FINE_HALF_mm, 1), water_box(COARSE_HALF_mm, COARSE_STEP_mm), spectrum,
                      (read_material("water"),), sphere_radius_mm=radius_mm, sphere_material=sphere_material)


def scatter_by_depth(scene: Scene, part: TissuePart, *, seed: int, first_batch: int,
                     batches: int) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Scatter in water by distance from the applicator's surface, in bins of 0.5 mm out to 42 mm.

    Args:
        scene: as `water_scene` makes it.
        part: tissue part of its fine box.
        seed: of the random numbers.
        first_batch: number of the first batch; each has its own 25 000 histories.
        batches: how many.

    Returns:
        (bins,) mean depth in mm; (bins,) volume in mm3; (batches, bins) scatter x r^2 per history, Gy mm2.
    """
    radius_mm = scene.sphere.radius_mm
    distance = np.linalg.norm(part.centre_mm, axis=1) - radius_mm
    used = np.flatnonzero((part.share > 0.1) & (distance < RANGE_mm))
    scores = np.zeros((batches, scene.fine.material.size, 3), np.float32)
    outer = np.zeros((batches, scene.coarse.material.size, 3), np.float32)
    run_batches(scene.fine, scene.coarse, scene.sphere, scene.spectrum, scene.tables, scene.responses, 1, seed,
                first_batch * HISTORIES_PER_BATCH, HISTORIES_PER_BATCH, scores, outer)
    depth, share = distance[used], part.share[used]
    bins = (depth * 2).astype(int)
    volume = np.asarray(np.bincount(bins, share), float)
    filled = volume > 0
    scatter = [np.bincount(bins, score[used, 0] / HISTORIES_PER_BATCH * (depth + radius_mm) ** 2) for score in scores]
    return (np.bincount(bins, depth * share)[filled] / volume[filled], volume[filled],
            np.array(scatter)[:, filled] / volume[filled])
