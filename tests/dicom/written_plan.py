"""A plan on a CT that was written and read, so that its slices have identifiers, and its DICOM files."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from openiort.dicom.read_ct import read_ct
from openiort.dicom.write_ct import write_ct
from openiort.patient.patient import Patient
from openiort.plan.plan import Plan
from tests import plan_factory

RADIUS_mm = 15.0


@cache
def scanned_patient() -> Patient:
    """The patient of the plan factory as she comes back from a CT on disk."""
    patient = plan_factory.make_patient()
    with TemporaryDirectory() as folder:
        write_ct(patient.image, patient.identity, Path(folder) / "ct", description="CT")
        scan = read_ct(Path(folder) / "ct")
    return replace(patient, image=scan.image, identity=scan.identity)


@cache
def scanned_plan() -> Plan:
    """A plan for her."""
    return plan_factory.make_plan_for(scanned_patient(), fine_half_mm=30.0, centre_mm=plan_factory.CENTRE_mm)
