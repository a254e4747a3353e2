"""Bodies for the insertion: a ball of tissue, whose move is a closed form, and a breast on a chest wall."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from openiort.core.grid import Grid
from openiort.patient.identity import SourceIdentity
from openiort.patient.image import CTImage
from openiort.patient.patient import Patient
from openiort.patient.structure import Structure
from openiort.patient.tissue_map import TissueMap
from openiort.patient.tissue_palette import tissue_palette
from openiort.patient.voxel_space import reaches_edge

BALL_RADIUS_mm = 45.0
IDENTITY = SourceIdentity("Test^Ada", "ID-1", study_instance_uid="1.2.3", series_instance_uid="1.2.4",
                          frame_of_reference_uid="1.2.5")


@cache
def ball_of_fat() -> Patient:
    """A ball of fat of 45 mm radius in air, 1.5 x 1.5 x 2 mm voxels; its outer 3 mm are `skin`; no bone, no lung."""
    grid, radius = _grid((1.5, 1.5, 2.0), 110.0)
    body = radius < BALL_RADIUS_mm
    return _patient(grid, {"body": body, "skin": body & (radius > BALL_RADIUS_mm - 3.0)})


@cache
def breast_on_chest_wall() -> Patient:
    """Fat from y = -40 mm to the end of the scan, with a rod of bone at y = 22 mm and lung from y = 30 mm.

    The middle of the scan is the origin; `lump` is a ball of 10 mm round it, `left breast` all in front of y = 10 mm.
    """
    grid, radius = _grid((2.0, 2.0, 3.0), 170.0)
    x, y, _ = _axes(grid)
    body = np.broadcast_to(y > -40.0 + x**2 / 400.0, grid.shape)
    bone = np.broadcast_to((x - 8.0) ** 2 + (y - 22.0) ** 2 < 5.0**2, grid.shape)
    masks = {"body": body, "skin": body & np.broadcast_to(y < -37.0 + x**2 / 400.0, grid.shape), "bone": bone,
             "lungs": np.broadcast_to(y > 30.0, grid.shape) & ~bone, "lump": radius < 10.0,
             "left breast": body & np.broadcast_to(y < 10.0, grid.shape)}
    return _patient(grid, masks)


def _grid(spacing_mm: tuple[float, float, float], width_mm: float) -> tuple[Grid, NDArray[np.float64]]:
    counts = [2 * int(width_mm / 2 / size) + 1 for size in spacing_mm]
    x, y, z = (-(n - 1) / 2 * size for n, size in zip(counts, spacing_mm, strict=True))
    grid = Grid((x, y, z), spacing_mm, (counts[2], counts[1], counts[0]))
    px, py, pz = _axes(grid)
    return grid, np.asarray(np.sqrt(px**2 + py**2 + pz**2))


def _axes(grid: Grid) -> tuple[NDArray[np.float64], ...]:
    lines = [start + size * np.arange(n) for start, size, n in
             zip(grid.origin_mm, grid.spacing_mm, grid.shape[::-1], strict=True)]
    return lines[0][None, None, :], lines[1][None, :, None], lines[2][:, None, None]


def _patient(grid: Grid, masks: dict[str, NDArray[np.bool_]]) -> Patient:
    palette = tissue_palette()
    body, empty = masks["body"], np.zeros(grid.shape, bool)
    all_masks = {"bone": empty, "lungs": empty, "air": ~body} | masks
    index = np.where(body, palette.first_breast, 0)
    index[masks["skin"]] = palette.skin
    density = np.where(body, 0.93, 0.00121)
    hounsfield = np.where(body, -100.0, -1000.0)
    hounsfield[all_masks["bone"]], hounsfield[all_masks["lungs"]] = 700.0, -800.0
    index[all_masks["bone"]], index[all_masks["lungs"]] = palette.first_bone, palette.lung
    drawn = ("lump", "left breast")
    return Patient(
        CTImage(hounsfield.astype(np.float32), grid),
        {name: Structure(name, mask, "contoured" if name in drawn else "automatic", reaches_edge(mask))
         for name, mask in all_masks.items()},
        TissueMap(palette.materials, index.astype(np.uint8), density.astype(np.float32), palette.shares),
        "P-BREAST", IDENTITY,
    )
