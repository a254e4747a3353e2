"""One photon field: where its source stands, and the rectangle that it covers.

Gantry angles follow IEC 61217 for a patient who lies on her back, head first: at 0 degrees the source is in front of
her, at 90 degrees on her left. The collimator stands at 0, the couch too.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, radians, sin

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
SOURCE_DISTANCE_mm = 1000.0  # of a linear accelerator's source from its isocentre
CRANIAL = (0.0, 0.0, 1.0)


@dataclass(frozen=True, slots=True)
class Rectangle:
    """Part of the plane through the isocentre, perpendicular to the beam's axis.

    Attributes:
        u_mm: (lower, upper) edge along the field's `u_axis`.
        v_mm: (lower, upper) edge along her axis, to the head.
    """

    u_mm: tuple[float, float]
    v_mm: tuple[float, float]

    @property
    def area_mm2(self) -> float:
        """Its area."""
        return (self.u_mm[1] - self.u_mm[0]) * (self.v_mm[1] - self.v_mm[0])


@dataclass(frozen=True, slots=True)
class PhotonField:
    """A field, its opening divided into segments.

    Attributes:
        name: "medial" or "lateral".
        gantry_degrees: 0 to 360, IEC 61217.
        isocentre_mm: (x, y, z), DICOM patient coordinates.
        mirror: which of the two directions perpendicular to the beam in the axial plane `u_axis` is: 1 or -1.
        opening: the whole field.
        segments: rectangles that make it up.
    """

    name: str
    gantry_degrees: float
    isocentre_mm: tuple[float, float, float]
    mirror: int
    opening: Rectangle
    segments: tuple[Rectangle, ...]

    @property
    def to_source(self) -> FloatArray:
        """(3,) unit vector from the isocentre to the source."""
        return direction_to_source(self.gantry_degrees)

    @property
    def source_mm(self) -> FloatArray:
        """(3,) the source."""
        return np.asarray(np.array(self.isocentre_mm) + SOURCE_DISTANCE_mm * self.to_source)

    @property
    def u_axis(self) -> FloatArray:
        """(3,) unit vector in the axial plane, perpendicular to the beam's axis, away from the blocked half."""
        x, y, _ = self.to_source
        return np.array([-y, x, 0.0]) * self.mirror

    def projected_mm(self, points_mm: FloatArray) -> tuple[FloatArray, FloatArray]:
        """u and v of points (n, 3), seen from the source, on the plane through the isocentre."""
        local = points_mm - np.array(self.isocentre_mm)
        scale = SOURCE_DISTANCE_mm / (SOURCE_DISTANCE_mm - local @ self.to_source)
        return (local @ self.u_axis) * scale, local[:, 2] * scale


def direction_to_source(gantry_degrees: float) -> FloatArray:
    """(3,) unit vector from the isocentre to the source, in patient coordinates."""
    angle = radians(gantry_degrees)
    return np.array([sin(angle), -cos(angle), 0.0])


def divided(opening: Rectangle, largest_mm: float) -> tuple[Rectangle, ...]:
    """The opening in equal rectangles of at most that length in u and v; u runs fastest."""
    u, v = (_edges(*edges, largest_mm) for edges in (opening.u_mm, opening.v_mm))
    return tuple(Rectangle((u[i], u[i + 1]), (v[j], v[j + 1])) for j in range(len(v) - 1) for i in range(len(u) - 1))


def columns(segments: tuple[Rectangle, ...]) -> int:
    """How many segments lie beside each other in u."""
    return sum(segment.v_mm == segments[0].v_mm for segment in segments)


def _edges(low_mm: float, high_mm: float, largest_mm: float) -> list[float]:
    count = max(1, int(np.ceil((high_mm - low_mm) / largest_mm - 1e-9)))
    return [float(edge) for edge in np.linspace(low_mm, high_mm, count + 1)]
