"""The IORT column of a comparison: a plan's DVHs in physical dose and EQD2, and what its course is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from openiort.biology.checks import Values
from openiort.biology.endpoint import Endpoint
from openiort.biology.equivalent_dose import single_dose_eqd2_Gy
from openiort.core.units import SECONDS_PER_MINUTE
from openiort.plan.compared_side import IORT, ComparedSide
from openiort.plan.compared_structures import NOT_CONTOURED, PLAN_ROWS
from openiort.plan.dvh import DVH
from openiort.plan.external_dvhs import EQD2, structure_endpoint
from openiort.plan.plan import Plan

EMPTY = "no part of it lies in the scan"


def plan_side(plan: Plan) -> ComparedSide:
    """The column of a plan on a CT: rows of `PLAN_ROWS`, and of each that she has none, why."""
    physical, missing = {}, {}
    for name in PLAN_ROWS:
        dvh = plan.dvhs.get(name)
        if dvh is None or not dvh.dose_Gy.size:
            missing[name] = NOT_CONTOURED if dvh is None else EMPTY
        else:
            physical[name] = dvh
    endpoints = {name: structure_endpoint(name) for name in physical}
    eqd2 = {name: eqd2_dvh(dvh, endpoints[name].nominal(), plan.treatment_time_s) for name, dvh in physical.items()}
    return ComparedSide(IORT, "", _facts(plan), physical, eqd2, endpoints, missing, _notes(plan))


def eqd2_dvh(dvh: DVH, endpoint: Endpoint, delivery_time_s: float) -> DVH:
    """A DVH of one dose of 50 kV x-rays in EQD2: which rises with dose, so order and volumes stay."""

    def eqd2(dose_Gy: Values) -> NDArray[np.float64]:
        return single_dose_eqd2_Gy(dose_Gy, endpoint, delivery_time_s=delivery_time_s)

    highest = None if dvh.maximum_Gy is None else float(eqd2(dvh.maximum_Gy))
    return replace(dvh, dose_Gy=eqd2(dvh.dose_Gy), maximum_Gy=highest, band=None, medium=f"{EQD2}, {dvh.medium}",
                   prescription_Gy=float(eqd2(dvh.prescription_Gy)))


def _facts(plan: Plan) -> tuple[tuple[str, str], ...]:
    asked = plan.prescription
    return (
        ("schedule", f"{asked.dose_Gy:g} Gy at once, at {asked.depth_mm:g} mm from a sphere of "
         f"{plan.applicator.diameter_mm:g} mm"),
        ("100 %", f"{asked.dose_Gy:g} Gy to water in water; dose scale {asked.dose_scale}"),
        ("visits", "1, in the operation"),
        ("calendar days", "1"),
        ("dose", f"{plan.device.name}, D_m,m, {plan.treatment_time_s / SECONDS_PER_MINUTE:.0f} min of irradiation"),
    )


def _notes(plan: Plan) -> tuple[str, ...]:
    cut = [name for name in PLAN_ROWS if name in plan.dvhs and plan.dvhs[name].cut_by_scan]
    return ((f"the scan cuts {', '.join(cut)}: means and volumes are those of the part that was scanned",) if cut
            else ())
