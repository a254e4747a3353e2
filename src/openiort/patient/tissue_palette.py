"""The materials a patient can be made of, in a fixed order, and the plain tissues each counts as.

Order: air, adipose/gland mixtures from no gland to gland only, skin, muscle, lung, spongiosa/cortical mixtures, heart.
Compositions from `tables/materials.toml`, steps from `tables/tissue_rules.toml`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from openiort.core.material import Material, mixture
from openiort.core.material_table import read_material
from openiort.core.table import read_toml

RULES = "tissue_rules.toml"
AIR = 0


@dataclass(frozen=True, slots=True)
class TissuePalette:
    """Materials by index, with where each group starts.

    Attributes:
        materials: index 0 is air.
        shares: for each material, plain tissue -> share of its volume.
        first_breast: index of pure adipose; `breast_steps` further on stands pure gland.
        breast_steps: number of steps from adipose to gland.
        skin: index of skin.
        muscle: index of muscle.
        lung: index of lung.
        first_bone: index of pure spongiosa; `bone_steps` further on stands cortical bone.
        bone_steps: number of steps from spongiosa to cortical bone.
        heart: index of heart muscle, which only a contoured heart is made of.
    """

    materials: tuple[Material, ...]
    shares: tuple[Mapping[str, float], ...]
    first_breast: int
    breast_steps: int
    skin: int
    muscle: int
    lung: int
    first_bone: int
    bone_steps: int
    heart: int

    def breast_index(self, hounsfield: NDArray[np.float32]) -> NDArray[np.uint8]:
        """Adipose/gland mixture of each CT number: gland's mass fraction is linear between the two tissues'."""
        rule = read_toml(RULES)["breast"]
        fraction = (hounsfield - rule["adipose_HU"]) / (rule["gland_HU"] - rule["adipose_HU"])
        step = np.rint(np.clip(fraction, 0, 1) * self.breast_steps)
        return np.asarray(self.first_breast + step, np.uint8)

    def bone_index(self, density_g_cm3: NDArray[np.float32]) -> NDArray[np.uint8]:
        """Spongiosa/cortical mixture of each density: cortical bone's volume share is linear between the two's."""
        light, dense = read_material("spongiosa").density_g_cm3, read_material("cortical_bone").density_g_cm3
        share = np.clip((density_g_cm3 - light) / (dense - light), 0, 1)
        return np.asarray(self.first_bone + np.rint(share * self.bone_steps), np.uint8)


@cache
def tissue_palette() -> TissuePalette:
    """All materials that `find_tissues` uses."""
    rules = read_toml(RULES)
    breast_steps = round(1 / rules["breast"]["gland_step"])
    bone_steps = round(1 / rules["bone"]["cortical_step"])
    breast = [breast_mixture(k / breast_steps) for k in range(breast_steps + 1)]
    plain = [(read_material(name), {name: 1.0}) for name in ("skin", "muscle", "lung")]
    bone = [_bone(k / bone_steps) for k in range(bone_steps + 1)]
    heart = (read_material("heart_muscle"), {"heart muscle": 1.0})
    pairs = [(read_material("air"), {"air": 1.0}), *breast, *plain, *bone, heart]
    skin = 1 + len(breast)
    return TissuePalette(
        materials=tuple(material for material, _ in pairs),
        shares=tuple(shares for _, shares in pairs),
        first_breast=1,
        breast_steps=breast_steps,
        skin=skin,
        muscle=skin + 1,
        lung=skin + 2,
        first_bone=skin + 3,
        bone_steps=bone_steps,
        heart=len(pairs) - 1,
    )


def breast_mixture(gland: float) -> tuple[Material, dict[str, float]]:
    """Adipose with a share of gland by mass, 0 to 1, and the shares of its volume that each takes."""
    parts = {"adipose": (read_material("adipose"), 1.0 - gland), "gland": (read_material("gland"), gland)}
    material = mixture(f"breast, {100 * gland:.0f} % gland", list(parts.values()))
    shares = {name: share * material.density_g_cm3 / part.density_g_cm3 for name, (part, share) in parts.items()}
    return material, shares


def _bone(cortical_by_volume: float) -> tuple[Material, dict[str, float]]:
    light, dense = read_material("spongiosa"), read_material("cortical_bone")
    density = light.density_g_cm3 + cortical_by_volume * (dense.density_g_cm3 - light.density_g_cm3)
    cortical = cortical_by_volume * dense.density_g_cm3 / density
    material = mixture(f"bone, {density:.2f} g/cm3", [(light, 1.0 - cortical), (dense, cortical)])
    return material, {"spongiosa": 1.0 - cortical_by_volume, "cortical bone": cortical_by_volume}
