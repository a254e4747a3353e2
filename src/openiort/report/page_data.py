"""What the two pages say, as strings: numbers rounded for reading, text from outside made fit to be shown.

Here is what decides (first page); tables of dose come from `dose_tables`, the second page from `evidence_data`.
"""

from __future__ import annotations

import datetime
from typing import Any

from openiort.patient.sides import side_of
from openiort.plan.placement import NEAR_mm, VERY_NEAR_SKIN_mm
from openiort.plan.plan import Plan
from openiort.plan.plan_record import NOT_A_MEDICAL_DEVICE
from openiort.report import wording
from openiort.report.dose_tables import depth_table, dvh_caption, dvh_table, key_structures
from openiort.report.evidence_data import check_rows, device_rows, insertion_block, tissue_table
from openiort.report.goal_rows import goal_rows
from openiort.report.plain_text import Clean, dicom_date, person_name, plain_text
from openiort.report.version_rows import version_rows
from openiort.report.wording import MINUS, minutes_seconds, short_hash, signed
from openiort.version import __version__

MOST_NOTES, LONGEST_NOTE = 4, 230
TO_FILL_IN = "_" * 18
WARNING_LINES, LINE_CHARACTERS, LONGEST_WARNING = 6, 118, 350
VERDICTS = {"pass": "within 3 %", "review": "3 to 5 %: find out why", "stop": "above 5 %: do not use"}


def page_data(plan: Plan, *, deidentify: bool = False, known: frozenset[int] | None = None,
              made: datetime.datetime | None = None, with_insertion: bool = False) -> dict[str, Any]:
    """The template's data.

    Args:
        plan: what to show.
        deidentify: leave out all that the clinic knows her by.
        known: code points that the page's font has; None for any.
        made: date and time to put on it; None for none.
        with_insertion: whether there is a figure of how the sphere came into the tissue.
    """

    def clean(text: str, longest: int = 90) -> str:
        return plain_text(text, longest, known)

    warnings, more = shown_warnings([clean(text, LONGEST_WARNING) for text in plan.warnings])
    date = made.strftime("%Y-%m-%d %H:%M %Z").strip() if made else ""
    return {
        "title": f"OpenIORT plan {clean(plan.patient.pseudonym)}",
        "disclaimer": NOT_A_MEDICAL_DEVICE,
        "identity": _identity(plan, deidentify, clean),
        "running": _running(plan, deidentify, clean),
        "foot": " · ".join(part for part in (f"pseudonym {clean(plan.patient.pseudonym, 60)}",
                                             f"made {date}" if date else "", f"OpenIORT {__version__}") if part),
        "setup": _setup(plan, clean),
        "time": minutes_seconds(plan.treatment_time_s),
        "time_word": clean(f"{plan.device.time_word} treatment time".strip()),
        "other_times": [f"{minutes_seconds(time_s)} min:s on {scale}" for scale, time_s in plan.times_by_scale.items()
                        if scale != plan.prescription.dose_scale],
        "check": _check(plan),
        "prescription": _prescription(plan),
        "distances": _distances(plan),
        "warnings": warnings,
        "more_warnings": more,
        "notes": shown_notes([clean(text, LONGEST_NOTE) for text in plan.notes]),
        "goals": goal_rows(plan.goals, clean),
        "key_structures": key_structures(plan, clean),
        "tissue_effect": _tissue_effect(plan) or "not known",
        "uncertainty": f"{plan.relative_uncertainty_percent:.1f} %",
        "depth_uncertainty": f"{max(plan.patient_depth_dose_uncertainty_percent.values(), default=0.0):.2f} %",
        "depth_table": depth_table(plan),
        "dvh_table": dvh_table(plan, clean),
        "dvh_caption": dvh_caption(plan, clean),
        "automatic": all(plan.patient.structures[name].origin == "automatic" for name in plan.dvhs
                         if name in plan.patient.structures),
        "v100_note": plan.prescription.depth_mm == 0,
        "tissues": tissue_table(plan, clean),
        "insertion": insertion_block(plan, clean, with_figure=with_insertion),
        "device": device_rows(plan, clean),
        "check_rows": check_rows(plan, clean),
        "versions": version_rows(plan, clean),
        "created": [made.year, made.month, made.day, made.hour, made.minute, made.second] if made else None,
        "date": date,
    }


