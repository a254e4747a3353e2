"""Whether the risk of an event differs between groups where other events compete: Gray's test (rho = 0).

Like the log-rank test, with other risk sets: a patient who had a competing event counts on, as far as censoring lets
her. With group j's patients at risk n_j, probability S_j to be free of every event and cumulative incidence F_j:
risk set R_j = n_j (1 - F_j-) / S_j-, score z_j = sum of d_j - R_j d / sum R. Under the null hypothesis all groups have
the incidence F with dF = d / sum q, q_j = n_j / S_j-. To first order a score is a sum over groups k of what their
events add: a_jk + (1 - (1 - F) / S_k) c_jk for one of interest and -c_jk (1 - F) / S_k for a competing one, with
a_jk = q_k (1[j = k] - q_j / sum q) and c_jk(t) the sum of a_jk dF / (1 - F-) after t. Times with several events have
the factor of drawing without replacement.
Source: R. J. Gray, Ann. Stat. 16, 1141 (1988), doi:10.1214/aos/1176350951, section 2.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import chi2

from openiort.core.errors import InputError
from openiort.evidence.event_counts import EventCounts, at_risk_of, count_by_group
from openiort.evidence.survival_table import CENSORED, EVENT, SurvivalTable

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class GrayTest:
    """Result of the test.

    Attributes:
        group_names: the groups.
        score: events observed less expected, shape (groups,); above 0 where the risk is higher.
        chi_squared: the statistic.
        degrees_of_freedom: groups less one.
        p_value: two-sided.
    """

    group_names: tuple[str, ...]
    score: FloatArray
    chi_squared: float
    degrees_of_freedom: int
    p_value: float


def gray_test(table: SurvivalTable, *, event: int = EVENT) -> GrayTest:
    """Gray's test between all groups of the table; all other codes but censored compete with `event`.

    Raises:
        InputError: fewer than two groups, an unknown code, an empty group, or nothing to compare: a group that is not
            at risk at any event.
    """
    if len(table.group_names) < 2:
        raise InputError("a comparison needs two groups", where="group", allowed="at least two groups",
                         fix="give the column that tells the groups apart")
    table.check_event(event)
    groups = count_by_group(table)
    times_years = np.unique(table.time_years[table.code != CENSORED])
    at_risk = at_risk_of(groups, times_years).astype(np.float64)
    of_kind = _events_at(groups, times_years, (event,))
    competing = _events_at(groups, times_years, [code for code in table.codes if code not in (CENSORED, event)])
    if ((at_risk * (of_kind.sum(axis=0) > 0)).sum(axis=1) == 0).any():
        raise InputError("the groups cannot be compared: one of them is not at risk at any event", where="table",
                         allowed="patients of every group at risk at an event", fix="follow longer, or leave it out")
    score, covariance = _score(at_risk, of_kind, competing)
    kept = slice(0, len(groups) - 1)
    chi_squared = float(score[kept] @ np.linalg.solve(covariance[kept, kept], score[kept]))
    degrees = len(groups) - 1
    return GrayTest(table.group_names, score, chi_squared, degrees, float(chi2.sf(chi_squared, degrees)))


def _events_at(groups: Sequence[EventCounts], times_years: FloatArray, codes: Sequence[int]) -> FloatArray:
    """Events of these kinds in each group at given times, shape (groups, times)."""
    found = np.zeros((len(groups), times_years.size))
    for row, counts in enumerate(groups):
        happened = np.sum([counts.events[code] for code in codes], axis=0) * np.ones(counts.time_years.size)
        chosen = happened > 0
        found[row, np.searchsorted(times_years, counts.time_years[chosen])] = happened[chosen]
    return found


def _before(after: FloatArray, start: float) -> FloatArray:
    """Values just before each time, from those after it; times run along the last axis."""
    first = np.full((*after.shape[:-1], 1), start)
    return np.concatenate((first, after[..., :-1]), axis=-1)


def _ratio(above: FloatArray, below: FloatArray) -> FloatArray:
    """Quotient, 0 where the divisor is not above 0."""
    above, below = np.broadcast_arrays(above, below)
    return np.asarray(np.divide(above, below, out=np.zeros(above.shape), where=below > 0), np.float64)


def _without_replacement(events: FloatArray, among: FloatArray) -> FloatArray:
    """Factor on the variance of several events at one time: 1 - (events - 1) / (among - 1)."""
    return np.where(events > 1, 1 - _ratio(events - 1, among - 1), 1.0)


def _score(at_risk: FloatArray, of_kind: FloatArray, competing: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Scores, shape (groups,), and their covariance, shape (groups, groups), from counts of shape (groups, times)."""
    free = np.asarray(np.cumprod(1 - _ratio(of_kind + competing, at_risk), axis=1), np.float64)
    free_before = _before(free, 1.0)
    incidence_before = _before(np.cumsum(_ratio(free_before * of_kind, at_risk), axis=1), 0.0)
    inflated = _ratio(at_risk, free_before)
    risk_set = inflated * (1 - incidence_before)
    together, all_inflated = of_kind.sum(axis=0), inflated.sum(axis=0)
    score = (of_kind - risk_set * _ratio(together, risk_set.sum(axis=0))).sum(axis=1)

    pooled_step = _ratio(together, all_inflated)
    not_yet = 1 - np.cumsum(pooled_step)
    relative_step = _ratio(pooled_step, _before(not_yet, 1.0))
    covariance = np.zeros((len(at_risk), len(at_risk)))
    for group in range(len(at_risk)):
        own = (np.arange(len(at_risk)) == group)[:, None]
        weight = inflated[group] * (own - _ratio(inflated, all_inflated))
        later = (weight * relative_step).sum(axis=1, keepdims=True) - np.cumsum(weight * relative_step, axis=1)
        share = _ratio(not_yet, free[group])
        by_event, by_competing = weight + (1 - share) * later, -share * later
        spread = (_ratio(free_before[group] * pooled_step, at_risk[group])
                  * _without_replacement(together, all_inflated * free_before[group]))
        competing_spread = (_ratio(free_before[group] ** 2 * competing[group], at_risk[group] ** 2)
                            * _without_replacement(competing[group], at_risk[group]))
        covariance += (by_event * spread) @ by_event.T + (by_competing * competing_spread) @ by_competing.T
    return score, covariance
