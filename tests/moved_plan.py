"""A plan on tissue that has given way, with the made-up dose of the plan factory."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from openiort.patient.moved_patient import moved_patient
from openiort.plan.placement import distances_mm
from openiort.plan.plan import Plan
from tests import plan_factory
from tests.dicom.written_plan import scanned_patient

LUMP_cc, RADIUS_mm = 6.0, 15.0


@cache
def moved_plan() -> Plan:
    """On the CT of `scanned_patient`, whose frame of reference is not that of the plan."""
    before, centre = scanned_patient(), plan_factory.CENTRE_mm
    after, insertion = moved_patient(before, centre, RADIUS_mm, LUMP_cc, lump=f"{LUMP_cc:g} cc")
    plan = plan_factory.make_plan_for(after, fine_half_mm=30.0)
    return replace(plan, insertion=insertion, patient_before=before,
                   distances_mm=distances_mm(after, centre, RADIUS_mm),
                   distances_before_mm=distances_mm(before, centre, RADIUS_mm),
                   options={"lump_volume_cc": LUMP_cc})
