"""What the second page of a comparison says, as strings for its template."""

from __future__ import annotations

from typing import Any

import numpy as np

from openiort.biology.parameter_interval import Interval
from openiort.biology.sphere_of_equivalence import depth_in_words
from openiort.external.external_dose import NOMINAL
from openiort.plan.compared_effects import Effect
from openiort.plan.compared_goals import ComparedGoal
from openiort.plan.compared_side import EBRT, IORT, TO_BE_CONFIRMED
from openiort.plan.comparison import Comparison
from openiort.plan.tissue_sensitivity import TissueSensitivity
from openiort.plan.uncertainty_parts import published_total
from openiort.report.compared_plane_figure import equivalence_mm
from openiort.report.dose_tables import dose_text
from openiort.report.goal_rows import KINDS, SIGNS
from openiort.report.goal_text import TO_BE_CONFIRMED as LIMIT_OPEN
from openiort.report.goal_text import goal_value_text
from openiort.report.plain_text import Clean
from openiort.report.trial_rows import trial_rows
from openiort.report.wording import DASH

COLUMNS = (IORT, EBRT)
MOST_GOALS, LONGEST_GOAL = 12, 60
LEAST_SHOWN_Gy = 0.01


def comparison_blocks(found: Comparison, clean: Clean) -> dict[str, Any]:
    """Everything but what `comparison_data` has of the two columns."""
    return {
        "planes": _planes(found),
        "goals": [_goal(one, clean) for one in found.goals[:MOST_GOALS]],
        "more_goals": max(0, len(found.goals) - MOST_GOALS),
        "effects": [_effect(one, clean) for one in found.effects],
        "equivalence": _equivalence(found),
        "boost": _boost(found),
        "trials": [{key: clean(text, 160) for key, text in row.items()} for row in trial_rows()],
        "uncertainty": _uncertainty(found, clean),
        "choice": _choice(found),
        "tissues": None if found.tissues is None else _tissues(found.tissues, clean),
    }


def interval_text(found: Interval, unit: str = "Gy") -> str:
    """Value and interval; the value alone where its parameters leave nothing open, or it is not known what."""
    value, low, high = (_number(float(number), bool(unit)) for number in (found.value, found.low, found.high))
    text = value if low == high else f"{value} ({low} to {high})"
    return text if unit in ("", "Gy") and low != high else f"{text} {unit}".strip()


def _number(value: float, has_unit: bool) -> str:
    """Of ratios, which have no unit, the third decimal counts."""
    if not has_unit:
        return f"{value:.3f}"
    if value < LEAST_SHOWN_Gy / 2:
        return f"<{LEAST_SHOWN_Gy:g}"
    return f"{value:.0f}" if value >= 99.95 else f"{value:.3g}" if value >= 1 else f"{value:.2f}"


def _planes(found: Comparison) -> str:
    """Caption of the planes."""
    second = ("as scanned; the dotted circle is the sphere's place" if found.plan.patient_before is not None
              else "the dotted circle is the sphere's place")
    parts = [f"Physical dose on the same plane in the same colours; lines at the doses marked beside. EBRT: {second}."]
    if found.courses[0].origin == NOMINAL:
        parts.append("The prescription stands even in the breast; nothing was calculated outside it.")
    if found.courses[0].sigma_percent is not None:
        parts.append("The dose of the Monte Carlo is smoothed for the picture.")
    depth_mm = equivalence_mm(found)
    if depth_mm is not None:
        assert found.equivalence is not None  # it has a depth
        tissue = found.equivalence.in_tissue_mm
        basis = "by dose in her tissue" if tissue is not None and np.isfinite(tissue.value) else "by dose in water"
        parts.append(f"White circle: sphere of equivalence, {depth_mm:.1f} mm from the surface, {basis}.")
    return " ".join(parts)


def _goal(one: ComparedGoal, clean: Clean) -> dict[str, Any]:
    cells = {}
    for title in COLUMNS:
        result, chance = one.results[title], one.probability[title]
        kind = KINDS[result.result]
        cells[title.lower()] = {
            "kind": kind, "sign": SIGNS[kind], "word": result.result.upper() if kind != "open" else result.result,
            "value": DASH if result.value is None else clean(goal_value_text(result), 24),
            "chance": DASH if chance is None else percent_text(chance),
            "reason": clean(shortly(result.reason), 60),
        }
    mark = LIMIT_OPEN if one.goal.to_be_confirmed else ""
    return {"goal": clean(one.goal.text, LONGEST_GOAL), "mark": mark, **cells}


