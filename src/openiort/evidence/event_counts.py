"""How many are at risk and how many events happen at each time: what every estimator starts from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from openiort.core.errors import InputError
from openiort.evidence.survival_table import CENSORED, SurvivalTable


@dataclass(frozen=True, slots=True)
class EventCounts:
    """Counts at the distinct times of a group.

    Who is censored at a time is still at risk of the events at that time.

    Attributes:
        time_years: distinct times, rising, shape (times,).
        at_risk: patients followed up to that time or longer, shape (times,).
        events: code -> patients with that event at that time, shape (times,); without censored.
        censored: patients censored at that time, shape (times,).
    """

    time_years: NDArray[np.float64]
    at_risk: NDArray[np.int64]
    events: dict[int, NDArray[np.int64]]
    censored: NDArray[np.int64]

    def any_event(self) -> NDArray[np.int64]:
        """Events of all kinds at each time, shape (times,)."""
        return np.asarray(np.sum(list(self.events.values()), axis=0), np.int64)


def count_events(table: SurvivalTable, group: str | None = None) -> EventCounts:
    """Counts of a group, or of all rows.

    InputError for an unknown or empty group. Times of each kind are sorted by themselves: sorting plain numbers is
    several times faster than finding an order.
    """
    chosen = slice(None) if group is None else table.rows_of(group)
    time_years, code = table.time_years[chosen], table.code[chosen]
    if not time_years.size:
        raise InputError(f"group {group!r} has no rows", where="group", allowed="at least one row", fix="leave it out")
    ordered = np.sort(time_years)
    first = np.flatnonzero(np.concatenate(([True], ordered[1:] != ordered[:-1])))
    distinct = ordered[first]
    at_risk = ordered.size - first
    leaving = np.diff(first, append=ordered.size)
    events = {kind: _count_at(distinct, time_years[code == kind]) for kind in table.codes if kind != CENSORED}
    return EventCounts(distinct, at_risk, events, leaving - np.sum(list(events.values()), axis=0))


def _count_at(distinct: NDArray[np.float64], times_years: NDArray[np.float64]) -> NDArray[np.int64]:
    """How many of the times equal each of the distinct ones."""
    ordered = np.sort(times_years)
    upto = np.searchsorted(ordered, distinct, side="right")
    return np.diff(upto, prepend=0)


def numbers_at_risk(table: SurvivalTable, at_years: ArrayLike) -> NDArray[np.int64]:
    """Patients of each group followed up to a time or longer, shape (groups, times)."""
    return at_risk_of(count_by_group(table), at_years)


def count_by_group(table: SurvivalTable) -> list[EventCounts]:
    """Counts of each group, in the order of its names."""
    return [count_events(table, name) for name in table.group_names]


def at_risk_of(groups: Sequence[EventCounts], at_years: ArrayLike) -> NDArray[np.int64]:
    """Patients at risk just before times, shape (groups, times)."""
    times_years = np.atleast_1d(np.asarray(at_years, np.float64))
    found = []
    for counts in groups:
        index = np.searchsorted(counts.time_years, times_years, side="left")
        found.append(np.append(counts.at_risk, 0)[index])
    return np.array(found, np.int64)
