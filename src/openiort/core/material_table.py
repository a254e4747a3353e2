"""The materials shipped in `tables/materials.toml`: tissues, water, air and what applicators are made of."""

from __future__ import annotations

from functools import cache

from openiort.core.material import Material
from openiort.core.table import read_toml

TABLE = "materials.toml"


def material_names() -> list[str]:
    """Names that `read_material` knows, sorted."""
    return sorted(read_toml(TABLE))


@cache
def read_material(name: str) -> Material:
    """The material of that name, e.g. `cortical_bone`; its `name` attribute is the one to show.

    Raises:
        KeyError: there is none (names come from the program, never from the user); the text lists what there is.
    """
    table = read_toml(TABLE)
    if name not in table:
        raise KeyError(f"material '{name}' is not in {TABLE}, which has {', '.join(material_names())}")
    entry = table[name]
    return Material(entry["name"], entry["mass_fractions"], float(entry["density_g_cm3"]))
