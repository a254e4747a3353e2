"""What every voxel is made of: composition from structure and CT number, density from CT number.

Composition of soft tissue is read from CT numbers smoothed by a Gaussian of 3 mm full width at half maximum within
soft tissue only, so that skin, air, lung and bone do not bleed in. In a breast CT the noise is about 10 HU per voxel
and correlated; 3 mm bring it to 4 HU, which is 3 % gland, and leave the real strands of fat and gland (40 HU rms)
that a wider filter would wash out. Density is read from the CT number of the voxel itself: the curve is straight
within a tissue, so noise does not shift the mean, and edges stay sharp. A voxel beside the lung that is lighter than
fat is part lung, part chest wall: it counts as lung, whose composition is close to muscle's, not as fat. A voxel
beside bone above 200 HU is part bone: it counts as bone of its own density, which holds about the calcium it has.

Muscle is what averages above 40 HU over 9 mm of fleshy surroundings: it lies too near to gland to be told apart voxel
by voxel. Heart and great vessels without contrast (35 to 50 HU) may come out as either.

Air is all that is no body, and what is below -400 HU inside it without being lung. Method in the manner of TG-186
(L. Beaulieu et al., Med. Phys. 39, 6208 (2012), doi:10.1118/1.4747264); numbers in `tables/tissue_rules.toml`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from openiort.core.grid import Grid
from openiort.core.table import read_toml
from openiort.patient.hounsfield_density import density_g_cm3
from openiort.patient.tissue_map import TissueMap
from openiort.patient.tissue_palette import AIR, RULES, tissue_palette
from openiort.patient.voxel_space import BoolArray, FloatArray, Step, grown, smoothed_within, step_mm

# Between fat (-110 HU and its noise) and the lung's edge (-400 HU).
LIGHTER_THAN_FAT_HU = -150.0
LUNG_EDGE_mm = 3.0
PART_BONE_HU = 200.0
BONE_EDGE_mm = 3.0


@dataclass(frozen=True, slots=True)
class FoundMasks:
    """The structures a tissue map is made from, (nz, ny, nx) bool each.

    Attributes:
        body: all of the patient, cavities included.
        skin: her outermost layer.
        lungs: both lungs with their vessels.
        bone: the skeleton with its marrow.
        cavities: air inside the body that is no lung.
        heart: its muscle and blood, where it is known; None where not.
        breast: fat and gland, where it is known.
    """

    body: BoolArray
    skin: BoolArray
    lungs: BoolArray
    bone: BoolArray
    cavities: BoolArray
    heart: BoolArray | None = None
    breast: BoolArray | None = None


def find_tissues(hounsfield: FloatArray, masks: FoundMasks, grid: Grid, *, smoothing_mm: float = 3.0) -> TissueMap:
    """Material and density of every voxel of `hounsfield` (nz, ny, nx).

    Where structures overlap, air goes first, then bone, lung, skin, heart. A known heart is heart muscle, a known
    breast fat and gland without muscle; neither counts as the rim of the lung beside it. Outside the body the density
    is that of air.

    Args:
        hounsfield: CT numbers.
        masks: the structures.
        grid: where the voxels lie.
        smoothing_mm: full width at half maximum of the smoothing before soft tissue is told apart; 0 for none.
    """
    palette = tissue_palette()
    tissue = masks.body & ~masks.cavities
    density = np.where(tissue, density_g_cm3(hounsfield), palette.materials[AIR].density_g_cm3)
    step = step_mm(grid)
    nowhere = np.zeros(hounsfield.shape, bool)
    heart = nowhere if masks.heart is None else masks.heart
    breast = nowhere if masks.breast is None else masks.breast
    lung_edge = (hounsfield < LIGHTER_THAN_FAT_HU) & grown(masks.lungs, max(LUNG_EDGE_mm, *step), step)
    lung = masks.lungs | (lung_edge & ~(masks.skin | heart | breast))
    bone_edge = (hounsfield > PART_BONE_HU) & grown(masks.bone, max(BONE_EDGE_mm, *step), step)
    bone = tissue & (masks.bone | (bone_edge & ~(masks.skin | heart)))
    soft = tissue & ~(masks.skin | lung | bone)
    values = smoothed_within(hounsfield, soft, smoothing_mm, step)
    muscle = (_is_muscle(values, soft, step) & ~breast)[soft]
    index = np.full(hounsfield.shape, AIR, np.uint8)
    index[soft] = np.where(muscle, palette.muscle, palette.breast_index(values[soft]))
    index[soft & heart] = palette.heart
    index[tissue & masks.skin] = palette.skin
    index[tissue & lung] = palette.lung
    index[bone] = palette.bone_index(density[bone])
    return TissueMap(palette.materials, index, np.asarray(density, np.float32), palette.shares)


def _is_muscle(values: FloatArray, soft: BoolArray, step: Step) -> BoolArray:
    """Soft tissue that is on average denser than gland, fat around it not counted, or surely denser by itself."""
    rule = read_toml(RULES)["breast"]
    fleshy = soft & (values > rule["fleshy_HU"])
    average = smoothed_within(values, fleshy, rule["fleshy_smoothing_mm"], step)
    return np.asarray(fleshy & ((average > rule["gland_HU"]) | (values > rule["surely_muscle_HU"])))
