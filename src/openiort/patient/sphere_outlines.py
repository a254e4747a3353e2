"""Outlines of spheres and of shells round them: circles on the image's slices."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from openiort.core.grid import Grid
from openiort.patient.outline import Outline, on_slice_mm

POINTS = 144  # a chord leaves a circle of 30 mm radius by 0.007 mm


def sphere_outlines(centre_mm: tuple[float, float, float], radius_mm: float, grid: Grid) -> tuple[Outline, ...]:
    """Circles in which a sphere cuts the slices of a grid; their points lie on the sphere."""
    x_mm, y_mm, height_mm = (np.array(centre_mm) - np.array(grid.origin_mm)) @ grid.direction
    found = []
    for index in range(grid.shape[0]):
        above_mm = index * grid.spacing_mm[2] - height_mm
        if abs(above_mm) < radius_mm:
            circle_mm = math.sqrt(radius_mm**2 - above_mm**2) * _unit_circle() + np.array([x_mm, y_mm])
            found.append(Outline(index, on_slice_mm(circle_mm, index, grid)))
    return tuple(found)


def shell_outlines(centre_mm: tuple[float, float, float], radius_mm: float, width_mm: float,
                   grid: Grid) -> tuple[Outline, ...]:
    """Circles of a shell of that width round a sphere: outer ones, and inner ones as holes."""
    holes = (Outline(o.slice_index, o.points_mm[::-1]) for o in sphere_outlines(centre_mm, radius_mm, grid))
    return (*sphere_outlines(centre_mm, radius_mm + width_mm, grid), *holes)


def _unit_circle() -> NDArray[np.float64]:
    angle = 2.0 * np.pi * np.arange(POINTS) / POINTS
    return np.stack([np.cos(angle), np.sin(angle)], axis=1)
