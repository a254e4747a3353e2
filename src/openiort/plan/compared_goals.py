"""The planner's goals for both columns, by the same code, and how likely each is met given what is not known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from openiort.plan.compared_side import IORT, ComparedSide
from openiort.plan.dose_uncertainty import Draws
from openiort.plan.dvh import MEDIA
from openiort.plan.goal import DISTANCE, Goal
from openiort.plan.goals import NOT_EVALUABLE, GoalResult, evaluate_goals, named
from openiort.plan.plan import Plan
from openiort.plan.sampled_dvh import SampledDVH
from openiort.plan.voxel_noise import DECIDES, noise_decides

NO_APPLICATOR = "external beams have no applicator"


@dataclass(frozen=True, slots=True)
class ComparedGoal:
    """One goal.

    Attributes:
        goal: what was to be reached.
        results: column's title -> how it is met.
        probability: column's title -> share of the samples that meet it; None where nothing is known.
    """

    goal: Goal
    results: Mapping[str, GoalResult]
    probability: Mapping[str, float | None]


def compared_goals(goals: Sequence[Goal], plan: Plan, sides: Sequence[ComparedSide],
                   samples: Mapping[str, Mapping[str, SampledDVH]], draws: Draws) -> tuple[ComparedGoal, ...]:
    """Judge all goals.

    Args:
        goals: to look at.
        plan: the IORT column's.
        sides: IORT and EBRT.
        samples: column's title -> structure -> samples of its DVH.
        draws: of the IORT column.
    """
    found = []
    planned = evaluate_goals(goals, plan.dvhs, plan.water_dvhs, plan.distances_mm)
    for goal, first in zip(goals, planned, strict=True):
        results = {side.title: first if side.title == IORT else external_result(goal, side) for side in sides}
        likely = {title: _probability(goal, result, samples.get(title, {}), draws if title == IORT else None)
                  for title, result in results.items()}
        found.append(ComparedGoal(goal, results, likely))
    return tuple(found)


def external_result(goal: Goal, side: ComparedSide) -> GoalResult:
    """A goal in a column of external beams; one of a distance is none there."""
    if goal.metric == DISTANCE:
        return GoalResult(goal, NOT_EVALUABLE, None, NO_APPLICATOR)
    gap = named(goal.structure, side.missing)
    if gap is not None:
        return GoalResult(goal, NOT_EVALUABLE, None, side.missing[gap])
    (result,) = evaluate_goals((goal,), side.physical, side.physical, {})
    name = named(goal.structure, side.physical)
    of_few = side.is_noisy and name is not None and noise_decides(goal, side.physical[name])
    return GoalResult(goal, NOT_EVALUABLE, None, DECIDES) if of_few else result


def _probability(goal: Goal, result: GoalResult, samples: Mapping[str, SampledDVH],
                 draws: Draws | None) -> float | None:
    if result.value is None or result.result == NOT_EVALUABLE:
        return None
    if draws is not None and goal.medium != MEDIA[0]:  # the samples are of D_m,m
        return None
    if goal.metric == DISTANCE:
        # one axis of the shift: towards the nearest point of the structure, wherever that lies
        return None if draws is None else _share(goal, result.value + draws.shift_mm[:, 0])
    name = named(goal.structure, samples)
    if name is None:
        return None
    values = samples[name].values(goal)
    return None if np.isnan(values).any() else _share(goal, values)


def _share(goal: Goal, values: np.ndarray) -> float:
    return float(np.mean([goal.is_met_by(float(value)) for value in values]))
