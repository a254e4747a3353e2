"""Risk of an event that others compete with: cumulative incidence by Aalen and Johansen.

F_k(t) = sum over t_i <= t of S(t_i-) d_ki / n_i, with S the probability to be free of every event. Its variance is the
delta method's for multinomial events at each time, Greenwood's where nothing competes (ties need no order):

sum over t_i <= t of (F_k(t) - F_k(t_i))^2 d_i / (n_i (n_i - d_i)) + S(t_i-)^2 d_ki (n_i - d_ki) / n_i^3
- 2 (F_k(t) - F_k(t_i)) S(t_i-) d_ki / n_i^2

Source: O. O. Aalen, S. Johansen, Scand. J. Stat. 5, 141 (1978); variance: E. Marubini, M. G. Valsecchi, Analysing
Survival Data from Clinical Trials and Observational Studies, Wiley 1995, section 10.3.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from openiort.evidence.event_counts import EventCounts, count_events
from openiort.evidence.kaplan_meier import SurvivalAt, check_within_follow_up, step_at
from openiort.evidence.survival_limits import survival_limits
from openiort.evidence.survival_table import EVENT, SurvivalTable

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class CumulativeIncidence:
    """A rising step function at its distinct times.

    Attributes:
        time_years: distinct times, rising, shape (times,).
        at_risk: patients at risk at each time, shape (times,).
        events: events of the kind asked for at each time, shape (times,).
        competing: events of other kinds at each time, shape (times,).
        censored: patients censored at each time, shape (times,).
        incidence: F_k after each time, shape (times,).
        standard_error: of F_k, shape (times,).
        lower: lower limit, shape (times,).
        upper: upper limit, shape (times,).
        level: two-sided confidence level, a fraction.
        transform: how the limits were made, from 1 - F_k as `survival_limits` does.
    """

    time_years: FloatArray
    at_risk: NDArray[np.int64]
    events: NDArray[np.int64]
    competing: NDArray[np.int64]
    censored: NDArray[np.int64]
    incidence: FloatArray
    standard_error: FloatArray
    lower: FloatArray
    upper: FloatArray
    level: float
    transform: str

    def at(self, years: float) -> SurvivalAt:
        """F_k at a time; InputError before 0, and beyond the longest follow-up while somebody is still free."""
        all_gone = self.at_risk[-1] == self.events[-1] + self.competing[-1]
        check_within_follow_up(years, self.time_years, bool(all_gone))
        return step_at(years, self.time_years, (self.incidence, self.standard_error, self.lower, self.upper), 0.0)


def aalen_johansen(table: SurvivalTable, group: str | None = None, *, event: int = EVENT, level: float = 0.95,
                   transform: str = "log-log") -> CumulativeIncidence:
    """Cumulative incidence of one kind of event in a group, or in all rows.

    Args:
        table: the follow-up.
        group: one of the table's groups; None takes all rows.
        event: code of the event; all other codes but censored compete with it.
        level: two-sided confidence level, a fraction.
        transform: limits: log, log-log or plain.

    Raises:
        InputError: an unknown or empty group, code, transform or level.
    """
    table.check_event(event)
    counts = count_events(table, group)
    of_kind, of_any = counts.events[event], counts.any_event()
    incidence, standard_error = incidence_of(counts, event)
    lower, upper = survival_limits(1 - incidence, standard_error, level=level, transform=transform)
    return CumulativeIncidence(counts.time_years, counts.at_risk, of_kind, of_any - of_kind, counts.censored,
                               incidence, standard_error, 1 - upper, 1 - lower, level, transform)


def incidence_of(counts: EventCounts, event: int) -> tuple[FloatArray, FloatArray]:
    """F_k and its standard error after each time, shape (times,)."""
    at_risk = counts.at_risk.astype(np.float64)
    of_kind, of_any = counts.events[event].astype(np.float64), counts.any_event().astype(np.float64)
    free_before = np.concatenate(([1.0], np.cumprod(1 - of_any / at_risk)[:-1]))
    incidence = np.cumsum(free_before * of_kind / at_risk)
    # where all who are left have an event, F_k stays as it is and the weight does not matter
    weight = np.divide(of_any, at_risk * (at_risk - of_any), out=np.zeros_like(at_risk), where=at_risk > of_any)
    cross = free_before * of_kind / at_risk**2
    own = free_before**2 * of_kind * (at_risk - of_kind) / at_risk**3
    largest = incidence**2 * np.cumsum(weight)
    variance = (largest - 2 * incidence * np.cumsum(weight * incidence + cross)
                + np.cumsum(weight * incidence**2 + 2 * cross * incidence + own))
    rounding = 16 * np.finfo(float).eps * largest  # what is left where the terms cancel out
    return incidence, np.sqrt(np.where(variance > rounding, variance, 0.0))
