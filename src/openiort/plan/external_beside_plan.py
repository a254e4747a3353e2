"""The EBRT column beside a plan: doses from outside on her anatomy as scanned, in the plan's rows."""

from __future__ import annotations

from dataclasses import replace

from openiort.external.external_dose import NOMINAL, TANGENTS, ExternalDose
from openiort.patient.placed_structure import PlacedStructure
from openiort.plan.compared_side import ComparedSide, external_side
from openiort.plan.compared_structures import BED, NOT_CONTOURED, PLAN_ROWS
from openiort.plan.external_anatomy import BREAST
from openiort.plan.plan import Plan

NEEDS_TANGENTS = "needs tangents: `openiort compare PLAN --tangents`"
NO_SKIN_DOSE = "no skin dose: voxels of 3 mm and missing electrons"
AS_SCANNED = ("the tissue gave way to the sphere for IORT; external beams come weeks later, so their doses are those "
              "in the anatomy as scanned, lump included")
AT_MEGAVOLTAGE = ("goals of D_m,m and of D_w are both judged by this dose: at megavoltage they are hardly apart, but "
                  "in bone")


def external_beside_plan(plan: Plan, courses: tuple[ExternalDose, ...], structures: dict[str, PlacedStructure],
                         needs: str = NEEDS_TANGENTS) -> ComparedSide:
    """The column.

    Args:
        plan: whose rows are shown.
        courses: one or more, in the order in which they are given.
        structures: of `external_anatomy`.
        needs: what is said of organs where the dose is nominal.
    """
    no_skin = any(one.origin == TANGENTS for one in courses) and "skin" in structures
    side = external_side(courses, {name: one for name, one in structures.items() if name != "skin" or not no_skin}, {})
    gaps = {name: side.missing.get(name, NOT_CONTOURED) for name in PLAN_ROWS if name not in side.physical}
    if any(one.origin == NOMINAL for one in courses):
        gaps |= {name: needs for name in gaps if name in structures and name not in (BED, BREAST)}
    gaps |= {"skin": NO_SKIN_DOSE} if no_skin else {}
    moved = (AS_SCANNED,) if plan.patient_before is not None else ()
    return replace(side, missing=gaps, notes=(*side.notes, *moved, AT_MEGAVOLTAGE))
