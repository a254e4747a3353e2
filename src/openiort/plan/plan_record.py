"""The plan as one JSON object: what `plan.json` holds and `openiort plan --json` prints.

It knows the patient by her pseudonym only. Doses, times and percentages carry six significant digits, what was asked
(centre, prescription) and the provenance carry all; a figure that does not exist is null.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np

from openiort.device.catalogue import Applicator, time_origin
from openiort.plan.goals import GoalResult
from openiort.plan.plan import Plan, Range
from openiort.plan.tissue_shares import near_applicator

PROGRAM = "OpenIORT"
FORMAT = 1
NOT_A_MEDICAL_DEVICE = "Not a medical device: for research, education and independent checking."
UNITS = (
    "doses in Gy, lengths in mm, times in s, volumes in cc; centre_mm in DICOM patient coordinates (x to her left, "
    "y to her back, z to her head); depths from the applicator's surface; uncertainties are standard (k=1)"
)
V100_NOTE = (
    "V100 of a prescription to the surface is 0 by construction in water: the dose falls from the surface on, so no "
    "volume gets all of it"
)
SIGNIFICANT_DIGITS = 6


def plan_record(plan: Plan) -> dict[str, Any]:
    """Everything in the plan but its images and dose grids, ready for `json.dumps`: no NaN, no NumPy, no name."""
    record = _asked(plan) | _calculated(plan) | _said(plan)
    rounded: dict[str, Any] = json_ready(record, SIGNIFICANT_DIGITS)
    exact = {"prescription": _prescription(plan), "centre_mm": plan.centre_mm, "provenance": plan.provenance,
             "applicator": _applicator(plan.applicator),
             "options": {"patient": plan.patient.options, "plan": plan.options}}
    rounded |= json_ready(exact)
    return rounded


def _asked(plan: Plan) -> dict[str, Any]:
    device = plan.device
    return {
        "program": PROGRAM,
        "format": FORMAT,
        "not_a_medical_device": NOT_A_MEDICAL_DEVICE,
        "units": UNITS,
        "pseudonym": plan.patient.pseudonym,
        "device": {"name": device.name, "title": device.title, "time_word": device.time_word,
                   "sources": device.sources, "site": _site(plan)},
        "applicator": None,
        "centre_mm": None,
        "prescription": None,
        "options": None,
        "dose_scale": plan.prescription.dose_scale,
    }


def _applicator(applicator: Applicator) -> dict[str, Any]:
    return {
        "diameter_mm": applicator.diameter_mm,
        "spectrum": applicator.spectrum,
        "photons_per_minute": applicator.photons_per_minute,
        "output_mark": applicator.output_mark,
        "surface_time_min": applicator.surface_time_min,
    }


def _site(plan: Plan) -> dict[str, Any] | None:
    """What the site states about the tables that the time rests on; None for a device of the catalogue."""
    site = plan.device.site
    if site is None:
        return None
    fitted, sigma = ({"source": one.source_mm_Al, "hardening": one.hardening_mm_Al} if one else None
                     for one in (site.fitted, site.fitted and site.fitted_uncertainty))
    return {
        "version": site.version, "model": site.model, "source_id": site.source_id, "measured_by": site.measured_by,
        "calibrated": site.calibrated, "output_factor": site.output_factor, "output_date": site.output_date,
        "output_origin": site.output_origin, "dose_scales": site.dose_scales, "fitted_filters_mm_Al": fitted,
        "fitted_filters_uncertainty_mm_Al": sigma, "fitted_filters_correlation": site.fitted_uncertainty.correlation,
    }


def _prescription(plan: Plan) -> dict[str, Any]:
    return {
        "dose_Gy": plan.prescription.dose_Gy,
        "depth_mm": plan.prescription.depth_mm,
        "dose_scale": plan.prescription.dose_scale,
        "quantity": "dose to water in homogeneous water",
    }


def _calculated(plan: Plan) -> dict[str, Any]:
    check = plan.second_check
    return {
        "treatment_time_s": plan.treatment_time_s,
        "treatment_time_is": time_origin(plan.device),
        "times_by_scale_s": dict(plan.times_by_scale),
        "depth_dose_Gy": {
            "water": _by_depth(plan.water_depth_dose_Gy),
            "patient_Dw": _by_depth(plan.patient_water_depth_dose_Gy),
            "patient_Dm": _by_depth(plan.patient_medium_depth_dose_Gy),
        },
        "water_depth_dose_uncertainty_percent": _by_depth(plan.water_depth_dose_uncertainty_percent),
        "patient_depth_dose_uncertainty_percent": _by_depth(plan.patient_depth_dose_uncertainty_percent),
        "tissue_effect_percent": _by_depth(plan.tissue_effect_percent),
        "tissue_effect_uncertainty_percent": _by_depth(plan.tissue_effect_uncertainty_percent),
        "dvh": {name: dvh.figures() for name, dvh in plan.dvhs.items()},
        "dvh_to_water": {name: dvh.figures() for name, dvh in plan.water_dvhs.items()},
        "dvh_uncertainty": {name: dvh.uncertainties() for name, dvh in plan.dvhs.items()},
        "dvh_to_water_uncertainty": {name: dvh.uncertainties() for name, dvh in plan.water_dvhs.items()},
        "dvh_note": V100_NOTE if plan.prescription.depth_mm == 0 else None,
        "distances_mm": dict(plan.distances_mm),
        "distances_before_mm": dict(plan.distances_before_mm) or None,
        "insertion": asdict(plan.insertion),
        "relative_uncertainty_percent": plan.relative_uncertainty_percent,
        "second_check": {"time_s": check.time_s, "difference_percent": check.difference_percent,
                         "verdict": check.verdict, "source": check.source},
        "goals": [goal_record(result) for result in plan.goals],
        "tissue_volume_fractions": tissue_volume_fractions(plan),
    }


def goal_record(result: GoalResult) -> dict[str, Any]:
    """One goal and how it is met."""
    goal = result.goal
    return {
        "goal": goal.text, "result": result.result, "value": result.value,
        "uncertainty": result.sigma, "unit": goal.unit, "reason": result.reason,
        "structure": goal.structure, "metric": goal.metric, "medium": goal.medium, "sign": goal.sign,
        "limit": goal.limit, "source": goal.source, "to_be_confirmed": goal.to_be_confirmed,
    }  # fmt: skip


def _said(plan: Plan) -> dict[str, Any]:
    return {
        "warnings": plan.warnings,
        "notes": (*plan.patient.notes, *(note for note in plan.notes if note not in plan.patient.notes)),
        "elapsed_s": dict(plan.elapsed_s),
        "provenance": None,
    }


def _by_depth(values: Mapping[float, float | Range]) -> dict[str, Any]:
    """Depths in mm as JSON keys: `0`, `1`, `10`."""
    return {
        f"{depth:g}": {"mean": value.mean, "min": value.min, "max": value.max} if isinstance(value, Range) else value
        for depth, value in sorted(values.items())
    }


def tissue_volume_fractions(plan: Plan) -> dict[str, dict[str, float]]:
    """Share of each plain tissue in the body and in what lies 0-10 mm from the applicator's surface."""
    body = plan.patient.structure("body").mask
    near = near_applicator(plan.patient, plan.centre_mm, plan.applicator.radius_mm)
    tissues = plan.patient.tissues
    return {
        "body": tissues.volume_fractions(body),
        "0-10 mm from the applicator": tissues.volume_fractions(near & body),
    }


def json_ready(value: Any, digits: int | None = None) -> Any:
    """Plain Python of a nested value: tuples and arrays become lists, NumPy scalars plain, NaN and infinity null.

    Args:
        value: mappings, sequences, arrays, scalars, dates.
        digits: significant digits of floats; None keeps them all.

    Raises:
        TypeError: anything else (a path, for instance, which has no place in a record).
    """
    if isinstance(value, Mapping):
        return {str(key): json_ready(item, digits) for key, item in value.items()}
    if isinstance(value, np.ndarray | np.generic):
        return json_ready(value.tolist(), digits)
    if isinstance(value, list | tuple | set | frozenset):
        return [json_ready(item, digits) for item in value]
    if isinstance(value, float):
        if not math.isfinite(value):
            return None
        return value if digits is None else float(f"{value:.{digits}g}")
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, datetime.date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in a plan's record")
