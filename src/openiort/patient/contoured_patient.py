"""The anatomy with what a physician drew: contoured structures take the place of those found automatically.

A contoured body limits the body. Lungs are those drawn, together or left and right; where one lung is drawn the other
is looked for. Bone is what is drawn as bone; drawn ribs and sternum are added to the bone that is found. A drawn heart
is heart muscle, a drawn breast a mixture of fat and gland, drawn skin is skin. Anything else drawn has a dose-volume
histogram and changes no tissue. What is not drawn is found as without contours.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from openiort.core.errors import InputError
from openiort.core.grid import Grid
from openiort.core.progress import Progress, silent
from openiort.patient.anatomy import find_anatomy
from openiort.patient.body import SMALLEST_BODY_cc
from openiort.patient.contour_mask import contour_structure
from openiort.patient.contours import ContouredROI
from openiort.patient.given_masks import GivenMasks
from openiort.patient.image import CTImage
from openiort.patient.structure import HALF, WHOLE, Structure
from openiort.patient.structure_names import plain_names
from openiort.patient.tissue_map import TissueMap
from openiort.patient.voxel_space import BoolArray, bounding_box

CONTOURED = "contoured"
STEP = "contours"
LEFT_AND_RIGHT = ("left lung", "right lung")
PARTS_OF_BONE = ("ribs", "left ribs", "right ribs", "sternum")
BREAST = ("breast", "left breast", "right breast", "breasts")
# A layer of skin leaves most of the box around it empty.
OUTLINE, OUTLINE_WIDTH_mm, OUTLINE_FILLED = "skin outline", 50.0, 0.4

Structures = Mapping[str, Structure]


def contoured_structures(
    rois: Sequence[ContouredROI], grid: Grid, progress: Progress = silent
) -> tuple[dict[str, Structure], tuple[str, ...]]:
    """Structures by our name (`structure_names`), and notes on what was left out or had to be decided.

    Args:
        rois: of one structure set, in the coordinates of `grid`.
        grid: the image's.
        progress: told which is being filled.

    Raises:
        InputError: a contour cannot be used, or all of them lie outside the image.
    """
    solid = [roi for roi in rois if roi.has_volume]
    names, said = plain_names([roi.name for roi in solid])
    found: dict[str, Structure] = {}
    notes = [note for roi in rois for note in _left_out(roi)] + list(said)
    for number, roi in enumerate(solid):
        progress(STEP, number / len(solid), names[number])
        structure, more = contour_structure(roi, grid, names[number])
        notes += more
        if structure is not None:
            found[structure.name] = structure
    if solid and not found:
        raise InputError(
            f"all {len(solid)} contoured structures lie outside the scan",
            where="structure set",
            allowed="contours within the CT",
            fix="give the structures of this CT, or plan without them (--structures none)",
        )
    return found, tuple(notes)


def anatomy_with_contours(
    image: CTImage, drawn: Structures, *, skin_mm: float = 2.0, progress: Progress = silent
) -> tuple[dict[str, Structure], TissueMap, tuple[str, ...]]:
    """Structures, tissues and notes; with nothing drawn the same as `find_anatomy`.

    Args:
        image: the CT.
        drawn: contoured structures by name, on the image's grid.
        skin_mm: thickness of the skin where none is drawn.
        progress: told what is being looked for.

    Raises:
        InputError: no body, or a drawn one that is too small.
    """
    used, notes = _checked(drawn, image.grid)
    given = _given(used, image.grid)
    found, tissues, more = find_anatomy(image, given=given, skin_mm=skin_mm, progress=progress)
    both = _both_lungs(used)
    if both is not None:
        found["lungs"] = both
    return found | used, tissues, (*notes, *more)


def _left_out(roi: ContouredROI) -> list[str]:
    notes = []
    if not roi.has_volume:
        what = "holds only points" if len(roi.points) else "holds only open lines" if roi.open_lines else "is empty"
        return [f"contoured structure '{roi.name}' {what}: left out"]
    for count, what in ((len(roi.points), "point(s)"), (roi.open_lines, "open line(s)"),
                        (roi.too_short, "contour(s) of fewer than three points")):  # fmt: skip
        if count:
            notes.append(f"'{roi.name}': {count} {what} left out, which enclose nothing")
    return notes


def _checked(drawn: Structures, grid: Grid) -> tuple[dict[str, Structure], list[str]]:
    """What is drawn, with notes; a skin that is the body's outline under another name."""
    used = dict(drawn)
    notes = _check_body(used["body"], grid) if "body" in used else []
    if "skin" in used and _is_outline(used["skin"].mask, grid):
        skin = used.pop("skin")
        used[OUTLINE] = replace(skin, name=OUTLINE)
        notes.append("the contoured 'skin' is filled: it is an outline, and skin is found automatically")
    return used, notes


def _is_outline(skin: BoolArray, grid: Grid) -> bool:
    """Whether a skin is wide and filled instead of a layer."""
    part = skin[bounding_box(skin)]
    narrowest_mm = min(part.shape[1] * grid.spacing_mm[1], part.shape[2] * grid.spacing_mm[0])
    return narrowest_mm > OUTLINE_WIDTH_mm and float(part.mean()) > OUTLINE_FILLED


def _check_body(body: Structure, grid: Grid) -> list[str]:
    volume_cc = body.volume_cc(grid)
    if volume_cc < SMALLEST_BODY_cc:
        raise InputError(
            f"the contoured body has only {volume_cc:.0f} cc",
            where="structure set, the structure that means the body",
            allowed=f"at least {SMALLEST_BODY_cc:g} cc",
            fix="rename that structure or leave it out, or plan without the structures (--structures none)",
        )
    covered = int(body.mask.any(axis=(1, 2)).sum())
    if covered == grid.shape[0]:
        return []
    return [f"the body is contoured on {covered} of {grid.shape[0]} slices only: all beyond counts as air"]


def _given(drawn: Structures, grid: Grid) -> GivenMasks:
    lungs = [drawn[name] for name in LEFT_AND_RIGHT if name in drawn]
    whole = _union(drawn, ("lungs",) if "lungs" in drawn else LEFT_AND_RIGHT if len(lungs) == 2 else ())
    return GivenMasks(
        body=_union(drawn, ("body",)),
        skin=_union(drawn, ("skin",)),
        lungs=whole,
        one_lung=lungs[0].mask if whole is None and lungs else None,
        bone=_union(drawn, ("bone",)),
        some_bone=_union(drawn, PARTS_OF_BONE),
        heart=_union(drawn, ("heart",)),
        breast=_union(drawn, BREAST),
    )


def _union(drawn: Structures, names: Sequence[str]) -> BoolArray | None:
    masks = [drawn[name].mask for name in names if name in drawn]
    return np.logical_or.reduce(masks) if masks else None


def _both_lungs(drawn: Structures) -> Structure | None:
    """Left and right lung as `lungs`, where both are drawn and the two together are not."""
    if "lungs" in drawn or not all(name in drawn for name in LEFT_AND_RIGHT):
        return None
    lung = [drawn[name] for name in LEFT_AND_RIGHT]
    shares = [WHOLE * s.mask.astype(np.uint16) if s.share_255 is None else s.share_255.astype(np.uint16) for s in lung]
    share_255 = np.minimum(shares[0] + shares[1], WHOLE).astype(np.uint8)
    return Structure("lungs", share_255 >= HALF, CONTOURED, any(s.cut_by_scan for s in lung), share_255)
