"""The anatomy that external beams meet, as scanned, in structures of the same names as a plan's DVHs.

Weeks after the operation nothing of the sphere is left. Where the tissue gave way for the plan, the scanned anatomy is
taken, not the moved one; the rim of the tumour bed is the same 10 mm around the sphere's place in both.
"""

from __future__ import annotations

import numpy as np

from openiort.core.errors import InputError
from openiort.external.external_dose import IMPORTED, ExternalDose
from openiort.external.treated_breast import treated_breast
from openiort.patient.patient import Patient
from openiort.patient.placed_structure import PlacedStructure
from openiort.patient.sides import SAME_SIDE, side_of, structures_by_side
from openiort.patient.structure import Structure
from openiort.plan.compared_structures import BED, PLAN_ROWS
from openiort.plan.plan import Plan
from openiort.plan.target_volume import MARGIN_mm

BREAST = f"{SAME_SIDE} breast"


def scanned(plan: Plan) -> Patient:
    """Her anatomy as scanned."""
    return plan.patient_before or plan.patient


def treated_side(plan: Plan) -> str:
    """`left` or `right`: of the breast that the applicator lies in."""
    return side_of(scanned(plan), plan.centre_mm)


def external_anatomy(plan: Plan, courses: tuple[ExternalDose, ...]) -> dict[str, PlacedStructure]:
    """Structures in which doses from outside are asked for; a breast that nobody drew is that of the fields."""
    patient = scanned(plan)
    found = {**structures_by_side(patient, plan.centre_mm), **patient.structures, BED: bed_rim(plan, patient)}
    if BREAST not in found and any(one.origin != IMPORTED for one in courses):
        breast = found_breast(plan)
        found |= {} if breast is None else {BREAST: breast}
    return {name: PlacedStructure(found[name], patient.image.grid)
            for name in PLAN_ROWS if name in found and found[name].touched.any()}


def found_breast(plan: Plan) -> Structure | None:
    """The breast on the applicator's side, drawn or found; None where there is none."""
    try:
        return treated_breast(scanned(plan), treated_side(plan))[1]
    except InputError:
        return None


def bed_rim(plan: Plan, patient: Patient) -> Structure:
    """What lies within 10 mm of the sphere's place, in the body and not in bone; voxels belong to it whole."""
    grid = patient.image.grid
    radius_mm = plan.applicator.radius_mm
    reach = (radius_mm + MARGIN_mm) / np.array(grid.spacing_mm)[::-1] + 1.0
    middle = grid.to_index(np.array(plan.centre_mm))
    low = np.clip(np.floor(middle - reach).astype(int), 0, grid.shape)
    high = np.clip(np.ceil(middle + reach).astype(int) + 1, low, grid.shape)
    axes = (np.arange(a, b) for a, b in zip(low, high, strict=True))
    index = np.stack(np.meshgrid(*axes, indexing="ij"), -1).astype(float)
    far_mm = np.linalg.norm(grid.to_points_mm(index) - np.array(plan.centre_mm), axis=-1)
    mask = np.zeros(grid.shape, bool)
    box = tuple(map(slice, low, high))
    mask[box] = (far_mm > radius_mm) & (far_mm <= radius_mm + MARGIN_mm)
    return Structure(BED, mask & patient.structure("body").mask & ~patient.structure("bone").mask)


