"""A patient made of water: whatever the engine gives in her must be what it gives in homogeneous water."""

from __future__ import annotations

from functools import cache

import numpy as np

from openiort.core.grid import Grid
from openiort.core.material_table import read_material
from openiort.patient.image import CTImage
from openiort.patient.patient import Patient
from openiort.patient.structure import Structure
from openiort.patient.tissue_map import TissueMap
from openiort.patient.voxel_space import reaches_edge
from openiort.plan.make_plan import make_plan
from openiort.plan.plan import Plan

HALF_mm = 150
BONE_FROM_mm = 40.0  # a slab that is bone by name only: water as everything else


@cache
def water_patient(half_mm: int = HALF_mm) -> Patient:
    """A cube of water of 300 mm, or less, in a larger scan, 2 x 2 x 4 mm voxels, its middle at the origin.

    `skin` is the outer 2 mm in front, `bone` a slab from y = 40 to 50 mm, `lungs` one from y = 60 to 80 mm.
    """
    across, slices = half_mm + 2, (half_mm + 4) // 2
    grid = Grid((-half_mm - 1.0, -half_mm - 1.0, 2.0 - 2.0 * slices), (2.0, 2.0, 4.0), (slices, across, across))
    index = np.stack(np.meshgrid(*(np.arange(n, dtype=float) for n in grid.shape), indexing="ij"), -1)
    x, y, z = np.moveaxis(grid.to_points_mm(index), -1, 0)
    body = (np.abs(x) < half_mm) & (np.abs(y) < half_mm) & (np.abs(z) < half_mm)
    masks = {
        "body": body, "skin": body & (y < -half_mm + 2), "bone": body & (y > BONE_FROM_mm) & (y < BONE_FROM_mm + 10),
        "lungs": body & (y > 60) & (y < 80), "air": ~body,
    }
    water = TissueMap(
        (read_material("air"), read_material("water")),
        body.astype(np.uint8),
        np.where(body, 1.0, 0.00121).astype(np.float32),
        ({"air": 1.0}, {"water": 1.0}),
    )
    return Patient(
        CTImage(np.where(body, 0.0, -1000.0).astype(np.float32), grid),
        {name: Structure(name, mask, "automatic", reaches_edge(mask)) for name, mask in masks.items()},
        water,
        "P-WATER",
    )


@cache
def plan_in_water() -> Plan:
    """20 Gy to the surface of the 30 mm sphere in her middle, to 1 %; made once for all tests."""
    return make_plan(water_patient(), applicator_mm=30, at_mm=(0.0, 0.0, 0.0), dose_Gy=20, uncertainty_percent=1)
