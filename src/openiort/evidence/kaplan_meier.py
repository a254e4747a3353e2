"""Probability to be free of the event, by Kaplan and Meier, with Greenwood's variance.

S(t) = product over times t_i <= t of 1 - d_i / n_i; variance S(t)^2 sum d_i / (n_i (n_i - d_i)).
Any code other than "censored" that is not asked for is censored here: where deaths compete with the event, 1 - S is
not the risk of the event, `aalen_johansen` is.
Source: E. L. Kaplan, P. Meier, J. Am. Stat. Assoc. 53, 457 (1958), doi:10.1080/01621459.1958.10501452, section 2 and
equation 3b.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from openiort.core.errors import InputError
from openiort.evidence.event_counts import count_events
from openiort.evidence.survival_limits import survival_limits
from openiort.evidence.survival_table import EVENT, SurvivalTable

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class KaplanMeier:
    """A curve at its distinct times; it is a step that falls at each time and keeps its value until the next.

    Attributes:
        time_years: distinct times, rising, shape (times,).
        at_risk: patients at risk at each time, shape (times,).
        events: events at each time, shape (times,).
        censored: patients who leave otherwise at each time, shape (times,).
        survival: S after each time, shape (times,).
        standard_error: of S by Greenwood, NaN where S is 0, shape (times,).
        lower: lower limit, shape (times,).
        upper: upper limit, shape (times,).
        level: two-sided confidence level, a fraction.
        transform: how the limits were made.
    """

    time_years: FloatArray
    at_risk: NDArray[np.int64]
    events: NDArray[np.int64]
    censored: NDArray[np.int64]
    survival: FloatArray
    standard_error: FloatArray
    lower: FloatArray
    upper: FloatArray
    level: float
    transform: str

    def at(self, years: float) -> SurvivalAt:
        """S at a time; InputError beyond the longest follow-up while S is not 0, and before time 0."""
        check_within_follow_up(years, self.time_years, bool(self.survival[-1] == 0))
        return step_at(years, self.time_years, (self.survival, self.standard_error, self.lower, self.upper), 1.0)

    def median_years(self) -> tuple[float, float, float]:
        """Median time to the event and its limits, as `quantile_years`."""
        return self.quantile_years(0.5)

    def quantile_years(self, share: float) -> tuple[float, float, float]:
        """First time when S, its lower and its upper limit are at most 1 - share; NaN where they stay above.

        The interval is that of R. Brookmeyer, J. Crowley, Biometrics 38, 29 (1982), doi:10.2307/2530286. Where a curve
        runs exactly there, the middle of that step, which may last to the end of follow-up.
        """
        found = [_time_at_years(self.time_years, curve, 1 - share) for curve in (self.survival, self.lower, self.upper)]
        return found[0], found[1], found[2]


@dataclass(frozen=True, slots=True)
class SurvivalAt:
    """A probability at one time.

    Attributes:
        at_years: the time.
        probability: free of the event until then.
        standard_error: of the probability.
        lower: lower limit.
        upper: upper limit.
    """

    at_years: float
    probability: float
    standard_error: float
    lower: float
    upper: float


def kaplan_meier(table: SurvivalTable, group: str | None = None, *, events: Collection[int] = (EVENT,),
                 level: float = 0.95, transform: str = "log") -> KaplanMeier:
    """Kaplan-Meier curve of a group, or of all rows.

    Args:
        table: the follow-up.
        group: one of the table's groups; None takes all rows.
        events: codes that count as the event, (1, 2) for event or death; others are censored.
        level: two-sided confidence level, a fraction.
        transform: limits: log, log-log or plain.

    Raises:
        InputError: an unknown or empty group, code, transform or level.
    """
    for code in events or (0,):
        table.check_event(code)
    counts = count_events(table, group)
    happened = np.asarray(np.sum([counts.events[code] for code in set(events)], axis=0), np.int64)
    survival, standard_error = product_limit(counts.at_risk, happened)
    lower, upper = survival_limits(survival, standard_error, level=level, transform=transform)
    other = counts.any_event() + counts.censored - happened
    return KaplanMeier(counts.time_years, counts.at_risk, happened, other, survival, standard_error, lower, upper,
                       level, transform)


def product_limit(at_risk: NDArray[np.int64], events: NDArray[np.int64]) -> tuple[FloatArray, FloatArray]:
    """S and Greenwood's standard error after each time, shape (times,)."""
    survival = np.asarray(np.cumprod(1.0 - events / at_risk), np.float64)
    left = (at_risk - events).astype(np.float64)
    weight = np.divide(events, at_risk * left, out=np.full(left.shape, np.nan), where=left > 0)
    return survival, np.asarray(survival * np.sqrt(np.cumsum(weight)), np.float64)


def check_within_follow_up(at_years: ArrayLike, time_years: FloatArray, ends_at_zero: bool) -> None:
    """InputError when a time lies before 0 or where nobody was followed to."""
    last = np.inf if ends_at_zero else float(time_years[-1])
    for value in np.atleast_1d(np.asarray(at_years, np.float64)):
        if not 0 <= value <= last:
            raise InputError(f"{value:g} years lie outside the follow-up", where="at_years",
                             allowed=f"0 to {last:g} years", fix="choose a time that patients were followed to")


def step_at(years: float, time_years: FloatArray, columns: Sequence[FloatArray], at_first: float) -> SurvivalAt:
    """A step function's value, standard error and limits at a time; before the first step it is `at_first`, exactly."""
    step = int(np.searchsorted(time_years, years, side="right")) - 1
    if step < 0:
        return SurvivalAt(years, at_first, 0.0, at_first, at_first)
    return SurvivalAt(years, *(float(column[step]) for column in columns))


def _time_at_years(time_years: FloatArray, curve: FloatArray, height: float) -> float:
    """Where a falling step function comes down to a height."""
    rounding = 4 * np.finfo(float).eps
    reached = np.flatnonzero(curve <= height + rounding)
    if not reached.size:
        return float("nan")
    first = reached[0]
    if abs(curve[first] - height) > rounding:
        return float(time_years[first])
    below = np.flatnonzero(curve < height - rounding)
    end = below[0] if below.size else -1
    return float((time_years[first] + time_years[end]) / 2)
