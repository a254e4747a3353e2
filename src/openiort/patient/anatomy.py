"""The anatomy found from the CT: body, skin, lungs, bone, air, and what each voxel is made of.

Masks that are known already (`given_masks`) take the place of what would be found, and limit the rest.
"""

from __future__ import annotations

import numpy as np

from openiort.core.errors import InputError
from openiort.core.grid import Grid
from openiort.core.progress import Progress, silent
from openiort.patient.body import SOLID_HU, find_body
from openiort.patient.bone import WIRE_mm, find_bone
from openiort.patient.given_masks import GivenMasks
from openiort.patient.image import CTImage
from openiort.patient.lungs import GAS_BELOW_HU, WALL_mm, find_lungs, other_lung
from openiort.patient.skin import find_skin
from openiort.patient.structure import Structure
from openiort.patient.tissue_map import TissueMap
from openiort.patient.tissue_palette import AIR, tissue_palette
from openiort.patient.tissues import FoundMasks, LUNG_EDGE_mm, find_tissues
from openiort.patient.voxel_space import (
    BoolArray,
    Box,
    FloatArray,
    bounding_box,
    distance_inside_mm,
    grown,
    reaches_edge,
    step_mm,
)

STEP = "anatomy"
MARGIN_VOXELS = 3


def find_anatomy(
    image: CTImage,
    *,
    given: GivenMasks | None = None,
    skin_mm: float = 2.0,
    smoothing_mm: float = 3.0,
    progress: Progress = silent,
) -> tuple[dict[str, Structure], TissueMap, tuple[str, ...]]:
    """Structures, tissues and notes for the report, from the CT numbers and what is given.

    The structures are `body` (cavities included), `skin`, `lungs`, `bone` and `air` (all that is no body, and
    cavities inside it that are no lung: windpipe, bowel gas, air in a wound), marked `automatic`.

    Args:
        image: the CT.
        given: masks that are known; None for none.
        skin_mm: thickness of the skin, 0 for none.
        smoothing_mm: full width at half maximum of the smoothing before fat and gland are told apart.
        progress: told what is being looked for.

    Raises:
        InputError: no body in the image, or a thickness out of range.
    """
    check_thickness("skin_mm", skin_mm)
    check_thickness("smoothing_mm", smoothing_mm)
    progress(STEP, 0.0, "body")
    known = given or GivenMasks()
    whole_body, notes = (known.body, ()) if known.body is not None else find_body(image.hounsfield, image.grid)
    box = bounding_box(whole_body, MARGIN_VOXELS)
    hounsfield, body = np.ascontiguousarray(image.hounsfield[box]), np.ascontiguousarray(whole_body[box])
    grid = _part_of(image.grid, box)
    known = known.within(box)
    lungs, bone = _lungs_and_bone(hounsfield, body, known, grid, progress)
    progress(STEP, 0.7, "skin")
    cavities = body & (hounsfield <= SOLID_HU) & ~lungs & ~bone & ~_drawn_lung_rim(hounsfield, known, grid)
    skin = find_skin(body, grid, skin_mm) if known.skin is None else known.skin & body
    masks = FoundMasks(body, skin, lungs, bone, cavities, known.heart, known.breast)
    progress(STEP, 0.9, "tissues")
    part = find_tissues(hounsfield, masks, grid, smoothing_mm=smoothing_mm)
    structures = _structures(masks, image.grid, box)
    progress(STEP, 1.0)
    return structures, _whole(part, image.grid, box), notes


def _lungs_and_bone(
    hounsfield: FloatArray, body: BoolArray, given: GivenMasks, grid: Grid, progress: Progress
) -> tuple[BoolArray, BoolArray]:
    """Masks of lungs and bone that do not overlap: what is given goes before what is found, bone before lung."""
    progress(STEP, 0.2, "lungs")
    depth_mm = distance_inside_mm(body, step_mm(grid), max(WALL_mm, WIRE_mm))
    found_lungs = find_lungs(hounsfield, body, depth_mm, grid) if given.lungs is None else given.lungs & body
    progress(STEP, 0.5, "bone")
    found_bone = find_bone(hounsfield, body, depth_mm, found_lungs, grid) if given.bone is None else given.bone & body
    none = np.zeros(body.shape, bool)
    drawn_lungs = _any_of(none, given.lungs, given.one_lung) & body
    drawn_bone = _any_of(none, given.bone, given.some_bone) & body
    drawn_heart = _any_of(none, given.heart)
    drawn_tissue = (drawn_heart | _any_of(none, given.breast)) & (hounsfield > SOLID_HU)
    if given.one_lung is not None:
        found_lungs = other_lung(found_lungs, drawn_lungs, grid)
    bone = drawn_bone | (found_bone & ~drawn_lungs & ~drawn_heart)
    return (drawn_lungs | (found_lungs & ~drawn_tissue)) & ~bone, bone


def _drawn_lung_rim(hounsfield: FloatArray, given: GivenMasks, grid: Grid) -> BoolArray:
    """What a drawn lung leaves out of the lung along its edge: no air, as everything that dark would be elsewhere."""
    none = np.zeros(hounsfield.shape, bool)
    drawn = _any_of(none, given.lungs, given.one_lung)
    step = step_mm(grid)
    return grown(drawn, max(LUNG_EDGE_mm, *step), step) & (hounsfield > GAS_BELOW_HU) if drawn.any() else none


def _any_of(none: BoolArray, *masks: BoolArray | None) -> BoolArray:
    for mask in masks:
        none = none if mask is None else none | mask
    return none


def check_thickness(name: str, value: float) -> None:
    """Refuse a thickness that no skin and no smoothing has.

    Raises:
        InputError: not 0 to 20 mm.
    """
    if not 0 <= value <= 20:
        raise InputError(f"{name} is {value} mm", where=name, allowed="0 to 20 mm", fix="give a length in mm")


def _part_of(grid: Grid, box: Box) -> Grid:
    corner = np.array([part.start or 0 for part in box], float)
    x, y, z = grid.to_points_mm(corner)
    nz, ny, nx = (len(range(*part.indices(length))) for part, length in zip(box, grid.shape, strict=True))
    return Grid((float(x), float(y), float(z)), grid.spacing_mm, (nz, ny, nx), grid.direction)


def _structures(masks: FoundMasks, grid: Grid, box: Box) -> dict[str, Structure]:
    found = {"body": masks.body, "skin": masks.skin, "lungs": masks.lungs, "bone": masks.bone}
    whole = {name: _pasted(mask, grid, box) for name, mask in found.items()}
    whole["air"] = ~whole["body"] | _pasted(masks.cavities, grid, box)
    return {name: Structure(name, mask, "automatic", reaches_edge(mask)) for name, mask in whole.items()}


def _pasted(mask: BoolArray, grid: Grid, box: Box) -> BoolArray:
    whole = np.zeros(grid.shape, bool)
    whole[box] = mask
    return whole


def _whole(part: TissueMap, grid: Grid, box: Box) -> TissueMap:
    """The tissue map on the image's grid, air around the part that was looked at."""
    index = np.full(grid.shape, AIR, np.uint8)
    index[box] = part.material_index
    density = np.full(grid.shape, tissue_palette().materials[AIR].density_g_cm3, np.float32)
    density[box] = part.density_g_cm3
    return TissueMap(part.materials, index, density, part.tissue_of_material)
