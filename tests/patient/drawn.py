"""Contours of shapes whose volume is known in closed form."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from openiort.patient.contours import ContouredROI

FRAME = "1.2.3.4.2"
Line = NDArray[np.float64]


def circle(radius_mm: float, z_mm: float, centre_mm: tuple[float, float] = (0.3, -0.2), points: int = 720) -> Line:
    """A polygon on the circle; 720 points enclose 0.0013 % less than pi r^2."""
    angle = 2 * np.pi * np.arange(points) / points
    x, y = centre_mm[0] + radius_mm * np.cos(angle), centre_mm[1] + radius_mm * np.sin(angle)
    return np.column_stack([x, y, np.full(points, z_mm)])


def rectangle(x_mm: Sequence[float], y_mm: Sequence[float], z_mm: float) -> Line:
    (x0, x1), (y0, y1) = x_mm, y_mm
    return np.array([[x0, y0, z_mm], [x1, y0, z_mm], [x1, y1, z_mm], [x0, y1, z_mm]], float)


def ball(radius_mm: float, spacing_mm: float, offset_mm: float = 0.0) -> list[Line]:
    """Circles of a ball about z = 0 where planes `offset + k spacing` meet it."""
    planes = np.arange(-40, 41) * spacing_mm + offset_mm
    return [circle(float(np.sqrt(radius_mm**2 - z**2)), float(z)) for z in planes if abs(z) < radius_mm]


def roi(lines: Iterable[Line], name: str = "drawn", **others: object) -> ContouredROI:
    return ContouredROI(name, 1, FRAME, tuple(lines), **others)  # type: ignore[arg-type]
