"""OpenIORT says who may have low-kV IORT of early breast cancer, and plans it. It is not a medical device.

    import openiort as oi
    patient = oi.read_patient("folder of a CT")
    plan = oi.make_plan(patient, applicator_mm=30, at_mm=(-88.2, -222.9, -587.0), dose_Gy=20)
    oi.save_plan(plan, "plan")
    oi.compare_treatments(plan, "40/15")  # next to external-beam radiotherapy
    oi.assess(oi.read_candidate("candidate.toml"))  # who may have it, by which guideline and why
"""

from __future__ import annotations

from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any

from openiort.core.display import register_display
from openiort.version import __version__

if TYPE_CHECKING:
    from openiort.core.errors import InputError
    from openiort.device.catalogue import device_names, read_device
    from openiort.dicom.read_patient import read_patient
    from openiort.patient.layered_patient import layered_patient
    from openiort.patient.patient import Patient
    from openiort.plan.comparison import compare_treatments
    from openiort.plan.goals import read_goals
    from openiort.plan.make_plan import make_plan
    from openiort.plan.plan import Plan
    from openiort.report.plan_difference import plan_difference
    from openiort.report.plan_folder import save_plan
    from openiort.report.saved_plan import read_plan
    from openiort.select.assess import assess
    from openiort.select.candidate import Candidate
    from openiort.select.read_candidate import read_candidate

__all__ = [
    "Candidate",
    "InputError",
    "Patient",
    "Plan",
    "__version__",
    "assess",
    "compare_treatments",
    "device_names",
    "layered_patient",
    "make_plan",
    "plan_difference",
    "read_candidate",
    "read_device",
    "read_goals",
    "read_patient",
    "read_plan",
    "save_plan",
]

# Imported at first use: `import openiort` and `openiort device list` stay free of Numba, SciPy and pydicom.
_HOME = {
    "Candidate": "openiort.select.candidate",
    "InputError": "openiort.core.errors",
    "Patient": "openiort.patient.patient",
    "Plan": "openiort.plan.plan",
    "assess": "openiort.select.assess",
    "compare_treatments": "openiort.plan.comparison",
    "device_names": "openiort.device.catalogue",
    "layered_patient": "openiort.patient.layered_patient",
    "make_plan": "openiort.plan.make_plan",
    "read_candidate": "openiort.select.read_candidate",
    "read_device": "openiort.device.catalogue",
    "plan_difference": "openiort.report.plan_difference",
    "read_goals": "openiort.plan.goals",
    "read_patient": "openiort.dicom.read_patient",
    "read_plan": "openiort.report.saved_plan",
    "save_plan": "openiort.report.plan_folder",
}

# What a patient and a plan call to show themselves; drawn by report/, which they may not import.
_DRAWN_BY = {"plan": "show_plan", "plan_html": "plan_html", "patient": "show_patient", "patient_html": "patient_html"}


def _draw(name: str, value: Any) -> Any:
    return getattr(import_module("openiort.report.notebook"), _DRAWN_BY[name])(value)


for _name in _DRAWN_BY:
    register_display(_name, partial(_draw, _name))


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'openiort' has no attribute '{name}'")
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
