"""What the page says, as strings: numbers rounded for reading, text from outside made fit to be shown."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from typing import Any

from openiort.plan.placement import NEAR_mm, VERY_NEAR_SKIN_mm
from openiort.plan.plan import Plan, Range
from openiort.plan.plan_record import NOT_A_MEDICAL_DEVICE
from openiort.report import wording
from openiort.report.plain_text import dicom_date, person_name, plain_text
from openiort.report.wording import minutes_seconds
from openiort.version import __version__

Clean = Callable[[str, int], str]
MINUS = "\N{MINUS SIGN}"
WARNING_LINES, LINE_CHARACTERS, LONGEST_WARNING = 6, 118, 350
DVH_ROWS, DEPTH_ROWS = 7, 8
DVH_COLUMNS = {"volume": "volume_cc", "mean": "mean_Gy", "D2cc": "D2cc_Gy", "D0.1cc": "D0.1cc_Gy", "D95": "D95_Gy",
               "V90": "V90_percent", "V50": "V50_percent"}  # fmt: skip
DVH_UNITS = {"volume": "cc", "V90": "%", "V50": "%"}
VERDICTS = {"pass": "within 3 %", "review": "3 to 5 %: find out why", "stop": "above 5 %: do not use"}
SHORT_HASH = 12
LONGEST_PROVENANCE = 480


def page_data(plan: Plan, *, deidentify: bool = False, known: frozenset[int] | None = None,
              made: datetime.datetime | None = None) -> dict[str, Any]:
    """The template's data.

    Args:
        plan: what to show.
        deidentify: leave out all that the clinic knows her by.
        known: code points that the page's font has; None for any.
        made: date and time to put on it; None for none.
    """

    def clean(text: str, longest: int = 90) -> str:
        return plain_text(text, longest, known)

    warnings, more = shown_warnings([clean(text, LONGEST_WARNING) for text in plan.warnings])
    return {
        "title": f"OpenIORT plan {clean(plan.patient.pseudonym)}",
        "disclaimer": NOT_A_MEDICAL_DEVICE,
        "identity": _identity(plan, deidentify, clean),
        "setup": _setup(plan, clean),
        "time": minutes_seconds(plan.treatment_time_s),
        "time_word": clean(f"{plan.device.time_word} treatment time".strip()),
        "other_times": [f"{minutes_seconds(time_s)} min:s on {scale}" for scale, time_s in plan.times_by_scale.items()
                        if scale != plan.prescription.dose_scale],
        "check": _check(plan, clean),
        "prescription": _prescription(plan),
        "distances": _distances(plan),
        "warnings": warnings,
        "more_warnings": more,
        "depth_table": _depth_table(plan),
        "tissue_effect": _tissue_effect(plan) or "not known",
        "uncertainty": f"{plan.relative_uncertainty_percent:.1f} %",
        "dvh_table": _dvh_table(plan, clean),
        "automatic": all(plan.patient.structures[name].origin == "automatic" for name in plan.dvhs
                         if name in plan.patient.structures),
        "v100_note": plan.prescription.depth_mm == 0,
        "provenance": clean(_provenance(plan), LONGEST_PROVENANCE),
        "created": [made.year, made.month, made.day, made.hour, made.minute, made.second] if made else None,
        "date": made.strftime("%Y-%m-%d %H:%M %Z").strip() if made else "",
    }


def signed(value: float, digits: int = 1) -> str:
    """A number with its sign, a true minus among them."""
    return f"{value:+.{digits}f}".replace("-", MINUS)


def shown_warnings(warnings: list[str]) -> tuple[list[str], int]:
    """Those that fit, most serious first, and how many do not."""
    used, shown = 0, 0
    for text in warnings:
        used += -(-len(text) // LINE_CHARACTERS)
        if used > WARNING_LINES:
            break
        shown += 1
    return warnings[:shown], len(warnings) - shown


def _tissue_effect(plan: Plan) -> str:
    sigma = plan.tissue_effect_uncertainty_percent
    return ", ".join(f"{signed(value)} ± {sigma[depth]:.1f} % at {depth:g} mm"
                     for depth, value in sorted(plan.tissue_effect_percent.items()))


def _identity(plan: Plan, deidentify: bool, clean: Clean) -> list[dict[str, str]]:
    who = plan.patient.identity
    pairs = [("patient", person_name(who.patient_name)), ("patient ID", who.patient_id),
             ("birth date", dicom_date(who.birth_date)), ("CT of", dicom_date(who.study_date))]
    if deidentify:
        pairs = [("patient", "de-identified")]
    shown = [{"label": label, "value": clean(value, 90) or "not in the CT"} for label, value in pairs]
    return shown


def _setup(plan: Plan, clean: Clean) -> list[dict[str, str]]:
    centre = "  ".join(f"{axis} {value:.1f}".replace("-", MINUS) for axis, value in
                       zip("xyz", plan.centre_mm, strict=True))
    return [
        {"label": "pseudonym", "value": clean(plan.patient.pseudonym, 90)},
        {"label": "site and applicator", "value": f"breast, sphere {plan.applicator.diameter_mm:g} mm"},
        {"label": f"device ({plan.applicator.output_mark} output)", "value": clean(plan.device.name, 60)},
        {"label": "centre, DICOM coordinates (mm)", "value": centre},
    ]


def _check(plan: Plan, clean: Clean) -> dict[str, str]:
    check = plan.second_check
    verdict = check.verdict if check.verdict in VERDICTS else "stop"
    return {
        "kind": verdict,
        "word": verdict.upper(),
        "meaning": VERDICTS[verdict],
        "time": minutes_seconds(check.time_s),
        "difference": f"{signed(check.difference_percent)} %",
        "source": clean(check.source.removeprefix("what:").split(";")[0], 100),
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


def _depth_table(plan: Plan) -> list[list[str]]:
    depths = sorted(set(plan.water_depth_dose_Gy) | set(plan.patient_medium_depth_dose_Gy))
    return [
        [f"{depth:g}", _dose(plan.water_depth_dose_Gy.get(depth)), *_range(plan.patient_water_depth_dose_Gy.get(depth)),
         *_range(plan.patient_medium_depth_dose_Gy.get(depth))]
        for depth in depths[:DEPTH_ROWS]
    ]  # fmt: skip


def _range(dose: Range | None) -> list[str]:
    return ["", ""] if dose is None else [_dose(dose.mean), f"{_dose(dose.min)}\N{EN DASH}{_dose(dose.max)}"]


def _dose(value_Gy: float | None) -> str:
    if value_Gy is None:
        return ""
    return f"{value_Gy:.1f}" if value_Gy >= 9.995 else f"{value_Gy:.2f}"


def _dvh_table(plan: Plan, clean: Clean) -> dict[str, Any]:
    rows = []
    for name, dvh in list(plan.dvhs.items())[:DVH_ROWS]:
        figures = dvh.figures()
        cut = " *" if dvh.cut_by_scan else ""
        rows.append([clean(name, 40) + cut, *(_figure(figures[key], key) for key in DVH_COLUMNS.values())])
    return {
        "head": [{"name": name, "unit": DVH_UNITS.get(name, "Gy")} for name in DVH_COLUMNS],
        "rows": rows,
        "cut": any(dvh.cut_by_scan for dvh in plan.dvhs.values()),
        "more": max(0, len(plan.dvhs) - DVH_ROWS),
    }


def _figure(value: float | bool | str | None, key: str) -> str:
    if not isinstance(value, float):
        return "\N{EN DASH}"
    if key.endswith("_percent"):
        return f"{value:.1f}"
    return f"{value:.0f}" if value >= 1000 else f"{value:.3g}" if value >= 100 else _dose(value)


def _provenance(plan: Plan) -> str:
    """Version, seed and hashes in one line; what is nested (libraries, tables) stands in plan.json."""
    known = {key: value for key, value in plan.provenance.items() if not isinstance(value, Mapping | list | tuple)}
    version = known.pop("openiort_version", __version__)
    parts = [f"{key.replace('_', ' ')} {_short(key, value)}" for key, value in known.items()]
    stages = f"calculated in {sum(plan.elapsed_s.values()):.0f} s"
    return " · ".join([f"OpenIORT {version}", *parts, stages, "all versions and hashes in plan.json"])


def _short(key: str, value: Any) -> str:
    """A value for the page: hashes cut short, counts in groups of three digits."""
    if isinstance(value, int) and not isinstance(value, bool) and key != "seed":
        return f"{value:,}".replace(",", "\N{NARROW NO-BREAK SPACE}")
    text = str(value)
    is_hash = len(text) >= 16 and all(character in "0123456789abcdef" for character in text)
    return text[:SHORT_HASH] if is_hash else text
