"""A patient of boxes and half balls with one breast, two lungs and a heart: fast, on voxels of 5 mm."""

from __future__ import annotations

import numpy as np

from openiort.core.grid import Grid
from openiort.core.material_table import read_material
from openiort.patient.image import CTImage
from openiort.patient.patient import Patient
from openiort.patient.structure import Structure
from openiort.patient.tissue_map import TissueMap

GRID = Grid((-120.0, -120.0, -57.5), (5.0, 5.0, 5.0), (24, 36, 49))
DENSITY_g_cm3 = {"air": 0.0012, "body": 1.0, "lungs": 0.3, "bone": 1.5}


def breast_patient(*, drawn: bool = True, couch: bool = False) -> Patient:
    """Trunk from y = -50 to 40 mm, breasts of 45 mm radius at x = +-60 mm, ribs 15 mm under the skin, lungs behind."""
    points = GRID.to_points_mm(np.stack(np.meshgrid(*map(np.arange, GRID.shape), indexing="ij"), -1))
    x, y, z = np.moveaxis(points, -1, 0)
    trunk = (np.abs(x) <= 110) & (y >= -50) & (y <= 40)
    ball = {side: (x - sign * 60) ** 2 + (y + 50) ** 2 + z**2 <= 45**2 for side, sign in (("left", 1), ("right", -1))}
    body = trunk | ball["left"] | ball["right"]
    lungs = (np.abs(x) <= 90) & (np.abs(x) > 25) & (y >= -25) & (y <= 30)
    bone = (np.abs(x) <= 100) & (y >= -35) & (y < -25)
    masks = {"body": body, "skin": np.zeros_like(body), "lungs": lungs, "bone": bone, "air": ~body,
             "heart": (np.abs(x - 10) <= 30) & (np.abs(y) <= 20) & (np.abs(z) <= 40) & ~lungs}
    if drawn:
        masks["left breast"] = ball["left"] & (y < -40)
    density = np.full(GRID.shape, DENSITY_g_cm3["air"], np.float32)
    for name in ("body", "lungs", "bone"):
        density[masks[name]] = DENSITY_g_cm3[name]
    if couch:
        density[y > 45] = 1.2
    structures = {name: Structure(name, mask, "contoured") for name, mask in masks.items()}
    water = read_material("water")
    tissues = TissueMap((water,), np.zeros(GRID.shape, np.uint8), density, ({"water": 1.0},))
    image = CTImage(np.zeros(GRID.shape, np.float32), GRID)
    return Patient(image, structures, tissues, "BREAST-1", input_sha256="0" * 64)
