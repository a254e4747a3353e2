"""What a layered phantom is asked to be: distances by ultrasound from the applicator's surface, and what lies there."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields

from openiort.core.errors import InputError
from openiort.core.material import Material, mixture
from openiort.core.material_table import read_material
from openiort.core.table import read_toml

TABLE = "layers.toml"
TENTHS_PER_mm = 10
APPLICATOR_LIMITS_mm = (5.0, 60.0)
# field -> limits in the table, what the command line calls it
CALLED = {
    "skin_mm": ("skin_distance_mm", "--layers skin (skin_mm)"),
    "chest_wall_mm": ("chest_wall_distance_mm", "--layers chest-wall (chest_wall_mm)"),
    "skin_thickness_mm": ("skin_mm", "--skin-mm (skin_thickness_mm)"),
    "muscle_mm": ("muscle_mm", "--muscle-mm (muscle_mm)"),
    "rib_mm": ("rib_mm", "--rib-mm (rib_mm)"),
}
FIXES = {
    "applicator_mm": "give the diameter of the sphere in mm (`openiort device show`)",
    "adipose_percent": "give adipose tissue and gland in % by mass, 70/30 for instance",
    "skin_mm": "measure from the applicator's surface to the outside of the skin, in mm",
    "chest_wall_mm": "measure from the applicator's surface to the front of the muscle, in mm",
}


def default_thickness_mm(name: str) -> float:
    """Thickness of `skin`, `muscle` or `rib` where none is given."""
    return float(read_toml(TABLE)["thickness"][f"{name}_mm"])


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer, from its front to its back.

    Attributes:
        tissue: `skin`, `breast`, `muscle`, `rib` or `lung`.
        front_mm: its front face along y (to the back), from the applicator's centre.
        back_mm: its back face.
    """

    tissue: str
    front_mm: float
    back_mm: float


@dataclass(frozen=True, slots=True)
class Layers:
    """Flat layers in front of and behind an applicator; all lengths are taken to 0.1 mm.

    Attributes:
        applicator_mm: diameter of the sphere that the distances were measured from.
        skin_mm: from its surface to the outside of the skin, in front.
        chest_wall_mm: from its surface to the front of the muscle, behind.
        adipose_percent: share of adipose tissue in the breast by mass; the rest is gland.
        skin_thickness_mm: of the skin.
        muscle_mm: thickness of the muscle in front of the rib.
        rib_mm: thickness of the rib, 0 for a gap between ribs; lung fills the rest.

    Raises:
        InputError: a value that is not finite or out of range.
    """

    applicator_mm: float
    skin_mm: float
    chest_wall_mm: float
    adipose_percent: float
    skin_thickness_mm: float
    muscle_mm: float
    rib_mm: float

    def __post_init__(self) -> None:
        _check("applicator_mm", self.applicator_mm, APPLICATOR_LIMITS_mm, "mm", "--applicator (applicator_mm)")
        _check("adipose_percent", self.adipose_percent, (0.0, 100.0), "%", "--breast (adipose_percent)")
        limits = read_toml(TABLE)["limits"]
        for name, (limit, where) in CALLED.items():
            _check(name, getattr(self, name), limits[limit], "mm", where)
        for field in fields(self):
            object.__setattr__(self, field.name, round(float(getattr(self, field.name)), 1))
        if self.skin_mm < self.skin_thickness_mm:
            raise InputError(
                f"the outside of the skin is {self.skin_mm:g} mm from the applicator, but the skin is "
                f"{self.skin_thickness_mm:g} mm thick",
                where=CALLED["skin_mm"][1],
                allowed=f"{self.skin_thickness_mm:g} to {limits['skin_distance_mm'][1]:g} mm",
                fix="measure from the applicator's surface to the outside of the skin, or give a thinner skin",
            )

    @property
    def centre_mm(self) -> tuple[float, float, float]:
        """(x, y, z) of the applicator's centre: the phantom is made around it."""
        return 0.0, 0.0, 0.0

    @property
    def breast(self) -> Material:
        """The mixture of adipose tissue and gland; volumes add."""
        adipose = self.adipose_percent / 100.0
        parts = [(read_material("adipose"), adipose), (read_material("gland"), 1.0 - adipose)]
        return mixture(f"breast, {self.adipose_percent:g} % adipose", parts)

    def stack(self) -> tuple[Layer, ...]:
        """The layers from front to back; those without thickness are left out."""
        radius, lung_mm = self.applicator_mm / 2.0, float(read_toml(TABLE)["size"]["lung_mm"])
        wall = radius + self.chest_wall_mm
        faces = [-(radius + self.skin_mm), -(radius + self.skin_mm - self.skin_thickness_mm), wall,
                 wall + self.muscle_mm, wall + self.muscle_mm + self.rib_mm,
                 wall + self.muscle_mm + self.rib_mm + lung_mm]  # fmt: skip
        names = ("skin", "breast", "muscle", "rib", "lung")
        layers = (Layer(n, a, b) for n, a, b in zip(names, faces[:-1], faces[1:], strict=True))
        return tuple(layer for layer in layers if layer.back_mm - layer.front_mm > 1e-6)

    def distances_mm(self) -> dict[str, float]:
        """Distance of the outside of the skin, of bone and of lung from the applicator's surface."""
        named = {"skin": self.skin_mm, "bone": self.chest_wall_mm + self.muscle_mm,
                 "lungs": self.chest_wall_mm + self.muscle_mm + self.rib_mm}  # fmt: skip
        return {name: far for name, far in named.items() if self.rib_mm or name != "bone"}

    def text(self) -> str:
        """One line that says all of it."""
        breast = self.breast
        rib = f"rib {self.rib_mm:g} mm (a closed plate)" if self.rib_mm else "no rib"
        lung_mm = float(read_toml(TABLE)["size"]["lung_mm"])
        return (
            f"skin {self.skin_thickness_mm:g} mm, its outside {self.skin_mm:g} mm from the applicator; breast of "
            f"{self.adipose_percent:g} % adipose and {100.0 - self.adipose_percent:g} % gland by mass, "
            f"{breast.density_g_cm3:.3f} g/cm3; chest wall {self.chest_wall_mm:g} mm from the applicator: muscle "
            f"{self.muscle_mm:g} mm, {rib}, lung {lung_mm:g} mm"
        )


def _check(name: str, value: float, limits: tuple[float, float] | list[float], unit: str, where: str) -> None:
    low, high = limits
    if isinstance(value, int | float) and math.isfinite(value) and low <= value <= high:
        return
    said = f"{value:g} {unit}" if isinstance(value, int | float) else f"'{value}'"
    raise InputError(
        f"{name.removesuffix('_mm').removesuffix('_percent').replace('_', ' ')} is {said}",
        where=where,
        allowed=f"{low:g} to {high:g} {unit}",
        fix=FIXES.get(name, "give the thickness of the layer in mm"),
    )
