"""Kaplan-Meier and Aalen-Johansen risk of one simulated arm at the horizon, with their standard errors.

The same estimates as those of `kaplan_meier` and `aalen_johansen`, without putting all women into order: the estimates
change at events only, so only these are sorted. How many women were censored before an event is counted in bins of
time, and within an event's own bin one by one, so it is exact.
"""

from __future__ import annotations

from math import sqrt

import numpy as np

from openiort.core.compiled import njit
from openiort.evidence.simulated_patient import (
    CENSORED,
    DEATH,
    RECURRENCE,
    entry_and_wait,
    stays_surely,
    what_happens,
)


@njit
def workspace(women):
    """Arrays that an arm of up to so many women is worked on in."""
    bins = 16
    while bins < women:
        bins *= 2
    return (np.empty(women), np.empty(women), np.empty(women, np.int32),  # numbers of all, those who need a second look
            np.empty(women), np.empty(women, np.int32), np.empty(bins, np.int32),  # censored, their bins, counts
            np.empty(women), np.empty(women, np.uint8), np.empty(bins, np.int32),  # events as drawn, counts
            np.empty(women), np.empty(women, np.uint8), np.empty(women, np.int32))  # events in order, censored before


@njit
def _draw(law, state, first, women, is_new, space):
    """Censored before the horizon and events, in the order of their numbers; how many each are."""
    seen, wait, second_look, censored = space[0], space[1], space[2], space[3]
    event_years, event_codes = space[6], space[7]
    for woman in range(women):  # no jumps: several women at once
        seen[woman], wait[woman] = entry_and_wait(law, state, first + woman)
    horizon_years, stays = law.horizon_years, stays_surely(law, is_new)
    looks = ended = events = 0
    for woman in range(women):  # written always, kept by the count: cheaper than jumps that cannot be foreseen
        second_look[looks] = woman
        censored[ended] = seen[woman]
        surely = wait[woman] < stays
        looks += not surely
        ended += surely and seen[woman] < horizon_years
    for look in range(looks):
        woman = second_look[look]
        years, code = what_happens(law, state, first + woman, is_new, seen[woman], wait[woman])
        if code != CENSORED:
            event_years[events] = years
            event_codes[events] = code
            events += 1
        elif years < horizon_years:
            censored[ended] = years
            ended += 1
    return ended, events


@njit
def _bin_of(years, scale, bins):
    return min(int(years * scale), bins - 1)


@njit
def _order_events(space, scale, events):
    """Counting sort into bins, then insertion sort; afterwards the counts hold where the events of a bin end."""
    drawn_years, drawn_codes, counts, years, codes = space[6], space[7], space[8], space[9], space[10]
    counts[:] = 0
    for event in range(events):
        counts[_bin_of(drawn_years[event], scale, counts.size)] += 1
    place = 0
    for each in range(counts.size):
        inside = counts[each]
        counts[each] = place
        place += inside
    for event in range(events):
        own = _bin_of(drawn_years[event], scale, counts.size)
        years[counts[own]] = drawn_years[event]
        codes[counts[own]] = drawn_codes[event]
        counts[own] += 1
    for place in range(1, events):
        when, code = years[place], codes[place]
        before = place - 1
        while before >= 0 and years[before] > when:
            years[before + 1] = years[before]
            codes[before + 1] = codes[before]
            before -= 1
        years[before + 1] = when
        codes[before + 1] = code


@njit
def _count_censored(space, scale, ended, events):
    """For each event in order, how many were censored at an earlier time."""
    censored, own_bin, counts = space[3], space[4], space[5]
    event_ends, event_years, before = space[8], space[9], space[11]
    counts[:] = 0
    for each in range(ended):
        own = _bin_of(censored[each], scale, counts.size)
        own_bin[each] = own
        counts[own] += 1
    passed, event = 0, 0
    for each in range(counts.size):
        while event < event_ends[each]:
            before[event] = passed
            event += 1
        passed += counts[each]
    for each in range(ended):
        own = own_bin[each]
        last = event_ends[own] - 1
        first = event_ends[own - 1] if own else 0
        while last >= first and event_years[last] > censored[each]:
            before[last] += 1
            last -= 1


@njit
def arm_results(law, state, first, women, is_new, space):
    """Draw an arm and estimate: what `arm_risks` gives.

    Args:
        law: a `TrialLaw`.
        state: of `trial_stream`.
        first: number of the arm's first woman in her trial.
        women: in the arm.
        is_new: the new arm.
        space: of `workspace`.
    """
    ended, events = _draw(law, state, first, women, is_new, space)
    scale = space[5].size / law.horizon_years
    _order_events(space, scale, events)
    _count_censored(space, scale, ended, events)
    return arm_risks(space[9], space[10], space[11], events, women, ended + events < women)


@njit
def arm_risks(years, codes, censored_before, events, women, is_followed):
    """Recurrences, Kaplan-Meier risk, its standard error, cumulative incidence, its standard error.

    All risks and errors are NaN where nobody is followed to the horizon.

    Args:
        years: of events, recurrences and deaths, rising.
        codes: which of both.
        censored_before: women censored at an earlier time than each event.
        events: how many there are; the arrays may be longer.
        women: in the arm.
        is_followed: whether anybody is followed to the horizon.
    """
    recurrences = 0
    survival, greenwood, free = 1.0, 0.0, 1.0
    incidence, weights, cross_sum, square_sum = 0.0, 0.0, 0.0, 0.0
    place = 0
    while place < events:
        at_risk = float(women - place - censored_before[place])
        recurring, dying, place = _events_together(years, codes, place, events)
        happened = recurring + dying
        recurrences += recurring
        survival *= 1.0 - recurring / at_risk
        greenwood += recurring / (at_risk * (at_risk - recurring))
        # as aalen_johansen.incidence_of, time by time
        incidence += free * recurring / at_risk
        weight = happened / (at_risk * (at_risk - happened)) if at_risk > happened else 0.0
        cross = free * recurring / at_risk**2
        weights += weight
        cross_sum += weight * incidence + cross
        square_sum += (weight * incidence**2 + 2 * cross * incidence
                       + free**2 * recurring * (at_risk - recurring) / at_risk**3)
        free *= 1.0 - happened / at_risk
    if not is_followed:
        return recurrences, np.nan, np.nan, np.nan, np.nan
    variance = incidence**2 * weights - 2 * incidence * cross_sum + square_sum
    return recurrences, 1.0 - survival, survival * sqrt(greenwood), incidence, sqrt(max(variance, 0.0))


@njit
def _events_together(years, codes, place, events):
    """Recurrences and deaths at one time, and the place after it."""
    when, recurring, dying = years[place], 0, 0
    while place < events and years[place] == when:
        recurring += codes[place] == RECURRENCE
        dying += codes[place] == DEATH
        place += 1
    return recurring, dying, place
