"""A patient made of other tissue than her CT says: what a dose depends on that nobody has measured in her.

A CT tells fat from gland by a few CT numbers; at 20-30 keV fat takes 0.6 times the dose of water and gland 0.8 times.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np

from openiort.core.material import Material
from openiort.core.material_table import read_material
from openiort.core.table import read_toml
from openiort.patient.patient import Patient
from openiort.patient.tissue_map import TissueMap
from openiort.patient.tissue_palette import AIR, breast_mixture

TABLE = "tissue_variants.toml"
BREAST_TISSUES = ("adipose", "gland")


@dataclass(frozen=True, slots=True)
class TissueVariant:
    """One assumption.

    Attributes:
        name: short, for tables.
        what: in words.
        replaces: tissues that are replaced; empty for all but air.
        material: what they become, at its nominal density.
        shares: plain tissues that it counts as.
    """

    name: str
    what: str
    replaces: tuple[str, ...]
    material: Material
    shares: Mapping[str, float]


@cache
def tissue_variants() -> tuple[TissueVariant, ...]:
    """The assumptions of `tables/tissue_variants.toml`, in its order."""
    return tuple(_variant(entry) for entry in read_toml(TABLE)["variant"])


def with_variant(patient: Patient, variant: TissueVariant) -> Patient:
    """The same woman of other tissue; structures, skin, lungs and bone stay where they are."""
    tissues = patient.tissues
    given_up = tissues.made_of(variant.replaces) if variant.replaces else np.ones(len(tissues.materials), bool)
    given_up[AIR] = False
    replaced = given_up[tissues.material_index]
    index = np.where(replaced, len(tissues.materials), tissues.material_index)
    density = np.where(replaced, variant.material.density_g_cm3, tissues.density_g_cm3)
    return replace(patient, tissues=TissueMap((*tissues.materials, variant.material), index, density,
                                              (*tissues.tissue_of_material, variant.shares)))


def _variant(entry: Mapping[str, Any]) -> TissueVariant:
    if "gland_percent" in entry:
        material, shares = breast_mixture(entry["gland_percent"] / 100.0)
    else:
        material, shares = read_material(entry["material"]), {entry["material"]: 1.0}
    return TissueVariant(entry["name"], entry["what"], BREAST_TISSUES if entry["replaces"] == "breast" else (),
                         material, shares)
