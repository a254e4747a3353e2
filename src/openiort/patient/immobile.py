"""What does not give way to the applicator, on a coarse cubic grid around it: chest wall and all behind it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from openiort.core.grid import Grid
from openiort.patient.patient import Patient
from openiort.patient.voxel_space import BoolArray, closed, filled, head_foot_axis, nearest_voxels, step_mm

CHEST_WALL = "chest wall"
CELL_mm = 2.5
HALF_mm = 80.0
# Tissue within this distance of the chest wall moves less and less; beyond `FREE_mm` from the centre too, so that
# what moves lies well inside the grid.
DAMPING_mm = 10.0
FREE_mm = 50.0
CLOSING_mm = 8.0
AIR_mm = 15.0


@dataclass(frozen=True, slots=True)
class Mobility:
    """How freely each cell of the grid moves.

    Attributes:
        grid: cubic cells, axes along the patient's, centred on the applicator.
        share: (n, n, n), 0 for what does not move, 1 for what moves freely, as air does away from the skin.
        air: (n, n, n) which cells lie outside the body.
    """

    grid: Grid
    share: NDArray[np.float64]
    air: BoolArray


def wall_names(patient: Patient) -> tuple[str, ...]:
    """Structures that stand for the wall: bone, lungs, and the chest wall where somebody has drawn it."""
    return ("bone", "lungs", *((CHEST_WALL,) if CHEST_WALL in patient.structures else ()))


def wall_mask(patient: Patient) -> BoolArray:
    """(nz, ny, nx) all of them together."""
    return np.asarray(np.logical_or.reduce([patient.structure(name).mask for name in wall_names(patient)]))


def immobile_mask(patient: Patient) -> BoolArray:
    """(nz, ny, nx) the wall and what it encloses: the gaps between the ribs and all that lies behind them."""
    grid = patient.image.grid
    return filled(closed(wall_mask(patient), CLOSING_mm, step_mm(grid)), head_foot_axis(grid))


def mobility(patient: Patient, centre_mm: tuple[float, float, float]) -> Mobility:
    """The mobility of what lies within 80 mm of the applicator's centre (x, y, z).

    Tissue outside the scan is not known and does not move.
    """
    cells = round(2 * HALF_mm / CELL_mm)
    corner = [c - HALF_mm + CELL_mm / 2 for c in centre_mm]
    grid = Grid((corner[0], corner[1], corner[2]), (CELL_mm,) * 3, (cells,) * 3)
    points = _centres_mm(grid)
    masks = patient.structure("body").mask, immobile_mask(patient)
    nearest = nearest_voxels(patient.image.grid.to_index(points), patient.image.grid.shape)
    body, fixed = (mask[nearest] for mask in masks)
    fixed |= body & ~patient.image.grid.contains(points)
    away_mm = np.asarray(ndimage.distance_transform_edt(~fixed, sampling=CELL_mm)) if fixed.any() \
        else np.full(fixed.shape, np.inf)
    far_mm = np.linalg.norm(points - np.array(centre_mm), axis=-1)
    share = _rising((away_mm - CELL_mm / 2) / DAMPING_mm) * _rising((HALF_mm - far_mm) / (HALF_mm - FREE_mm))
    share = np.where(fixed, 0.0, share)
    return Mobility(grid, np.where(body, share, _in_air(share, ~body)), ~body)


def _in_air(share: NDArray[np.float64], air: BoolArray) -> NDArray[np.float64]:
    """Mobility of air: at the skin that of the tissue there, further out free, so that no jump lies at the skin."""
    if air.all() or not air.any():
        return np.ones_like(share)
    out_mm, nearest = ndimage.distance_transform_edt(air, sampling=CELL_mm, return_indices=True)
    at_skin = share[tuple(nearest)]
    return np.asarray(at_skin + (1.0 - at_skin) * _rising((out_mm - CELL_mm) / AIR_mm))


def _rising(value: NDArray[np.float64]) -> NDArray[np.float64]:
    """0 below 0, 1 above 1, without a kink in between."""
    part = np.clip(value, 0.0, 1.0)
    return np.asarray(part**2 * (3.0 - 2.0 * part))


def _centres_mm(grid: Grid) -> NDArray[np.float64]:
    index = np.stack(np.meshgrid(*map(np.arange, grid.shape), indexing="ij"), -1)
    return grid.to_points_mm(index.astype(float))
