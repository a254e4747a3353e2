"""The parts of a comparison with a plan as plain values for `comparison.json`."""

from __future__ import annotations

from typing import Any

import numpy as np

from openiort.biology.parameter_interval import Interval
from openiort.biology.sphere_of_equivalence import depth_in_words
from openiort.plan.applicator_choice import ApplicatorChoice
from openiort.plan.compared_goals import ComparedGoal
from openiort.plan.comparison import Comparison
from openiort.plan.figures_of_merit import Figure
from openiort.plan.goals import GoalResult
from openiort.plan.sampled_dvh import LEVELS, SampledDVH
from openiort.plan.tissue_sensitivity import TissueSensitivity
from openiort.report.trial_rows import trial_rows


def comparison_details(found: Comparison) -> dict[str, Any]:
    """Goals, effects, bands, sphere of equivalence, boost, trials, other spheres and tissues."""
    return {
        "goals": [_goal(one) for one in found.goals],
        "effects": [{"name": one.name, "unit": one.unit, "to_be_confirmed": one.to_be_confirmed, "source": one.source,
                     "note": one.note, **{title.lower(): _interval(one.values[title]) if title in one.values
                                          else {"missing": one.missing[title]} for title in ("IORT", "EBRT")}}
                    for one in found.effects],
        "eqd2_mean_Gy": {title.lower(): {name: _interval(value) for name, value in of.items()}
                         for title, of in found.eqd2.items()},
        "dose_uncertainty": {
            "parts": [{"column": part.column, "name": part.name, "kind": part.kind, "size": part.size,
                       "mark": part.mark, "source": part.source} for part in found.parts],
            **{title.lower(): {name: _bands(sampled) for name, sampled in of.items()}
               for title, of in found.samples.items()},
        },
        "sphere_of_equivalence": _equivalence(found),
        "iort_as_boost": [{"depth_mm": row.depth_mm, "iort_D_mm_Gy": row.dose_Gy,
                           "dose_scale": found.plan.prescription.dose_scale,
                           "iort_eqd2_Gy": _interval(row.iort_eqd2_Gy),
                           "ebrt_eqd2_Gy": _interval(row.external_eqd2_Gy),
                           "total_eqd2_Gy": _interval(row.total_eqd2_Gy)} for row in found.boost],
        "trials": trial_rows(),
        "other_spheres": None if found.choice is None else _choice(found.choice, found),
        "other_tissues": None if found.tissues is None else _tissues(found.tissues),
    }


def _interval(found: Interval) -> dict[str, Any]:
    return {"value": float(found.value), "low": float(found.low), "high": float(found.high), "level": found.level,
            "without_interval": list(found.without_interval)}


def _goal(one: ComparedGoal) -> dict[str, Any]:
    return {"goal": one.goal.text, "mark": one.goal.mark, "source": one.goal.source,
            **{title.lower(): _result(result) | {"probability": one.probability[title]}
               for title, result in one.results.items()}}


def _result(result: GoalResult) -> dict[str, Any]:
    return {"result": result.result, "value": result.value, "unit": result.goal.unit, "reason": result.reason,
            "statistical_uncertainty": result.sigma}


def _bands(sampled: SampledDVH) -> dict[str, Any]:
    """Of the mean, of D2cc and of D95 of a structure: lower and upper end of each band."""
    figures = {"mean_Gy": sampled.mean_Gy(), "D95_Gy": sampled.dose_at_cc_Gy(0.95 * float(sampled.volume_cc.sum())),
               "D2cc_Gy": sampled.dose_at_cc_Gy(2.0)}
    return {name: {f"{100 * level:.0f}_percent": [float(end) for end in np.quantile(
        values, [(1 - level) / 2, (1 + level) / 2])] for level in LEVELS}
            for name, values in figures.items() if values is not None}


def _equivalence(found: Comparison) -> dict[str, Any] | None:
    """Depths in mm; in words where there is none, or it lies beyond what is known."""
    if found.equivalence is None:
        return None
    one = found.equivalence

    def depth(value: Interval | None) -> dict[str, Any] | None:
        ends = ("value", "low", "high")
        return None if value is None else {end: _depth(float(getattr(value, end)), one.last_mm) for end in ends}

    return {"endpoint": one.endpoint, "in_tissue_mm": depth(one.in_tissue_mm), "in_water_mm": depth(one.in_water_mm)}


def _depth(found_mm: float, last_mm: float) -> float | str:
    return found_mm if np.isfinite(found_mm) else depth_in_words(found_mm, last_mm)


def _choice(choice: ApplicatorChoice, found: Comparison) -> dict[str, Any]:
    return {"planned_mm": choice.planned_mm,
            "largest_mm": {one.goal.text: choice.largest_that_meets(one.goal) for one in found.goals},
            "spheres": [{"diameter_mm": row.diameter_mm, "time_s": row.time_s, "reason": row.reason,
                         "figures": _figures(row.figures)} for row in choice.rows]}


def _tissues(tissues: TissueSensitivity) -> dict[str, Any]:
    titles = [figure.title for figure in tissues.rows[0].figures]
    return {"rows": [{"tissue": row.variant, "what": row.what, "figures": _figures(row.figures)}
                     for row in tissues.rows],
            "spread_percent": dict(zip(titles, tissues.spread_percent, strict=True))}


def _figures(figures: tuple[Figure, ...]) -> dict[str, Any]:
    return {figure.title: {"Gy": figure.value_Gy, "statistical_uncertainty_Gy": figure.sigma_Gy} for figure in figures}
