"""A material: a name and what it is made of; density belongs to the voxel, not here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Material:
    """A mixture of elements.

    Attributes:
        name: as shown to the user.
        mass_fractions: element symbol -> fraction of the mass, summing to 1 (normalised when built).
        density_g_cm3: nominal density; a voxel may have its own.
    """

    name: str
    mass_fractions: Mapping[str, float]
    density_g_cm3: float

    def __post_init__(self) -> None:
        total = sum(self.mass_fractions.values())
        if not 0.98 < total < 1.02 or min(self.mass_fractions.values()) < 0:
            raise ValueError(f"mass fractions of {self.name} sum to {total:.4f}, not 1")
        fractions = {symbol: value / total for symbol, value in self.mass_fractions.items() if value > 0}
        object.__setattr__(self, "mass_fractions", MappingProxyType(fractions))


def mixture(name: str, parts: Mapping[Material, float] | list[tuple[Material, float]]) -> Material:
    """Mix materials by mass; volumes add, so 1/density is the mass-weighted mean of 1/density."""
    pairs = list(parts.items()) if isinstance(parts, Mapping) else parts
    fractions: dict[str, float] = {}
    for material, share in pairs:
        for symbol, value in material.mass_fractions.items():
            fractions[symbol] = fractions.get(symbol, 0.0) + share * value
    return Material(name, fractions, 1.0 / sum(share / material.density_g_cm3 for material, share in pairs))
