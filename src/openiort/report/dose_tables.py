"""Depth doses and DVH figures as rows of text for the pages."""

from __future__ import annotations

from typing import Any

from openiort.plan.dvh import DVH
from openiort.plan.plan import Plan, Range
from openiort.plan.target_volume import target_name
from openiort.report.dvh_figure import BAND_K, widest_band
from openiort.report.plain_text import Clean
from openiort.report.wording import DASH

DVH_ROWS, DEPTH_ROWS, KEY_ROWS = 12, 8, 7
DVH_COLUMNS = {
    "volume": "volume_cc", "max": "max_Gy", "D0.1cc": "D0.1cc_Gy", "D2cc": "D2cc_Gy", "mean": "mean_Gy",
    "D95": "D95_Gy", "V90": "V90_percent", "V50": "V50_percent",
}  # fmt: skip
KEY_COLUMNS = {"D0.1cc": "D0.1cc_Gy", "D2cc": "D2cc_Gy", "mean": "mean_Gy", "D95": "D95_Gy"}
WITH_UNCERTAINTY = ("D0.1cc_Gy", "D2cc_Gy", "mean_Gy", "D95_Gy")
KEY_WITH_UNCERTAINTY = WITH_UNCERTAINTY[:2]
UNITS = {"volume": "cc", "V90": "%", "V50": "%"}
# what is looked at first; the rest follows in the plan's order
FIRST = ("skin", "bone", "ipsilateral lung", "heart", "contralateral breast")
LESS_THAN = {"ipsilateral lung": "lungs"}  # the whole says nothing beside its part
LONGEST_NAME = 40
LEAST_SIGMA_Gy = 0.005


def depth_table(plan: Plan) -> list[list[str]]:
    """Depth; water; mean and range of D_w and of D_m,m in the patient."""
    depths = sorted(set(plan.water_depth_dose_Gy) | set(plan.patient_medium_depth_dose_Gy))
    return [
        [f"{depth:g}", dose_text(plan.water_depth_dose_Gy.get(depth)),
         *_range(plan.patient_water_depth_dose_Gy.get(depth)), *_range(plan.patient_medium_depth_dose_Gy.get(depth))]
        for depth in depths[:DEPTH_ROWS]
    ]  # fmt: skip


def dvh_table(plan: Plan, clean: Clean) -> dict[str, Any]:
    """All structures that fit, as the plan lists them."""
    rows = _rows(list(plan.dvhs)[:DVH_ROWS], plan, DVH_COLUMNS, WITH_UNCERTAINTY, clean)
    return {
        "head": _head(DVH_COLUMNS),
        "rows": rows,
        "cut": any(dvh.cut_by_scan for dvh in plan.dvhs.values()),
        "cut_by": "phantom" if plan.patient.layers else "scan",
        "more": max(0, len(plan.dvhs) - DVH_ROWS),
    }


def key_structures(plan: Plan, clean: Clean) -> dict[str, Any]:
    """The target and the organs that decide."""
    first = [name for name in (target_name(plan.patient), *FIRST) if name in plan.dvhs]
    told = {*first, *(LESS_THAN[name] for name in first if name in LESS_THAN)}
    names = [*first, *(name for name in plan.dvhs if name not in told)]
    return {"head": _head(KEY_COLUMNS),
            "rows": _rows(names[:KEY_ROWS], plan, KEY_COLUMNS, KEY_WITH_UNCERTAINTY, clean)}


def dvh_caption(plan: Plan, clean: Clean) -> str:
    """What the bands are, and how wide at most; empty where no band is known."""
    widest = widest_band(plan)
    if widest is None:
        return ""
    name, half_Gy = widest
    return (f"± stands where it is {LEAST_SIGMA_Gy} Gy or more. Bands in the figure: ± {BAND_K} standard uncertainties "
            f"of the Monte Carlo's statistics alone, at most ± {_small(half_Gy)} Gy ({clean(name, 30)}); a line "
            "hides what is narrower than it.")


def dose_text(value_Gy: float | None) -> str:
    """A dose: one decimal from 10 Gy on, two below."""
    if value_Gy is None:
        return ""
    return f"{value_Gy:.1f}" if value_Gy >= 9.995 else f"{value_Gy:.2f}"


def _head(columns: dict[str, str]) -> list[dict[str, str]]:
    return [{"name": name, "unit": UNITS.get(name, "Gy")} for name in columns]


def _rows(names: list[str], plan: Plan, columns: dict[str, str], uncertain: tuple[str, ...],
          clean: Clean) -> list[list[str]]:
    return [[clean(name, LONGEST_NAME) + " *" * plan.dvhs[name].cut_by_scan,
             *_cells(plan.dvhs[name], columns, uncertain)] for name in names]


def _cells(dvh: DVH, columns: dict[str, str], uncertain: tuple[str, ...]) -> list[str]:
    figures, sigma = dvh.figures(), dvh.uncertainties()
    return [_with_uncertainty(figures[key], sigma[key]) if key in uncertain and key in sigma
            else _figure(figures[key], key) for key in columns.values()]


def _with_uncertainty(value: float | bool | str | None, sigma_Gy: float) -> str:
    """`12.83 ± 0.02`; without the uncertainty where that is too small for two decimals."""
    if not isinstance(value, float):
        return DASH
    if sigma_Gy < LEAST_SIGMA_Gy:
        return f"{value:.2f}"
    decimals = 1 if sigma_Gy >= 0.095 else 2
    return f"{value:.{decimals}f} ± {sigma_Gy:.{decimals}f}"


def _small(value_Gy: float) -> str:
    return f"{value_Gy:.1f}" if value_Gy >= 0.95 else f"{max(value_Gy, 0.01):.2f}"


def _figure(value: float | bool | str | None, key: str) -> str:
    if not isinstance(value, float):
        return DASH
    if key.endswith("_percent"):
        return f"{value:.1f}"
    return f"{value:.0f}" if value >= 1000 else f"{value:.3g}" if value >= 100 else dose_text(value)


def _range(dose: Range | None) -> list[str]:
    return ["", ""] if dose is None else [dose_text(dose.mean), f"{dose_text(dose.min)}{DASH}{dose_text(dose.max)}"]
