"""Contours as a physician drew them: closed lines in millimetres, before they become a structure on a grid."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ContouredROI:
    """One region of interest as drawn.

    Attributes:
        name: as its author wrote it; may hold anything, names of people too.
        number: the file's own number, for messages.
        frame_of_reference_uid: coordinate system that it is drawn in.
        contours: closed planar lines, (n, 3) each, n >= 3, x, y, z in mm, read-only; the last point joins the first.
        points: (m, 3) single points in mm, read-only; markers, no volume.
        open_lines: how many lines were left out because they enclose nothing.
        too_short: how many closed lines were left out because they have fewer than three points.
    """

    name: str
    number: int
    frame_of_reference_uid: str
    contours: tuple[Points, ...]
    points: Points = field(default_factory=lambda: np.zeros((0, 3)))
    open_lines: int = 0
    too_short: int = 0

    def __post_init__(self) -> None:
        object.__setattr__(self, "contours", tuple(_points(line, 3) for line in self.contours))
        object.__setattr__(self, "points", _points(np.reshape(self.points, (-1, 3)), 0))

    @property
    def has_volume(self) -> bool:
        """Whether anything closed was drawn."""
        return bool(self.contours)


def _points(points: Points, fewest: int) -> Points:
    copy = np.array(points, float)
    if copy.ndim != 2 or copy.shape[1] != 3 or len(copy) < fewest or not np.isfinite(copy).all():
        raise ValueError(f"a contour needs {fewest} or more finite points (n, 3), got shape {copy.shape}")
    copy.setflags(write=False)
    return copy
