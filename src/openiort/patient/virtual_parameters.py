"""What a virtual patient is asked to be: side, breast, tumour, noise, voxels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from openiort.core.errors import InputError
from openiort.patient.virtual_breast import Breast, breast_distance
from openiort.patient.virtual_shapes import Point
from openiort.patient.virtual_thorax import cage_at

LIMITS = {
    "base_radius_mm": (50.0, 95.0, "mm"),
    "projection_mm": (25.0, 80.0, "mm"),
    "gland_percent": (0.0, 90.0, "%"),
    "clock_hour": (0.0, 12.0, "hours"),
    "from_nipple_mm": (0.0, 80.0, "mm"),
    "above_ribs_mm": (5.0, 90.0, "mm"),
    "tumour_diameter_mm": (4.0, 50.0, "mm"),
    "noise_HU": (0.0, 80.0, "HU"),
}
SPACING_LIMITS_mm = (0.5, 6.0)
SKIN_mm = 2.0


@dataclass(frozen=True, slots=True)
class VirtualPatient:
    """Parameters of a virtual supine woman; the defaults give a large left breast where a 40 mm sphere has room.

    Attributes:
        side: breast with the tumour, `left` or `right`.
        base_radius_mm: half of the breast's width on the chest wall.
        projection_mm: height of the breast above the chest wall muscle, at the nipple.
        gland_percent: share of gland in the breast tissue, by volume.
        clock_hour: direction of the tumour from the nipple, as seen facing her: 12 is towards her head.
        from_nipple_mm: how far from the nipple's axis the middle of the tumour lies, along that direction.
        above_ribs_mm: distance of the middle of the tumour from the outer surface of the rib cage.
        tumour_diameter_mm: of the tumour bed or lump.
        tumour_state: `cavity` after excision, or the `lump` before it.
        noise_HU: standard deviation of the CT noise.
        spacing_mm: voxel size along x, y and z.
        seed: of lobes, ligaments, vessels and noise.

    Raises:
        InputError: a value out of range, or a tumour bed that reaches out of the breast.
    """

    side: str = "left"
    base_radius_mm: float = 86.0
    projection_mm: float = 66.0
    gland_percent: float = 25.0
    clock_hour: float = 1.5
    from_nipple_mm: float = 22.0
    above_ribs_mm: float = 37.0
    tumour_diameter_mm: float = 24.0
    tumour_state: str = "cavity"
    noise_HU: float = 16.0
    spacing_mm: tuple[float, float, float] = (1.25, 1.25, 2.5)
    seed: int = 1

    def __post_init__(self) -> None:
        if self.side not in ("left", "right"):
            raise InputError(f"side '{self.side}' is unknown", where="side", allowed="left, right",
                             fix="choose one of these")
        if self.tumour_state not in ("cavity", "lump"):
            raise InputError(f"state of the tumour '{self.tumour_state}' is unknown", where="tumour_state",
                             allowed="cavity, lump", fix="choose one of these")
        for name, (low, high, unit) in LIMITS.items():
            _check_range(name, getattr(self, name), low, high, unit)
        for value in self.spacing_mm:
            _check_range("spacing_mm", value, *SPACING_LIMITS_mm, "mm")
        if self.seed < 0:
            raise InputError(f"seed is {self.seed}", where="seed", allowed="0 and above", fix="1 is the default")
        room = self._room_mm()
        if room < self.tumour_diameter_mm / 2:
            raise InputError(
                f"a tumour bed of {self.tumour_diameter_mm:g} mm reaches out of the breast",
                where="tumour position",
                allowed=f"a diameter of {max(2 * room, 0):.0f} mm there",
                fix="move it towards the nipple's axis, change its distance from the ribs, or take a larger breast",
            )

    @property
    def breasts(self) -> tuple[Breast, Breast]:
        """The right and the left breast, alike."""
        right, left = (Breast(sign, self.base_radius_mm, self.projection_mm) for sign in (-1, 1))
        return right, left

    @property
    def breast(self) -> Breast:
        """The breast with the tumour."""
        return self.breasts[int(self.side == "left")]

    @property
    def tumour_centre_mm(self) -> tuple[float, float, float]:
        """(x, y, z) of the middle of the tumour bed, DICOM patient coordinates."""
        angle = np.radians(30.0 * self.clock_hour)
        across, outward, up = self.breast.axes
        start = np.array(self.breast.centre_mm) + self.from_nipple_mm * (np.sin(angle) * across + np.cos(angle) * up)
        low, high = -60.0, 140.0
        for _ in range(50):
            middle = (low + high) / 2
            above = float(cage_at(_point(start + middle * outward)).outside_mm[0])
            low, high = (middle, high) if above < self.above_ribs_mm else (low, middle)
        x, y, z = start + low * outward
        return float(x), float(y), float(z)

    def _room_mm(self) -> float:
        """Radius of the largest tumour bed at that place between skin and ribs."""
        to_skin = -float(breast_distance(self.breast, _point(np.array(self.tumour_centre_mm)))[0])
        return min(to_skin - SKIN_mm, self.above_ribs_mm)


def _point(position: NDArray[np.float64]) -> Point:
    x, y, z = (np.array([value], np.float32) for value in position)
    return x, y, z


def _check_range(name: str, value: float, low: float, high: float, unit: str) -> None:
    if not low <= value <= high:
        raise InputError(f"{name} is {value:g} {unit}", where=name, allowed=f"{low:g} to {high:g} {unit}",
                         fix="choose a value of that range, or leave it out for the default")
