"""Compile what a plan needs before it is needed: `python -m openiort.dose.compile_ahead JOB`, a process for each job.

Numba compiles one function at a time in a process; what two processes compile lies in the same cache. Each job runs
the engine once on a scene of a few voxels.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping

import numpy as np

from openiort.core.compiled import cache_folder
from openiort.core.material_table import read_material
from openiort.dose.box_dose import BoxDose
from openiort.dose.cell_scatter import FOLD
from openiort.dose.eightfold import average_over_eight
from openiort.dose.modes import PREVIEW
from openiort.dose.photon_dose import PhotonDose, photon_dose
from openiort.dose.point_dose import PointDose
from openiort.dose.scene import Scene, VoxelBox, line_spectrum, make_scene
from openiort.dose.space import make_space
from openiort.dose.water_dose import water_dose

RADIUS_mm, HALF_FINE_mm, HALF_COARSE_mm, COARSE_STEP_mm = 3.0, 8.0, 16.0, 4.0
# functions of which one is compiled last in each job
LAST = ("between_cells.evaluate_voxels", "point_dose._scatter_points")


def engine_is_compiled() -> bool:
    """Whether the compiled code of exactly these sources lies in the cache."""
    folder = cache_folder()
    return folder is not None and all(any(folder.rglob(f"{name}-*.nbc")) for name in LAST)


def small_scene() -> Scene:
    """Water around a small ball; two boxes, as a patient's scene has."""
    fine, coarse = _water(HALF_FINE_mm, 1.0), _water(HALF_COARSE_mm, COARSE_STEP_mm)
    return make_scene(fine, coarse, line_spectrum(30.0), (read_material("water"),), sphere_radius_mm=RADIUS_mm,
                      sphere_material=read_material("polyetherimide"))


def _water(half_mm: float, step_mm: float) -> VoxelBox:
    count = round(2.0 * half_mm / step_mm)
    return VoxelBox(np.full(3, -half_mm), step_mm, np.full(3, count), np.zeros(count**3, np.uint8),
                    np.ones(count**3, np.float32))


def _compile_scatter() -> PhotonDose:
    """Transport of photons through a patient, and what becomes of their scores."""
    return photon_dose(small_scene(), uncertainty_percent=1e3, seed=1, max_rounds=1, keep_groups=True)


def _compile_water() -> BoxDose:
    """Transport in water, then what brings doses to points."""
    scene = small_scene()
    make_space(scene, FOLD)
    for box, kind in ((scene.fine, np.float32), (scene.coarse, np.float64)):
        average_over_eight(box, np.zeros((1, len(box.material), 3), kind))
    water_dose(scene.spectrum, RADIUS_mm, read_material("polyetherimide"), seed=1, batches=1)
    dose = photon_dose(scene, uncertainty_percent=1e3, seed=1, mode=PREVIEW.name)
    PointDose(dose).responses(np.array([[0.0, RADIUS_mm + 1.0, 0.0]]))
    return dose.fine


JOBS: Mapping[str, Callable[[], object]] = {"scatter": _compile_scatter, "water": _compile_water}

if __name__ == "__main__":
    JOBS[sys.argv[1]]()