def shortly(reason: str) -> str:
    """Why something has no figure, without how to get it: that stands once on the page."""
    return reason.partition(": `")[0].partition("; there is")[0]


def percent_text(share: float) -> str:
    """A share of samples: next to none and next to all are no certainty."""
    return "<1 %" if share < 0.01 else ">99 %" if share > 0.99 else f"{100.0 * share:.0f} %"


def _effect(one: Effect, clean: Clean) -> dict[str, str]:
    cells = {title.lower(): interval_text(one.values[title], one.unit) if title in one.values
             else clean(shortly(one.missing[title]), 90) for title in COLUMNS}
    said = "; ".join(part for part in (TO_BE_CONFIRMED if one.to_be_confirmed else "", one.note) if part)
    return {"name": one.name, **cells, "note": clean(said, 330)}


def _equivalence(found: Comparison) -> str:
    if found.equivalence is None:
        return ""
    depths = {"by dose in her tissue": found.equivalence.in_tissue_mm,
              "by dose in water": found.equivalence.in_water_mm}
    said = [f"{basis}: {_depth(depth, found.equivalence.last_mm)}" for basis, depth in depths.items()
            if depth is not None]
    return "; ".join(said)


def _depth(found: Interval, last_mm: float) -> str:
    value, low, high = (depth_in_words(float(one), last_mm) for one in (found.value, found.low, found.high))
    if value.startswith("none"):
        return value + ("" if high.startswith("none") else f" (up to {high} within the interval)")
    return f"{value} ({low.partition(':')[0]} to {high})"


def _boost(found: Comparison) -> dict[str, Any] | None:
    if not found.boost:
        return None
    course = found.courses[0].schedule
    rows = [[f"{row.depth_mm:g}", dose_text(row.dose_Gy), interval_text(row.iort_eqd2_Gy),
             interval_text(row.external_eqd2_Gy), interval_text(row.total_eqd2_Gy)] for row in found.boost]
    return {"title": f"IORT as boost, then {course.total_dose_Gy:g} Gy in {course.fractions} "
            f"(dose scale of the IORT: {found.plan.prescription.dose_scale})", "rows": rows,
            "head": ["depth (mm)", "IORT D_m,m (Gy)", "its EQD2 (Gy)",
                     f"EQD2 of {course.total_dose_Gy:g}/{course.fractions} (Gy)", "EQD2 of both (Gy)"]}


def _uncertainty(found: Comparison, clean: Clean) -> list[str]:
    lines = []
    for title in COLUMNS:
        parts = [clean(part.text, 80) for part in found.parts if part.column == title]
        if title == EBRT and not found.samples[EBRT]:
            lines.append(f"{title}: none is known of a nominal dose, so it has no band")
            continue
        own = ["statistics of the Monte Carlo"] if title == IORT else []
        lines.append(f"{title}: {'; '.join([*own, *parts])} (k = 1)")
        if title == EBRT and found.courses[0].sigma_percent is not None:
            lines.append("EBRT: the statistical uncertainty of single voxels averages out over a structure and is not "
                         "in the bands")
    text, source = published_total()
    return [*lines, f"{text} ({source})"]


def _choice(found: Comparison) -> dict[str, Any] | None:
    if found.choice is None:
        return None
    said = []
    for goal in (one.goal for one in found.goals):
        largest = found.choice.largest_that_meets(goal)
        said.append(f"{goal.text}: " + ("no sphere" if largest is None else f"up to {largest:g} mm"))
    gaps = [f"{row.diameter_mm:g} mm: {row.reason}" for row in found.choice.rows if row.reason]
    return {"largest": said[:MOST_GOALS], "gaps": gaps}


def _tissues(found: TissueSensitivity, clean: Clean) -> dict[str, Any]:
    head = [figure.title for figure in found.rows[0].figures]
    rows = [[clean(row.variant, 30), *(DASH if f.value_Gy is None else dose_text(f.value_Gy) for f in row.figures)]
            for row in found.rows]
    spread = ["spread, %", *(DASH if value is None else f"{value:.0f}" for value in found.spread_percent)]
    return {"head": head, "rows": [*rows, spread]}
