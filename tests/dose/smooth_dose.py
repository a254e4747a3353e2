"""A dose in water without noise, in closed form: for tests of what is made of doses."""

from __future__ import annotations

import numpy as np

from openiort.core.material import Material
from openiort.core.material_table import read_material
from openiort.dose.box_dose import BoxDose
from openiort.dose.cut_voxels import tissue_part
from openiort.dose.photon_dose import PhotonDose
from openiort.dose.primary import primary_responses
from openiort.dose.scene import VoxelBox, line_spectrum, make_scene
from tests.dose.water_box import water_box

RADIUS_mm = 15.0
# of exp(a + b ln r + c r), one row a response: falls about as scatter in water at 30 keV does
FALL = np.array([[-30.0, -1.0, -0.03], [-30.4, -1.0, -0.031], [-28.6, -0.98, -0.028]])


def smooth_scatter(points_mm: np.ndarray) -> np.ndarray:
    """(n, 3) responses of the scatter at points (n, 3)."""
    r = np.linalg.norm(points_mm, axis=1)[:, None]
    return np.exp(FALL[:, 0] + FALL[:, 1] * np.log(r) + FALL[:, 2] * r)


def smooth_dose(materials: tuple[Material, ...] = (read_material("water"),), half_mm: int = 30,
                coarse_half_mm: int = 60) -> PhotonDose:
    """30 keV around a 15 mm ball, transported in water whatever the materials; exact primary, made-up scatter."""
    fine, coarse = water_box(half_mm, 1), water_box(coarse_half_mm, 4)
    scene = make_scene(fine, coarse, line_spectrum(30.0), (read_material("water"), *materials),
                       sphere_radius_mm=RADIUS_mm, sphere_material=read_material("polyetherimide"))
    boxes = []
    for box in (fine, coarse):
        part = tissue_part(scene, box)
        tissue = part.share > 0
        primary, scatter = np.zeros((len(tissue), 3)), np.zeros((len(tissue), 3))
        primary[tissue] = primary_responses(scene, part.centre_mm[tissue])
        scatter[tissue] = smooth_scatter(part.centre_mm[tissue])
        boxes.append(_box_dose(box, part, primary, scatter))
    return PhotonDose(scene, *boxes, 0.0, np.zeros(31), 0, 2)


def _box_dose(box: VoxelBox, part: object, primary: np.ndarray, scatter: np.ndarray) -> BoxDose:
    water = (primary + scatter)[:, 0]
    nothing = np.zeros_like(water)
    return BoxDose(box, part, primary, scatter, water, water, nothing, nothing)  # type: ignore[arg-type]