def shown_warnings(warnings: list[str]) -> tuple[list[str], int]:
    """Those that fit, most serious first, and how many do not."""
    used, shown = 0, 0
    for text in warnings:
        used += -(-len(text) // LINE_CHARACTERS)
        if used > WARNING_LINES:
            break
        shown += 1
    return warnings[:shown], len(warnings) - shown


def shown_notes(notes: list[str]) -> list[str]:
    """The last ones, which say what the dose lies on, before those of the input; what does not fit is counted."""
    ordered = notes[::-1]
    more = len(ordered) - MOST_NOTES
    return ordered[:MOST_NOTES] + ([f"and {more} more notes in plan.json"] if more > 0 else [])


def _tissue_effect(plan: Plan) -> str:
    sigma = plan.tissue_effect_uncertainty_percent
    return ", ".join(f"{signed(value)} ± {sigma[depth]:.1f} % at {depth:g} mm"
                     for depth, value in sorted(plan.tissue_effect_percent.items()))


def _identity(plan: Plan, deidentify: bool, clean: Clean) -> list[dict[str, str]]:
    who = plan.patient.identity
    pairs = [("patient", person_name(who.patient_name)), ("patient ID", who.patient_id),
             ("birth date", dicom_date(who.birth_date)), ("CT of", dicom_date(who.study_date))]
    if plan.patient.layers:
        pairs[-1] = ("phantom of", "")
    if deidentify:
        pairs = [("patient", "de-identified")]
    missing = TO_FILL_IN if plan.patient.layers else "not in the CT"
    return [{"label": label, "value": clean(value, 90) or missing} for label, value in pairs]


def _running(plan: Plan, deidentify: bool, clean: Clean) -> str:
    """Whose page the second is, should the two be parted."""
    who = plan.patient.identity
    parts = ["de-identified"] if deidentify else [person_name(who.patient_name), who.patient_id]
    if plan.patient.layers and not deidentify:
        parts = [f"patient {TO_FILL_IN}"]
    input_hash = f"input {short_hash(plan.patient.input_sha256)}"
    return " · ".join([*(shown for part in parts if (shown := clean(part, 45))), clean(plan.patient.pseudonym, 45),
                       input_hash])


def _setup(plan: Plan, clean: Clean) -> list[dict[str, str]]:
    centre = "  ".join(f"{axis} {value:.1f}".replace("-", MINUS) for axis, value in
                       zip("xyz", plan.centre_mm, strict=True))
    return [
        {"label": "pseudonym", "value": clean(plan.patient.pseudonym, 90)},
        {"label": "site and applicator",
         "value": f"{_side(plan)}breast, sphere {plan.applicator.diameter_mm:g} mm"},
        {"label": f"device ({plan.applicator.output_mark} output)", "value": clean(plan.device.exact_name, 60)},
        {"label": "applicator", "value": "in flat layers"} if plan.patient.layers else
        {"label": "centre, DICOM coordinates (mm)", "value": centre},
    ]


def _side(plan: Plan) -> str:
    side = side_of(plan.patient, plan.centre_mm)
    return f"{side} " if side else ""


def _check(plan: Plan) -> dict[str, str]:
    check = plan.second_check
    verdict = check.verdict if check.verdict in VERDICTS else "stop"
    return {
        "kind": verdict,
        "word": verdict.upper(),
        "meaning": VERDICTS[verdict],
        "time": minutes_seconds(check.time_s),
        "difference": f"{signed(check.difference_percent)} %",
    }


def _prescription(plan: Plan) -> dict[str, str]:
    asked = plan.prescription
    place = "at the applicator's surface" if asked.depth_mm == 0 else f"at {asked.depth_mm:g} mm from the surface"
    return {"dose": f"{asked.dose_Gy:g} Gy", "place": place, "scale": asked.dose_scale}


def _distances(plan: Plan) -> list[dict[str, str]]:
    rows = []
    for name, distance in plan.distances_mm.items():
        level = "fine"
        if distance is not None and distance < NEAR_mm:
            level = "very near" if name == "skin" and distance < VERY_NEAR_SKIN_mm else "near"
        rows.append({"name": plain_text(name, 16), "value": wording.distance(distance), "level": level})
    return rows
