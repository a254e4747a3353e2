"""Kaplan-Meier and Aalen-Johansen risk of one simulated arm at the horizon, with their standard errors.

The same estimates as those of `kaplan_meier` and `aalen_johansen`, from patients as they are drawn: who leaves before
the horizon is put into order by a counting sort into bins and an insertion sort of what is then almost in order.
"""

from __future__ import annotations

from math import sqrt

import numpy as np

from openiort.core.compiled import njit
from openiort.evidence.simulated_patient import CENSORED, DEATH, RECURRENCE, patient_fate


@njit
def bins_for(women):
    """Bins of the counting sort: a power of two, about one for each woman."""
    bins = 16
    while bins < women:
        bins *= 2
    return bins


@njit
def workspace(women):
    """Arrays that `sorted_leavers` works in, for arms of up to so many women."""
    return (np.empty(women), np.empty(women, np.uint8), np.empty(bins_for(women), np.int32), np.empty(women),
            np.empty(women, np.uint8))


@njit
def sorted_leavers(law, state, first, women, is_new, space):
    """How many leave before the horizon; their years in rising order and codes are the last two arrays of `space`."""
    drawn_years, drawn_codes, filled, years, codes = space
    filled[:] = 0
    scale = filled.size / law.horizon_years
    leavers = 0
    for woman in range(women):
        when, code = patient_fate(law, state, first + woman, is_new)
        # written always, kept by the count: cheaper than a jump that cannot be foreseen
        drawn_years[leavers] = when
        drawn_codes[leavers] = code
        if code != CENSORED or when < law.horizon_years:
            leavers += 1
            filled[min(int(when * scale), filled.size - 1)] += 1
    place = 0
    for each in range(filled.size):
        inside = filled[each]
        filled[each] = place
        place += inside
    for leaver in range(leavers):
        when = drawn_years[leaver]
        own = min(int(when * scale), filled.size - 1)
        years[filled[own]] = when
        codes[filled[own]] = drawn_codes[leaver]
        filled[own] += 1
    _insertion_sort(years, codes, leavers)
    return leavers


@njit
def _insertion_sort(years, codes, count):
    for place in range(1, count):
        when, code = years[place], codes[place]
        before = place - 1
        if years[before] <= when:
            continue
        while before >= 0 and years[before] > when:
            years[before + 1] = years[before]
            codes[before + 1] = codes[before]
            before -= 1
        years[before + 1] = when
        codes[before + 1] = code


@njit
def arm_risks(years, codes, leavers, women):
    """Recurrences, Kaplan-Meier risk, its standard error, cumulative incidence, its standard error.

    All risks and errors are NaN where nobody is followed to the horizon.

    Args:
        years: of those who leave before the horizon, rising.
        codes: what ended their follow-up.
        leavers: how many they are; the arrays may be longer.
        women: in the arm.
    """
    recurrences = 0
    survival, greenwood, free = 1.0, 0.0, 1.0
    incidence, weights, cross_sum, square_sum = 0.0, 0.0, 0.0, 0.0
    place = 0
    while place < leavers:
        if codes[place] == CENSORED and not _tied(years, place, leavers):
            place += 1
            continue
        at_risk = float(women - place)
        recurring, dying, place = _events_together(years, codes, place, leavers)
        happened = recurring + dying
        if happened == 0:
            continue
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
    if leavers == women:
        return recurrences, np.nan, np.nan, np.nan, np.nan
    variance = incidence**2 * weights - 2 * incidence * cross_sum + square_sum
    return recurrences, 1.0 - survival, survival * sqrt(greenwood), incidence, sqrt(max(variance, 0.0))


@njit
def _tied(years, place, leavers):
    return place + 1 < leavers and years[place + 1] == years[place]


@njit
def _events_together(years, codes, place, leavers):
    """Recurrences and deaths at one time, and the place after it."""
    when, recurring, dying = years[place], 0, 0
    while place < leavers and years[place] == when:
        recurring += codes[place] == RECURRENCE
        dying += codes[place] == DEATH
        place += 1
    return recurring, dying, place
