"""Two opposed tangential fields to a breast, set up from the structures alone: pure geometry.

The back edges of both fields lie in one plane, parallel to her axis and through the beams' axes: half of each beam is
blocked, so that this edge does not diverge into the lung. Of all planes that leave the breast in front of them, the
one with least lung, heart and tissue of the other side in front of it is taken, the other side counting three times;
its tilt is the gantry angle.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from openiort.core.errors import InputError
from openiort.external.photon_field import PhotonField, Rectangle, direction_to_source, divided

FloatArray = NDArray[np.float64]
SIDES = ("left", "right")
# chosen: how far the plane may be tilted from the horizontal; medial gantry angles of 290-345 degrees on the left
TILTS_degrees = np.arange(15.0, 71.0, 1.0)
BEHIND = 0.01  # share of the breast's volume that may lie behind the plane: the corners at its ends
BACK_MARGIN_mm, FLASH_mm, LENGTH_MARGIN_mm = 5.0, 20.0, 10.0
LARGEST_SEGMENT_mm = 20.0
OTHER_SIDE_WEIGHT = 3.0  # of a volume of the other breast against the same of lung or heart


@dataclass(frozen=True, slots=True)
class TangentSetup:
    """The two fields, and what the plane of their back edges cuts off.

    Attributes:
        side: "left" or "right", of the breast.
        fields: medial and lateral.
        lung_depth_mm: largest depth of lung in front of the plane.
        breast_behind_fraction: share of the breast's volume behind the plane.
    """

    side: str
    fields: tuple[PhotonField, PhotonField]
    lung_depth_mm: float
    breast_behind_fraction: float


def set_up_tangents(side: str, breast_mm: FloatArray, organs_mm: FloatArray, other_side_mm: FloatArray,
                    lung_mm: FloatArray) -> TangentSetup:
    """The fields for a breast.

    Args:
        side: "left" or "right".
        breast_mm: (n, 3) points that fill the breast evenly, patient coordinates.
        organs_mm: (m, 3) points that fill, as evenly, lungs and heart.
        other_side_mm: (l, 3) the same of all tissue beyond her midline.
        lung_mm: (k, 3) points of the lung on that side.

    Raises:
        InputError: no breast.
    """
    if len(breast_mm) == 0:
        raise InputError(f"the {side} breast is empty", where="structures", allowed="a breast with a volume",
                         fix="draw it, or choose the other side")
    spared = ((organs_mm, 1.0), (other_side_mm, OTHER_SIDE_WEIGHT))
    tilt = min(TILTS_degrees, key=lambda degrees: _spared_in_front(side, float(degrees), breast_mm, spared))
    medial = medial_gantry_degrees(side, float(tilt))
    normal, offset_mm = _plane(side, medial, breast_mm)
    isocentre = _isocentre_mm(medial, normal, offset_mm, breast_mm)
    mirror = 1 if side == "left" else -1
    fields = tuple(_field(name, gantry % 360.0, isocentre, sign, breast_mm)
                   for name, gantry, sign in (("medial", medial, mirror), ("lateral", medial + 180.0, -mirror)))
    depth_mm = float(max((lung_mm @ normal).max(initial=offset_mm) - offset_mm, 0.0))
    return TangentSetup(side, (fields[0], fields[1]), depth_mm, float(np.mean(breast_mm @ normal < offset_mm)))


def medial_gantry_degrees(side: str, tilt_degrees: float) -> float:
    """Gantry angle of the medial field where the plane is tilted so far from the horizontal."""
    return 270.0 + tilt_degrees if side == "left" else 90.0 - tilt_degrees


def _spared_in_front(side: str, tilt_degrees: float, breast_mm: FloatArray,
                     spared: Sequence[tuple[FloatArray, float]]) -> float:
    normal, offset_mm = _plane(side, medial_gantry_degrees(side, tilt_degrees), breast_mm)
    return sum(weight * float(np.count_nonzero(points @ normal > offset_mm)) for points, weight in spared)


def _plane(side: str, medial_degrees: float, breast_mm: FloatArray) -> tuple[FloatArray, float]:
    """Normal of the plane, into the field, and its distance from the origin."""
    x, y, _ = direction_to_source(medial_degrees)
    normal = np.array([-y, x, 0.0]) * (1 if side == "left" else -1)
    return normal, float(np.quantile(breast_mm @ normal, BEHIND)) - BACK_MARGIN_mm


def _isocentre_mm(medial_degrees: float, normal: FloatArray, offset_mm: float,
                  breast_mm: FloatArray) -> tuple[float, float, float]:
    """On the plane, midway through the breast along the beam and along her axis."""
    along = direction_to_source(medial_degrees)
    depth = breast_mm @ along
    middle = (depth.min() + depth.max()) / 2.0 * along + offset_mm * normal
    z_mm = (breast_mm[:, 2].min() + breast_mm[:, 2].max()) / 2.0
    return float(middle[0]), float(middle[1]), float(z_mm)


def _field(name: str, gantry_degrees: float, isocentre_mm: tuple[float, float, float], mirror: int,
           breast_mm: FloatArray) -> PhotonField:
    whole = Rectangle((0.0, 1.0), (0.0, 1.0))
    u, v = PhotonField(name, gantry_degrees, isocentre_mm, mirror, whole, ()).projected_mm(breast_mm)
    opening = Rectangle((0.0, float(u.max()) + FLASH_mm),
                        (float(v.min()) - LENGTH_MARGIN_mm, float(v.max()) + LENGTH_MARGIN_mm))
    return PhotonField(name, gantry_degrees, isocentre_mm, mirror, opening, divided(opening, LARGEST_SEGMENT_mm))
