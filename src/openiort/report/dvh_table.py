"""The DVH figures as a table: one row a structure, in a CSV with a head of `#` lines."""

from __future__ import annotations

import csv
import io

from openiort.plan.plan import Plan
from openiort.plan.plan_record import NOT_A_MEDICAL_DEVICE, SIGNIFICANT_DIGITS, V100_NOTE
from openiort.report.plain_text import plain_text
from openiort.version import __version__

OF_THE_VOLUME = ("medium", "volume_cc", "covered_percent", "cut_by_scan")
Figure = float | bool | str | None


def dvh_table(plan: Plan) -> str:
    """The content of `dvh.csv`; a figure that does not exist is empty."""
    rows = {name: dvh.figures() | _to_water(plan, name) for name, dvh in plan.dvhs.items()}
    columns = list(dict.fromkeys(key for figures in rows.values() for key in figures))
    text = io.StringIO()
    text.writelines(f"# {line}\n" for line in _head(plan))
    table = csv.writer(text, lineterminator="\n")
    table.writerow(["structure", *columns])
    table.writerows([plain_text(name), *(_cell(figures.get(key)) for key in columns)] for name, figures in rows.items())
    return text.getvalue()


def _to_water(plan: Plan, name: str) -> dict[str, Figure]:
    """The figures that depend on the dose once more, of D_w: `D2cc_to_water_Gy`."""
    if name not in plan.water_dvhs:
        return {}
    figures = plan.water_dvhs[name].figures()
    split = ((key.rpartition("_"), value) for key, value in figures.items() if key not in OF_THE_VOLUME)
    return {f"{stem}_to_water_{unit}": value for (stem, _, unit), value in split}


def _head(plan: Plan) -> list[str]:
    asked = plan.prescription
    lines = [
        "what: dose-volume figures of one plan, one row a structure; shells are named by their distance from the "
        "applicator's surface",
        f"patient: {plain_text(plan.patient.pseudonym)} (pseudonym)",
        f"prescription: {asked.dose_Gy:g} Gy to water at {asked.depth_mm:g} mm from the surface of the "
        f"{plan.applicator.diameter_mm:g} mm applicator of {plan.device.name}, dose scale {asked.dose_scale}",
        "columns: medium = what the dose is to (D_m,m: dose to medium in medium), columns with to_water are of D_w, "
        "dose to water; D95_Gy = least dose to the hottest 95 % of the volume; D2cc_Gy = least dose to the hottest "
        "2 cc; V90_percent = volume with at least 90 % of the prescribed dose; covered_percent = share of the "
        "structure's scanned volume that has a dose",
        "units: as each column's name ends: _Gy gray, _cc cubic centimetre, _percent per cent",
    ]
    if asked.depth_mm == 0:
        lines.append(f"note: {V100_NOTE}")
    return [*lines, f"made by: OpenIORT {__version__}. {NOT_A_MEDICAL_DEVICE}"]


def _cell(value: Figure) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.{SIGNIFICANT_DIGITS}g}" if isinstance(value, float) else str(value)
