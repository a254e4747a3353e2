"""What happens to one patient of a simulated trial, as long as it matters: until the horizon.

Her waiting time to the first of recurrence, death and loss has one hazard, constant in pieces: it is drawn once, by the
inverse of the cumulative hazard, and what happened then has the share of its own hazard in that piece. She is followed
to min(first of these, analysis - entry, horizon). Most patients have nothing before the horizon; for them no logarithm
is needed, which changes no result.

Her random numbers are those at fixed places of her trial's stream, so they depend on seed, trial and patient alone.
"""

from __future__ import annotations

from math import log
from typing import NamedTuple

import numpy as np
from numba import uint64
from numpy.typing import NDArray

from openiort.core.compiled import njit
from openiort.core.random_stream import GOLDEN_GAMMA, stream, uniform

DRAWS = 4  # places a patient has in her trial's stream: entry, waiting time, what happened, treatment
CENSORED, RECURRENCE, DEATH = 0, 1, 2
CONTROL, NEW, NEW_WITH_EBRT = 0, 1, 2


class TrialLaw(NamedTuple):
    """Numbers that patients are drawn by; rows are the groups control, new and new with added EBRT.

    Attributes:
        horizon_years: patients are followed no longer.
        accrual_years: they enter evenly over this time.
        follow_up_years: from the last entry to the analysis.
        added_ebrt: share of the new arm that also gets EBRT.
        ends_years: end of each piece, rising, the last one the horizon, shape (pieces,).
        hazard_per_years: of recurrence, death and loss together, shape (3, pieces).
        begun: cumulative hazard at the beginning of each piece, shape (3, pieces).
        recurrence: share of the hazard that is recurrence, shape (3, pieces).
        recurrence_or_death: share that is one of both, shape (3, pieces).
        stays: probability that nothing happens before the horizon, shape (3,).
    """

    horizon_years: float
    accrual_years: float
    follow_up_years: float
    added_ebrt: float
    ends_years: NDArray[np.float64]
    hazard_per_years: NDArray[np.float64]
    begun: NDArray[np.float64]
    recurrence: NDArray[np.float64]
    recurrence_or_death: NDArray[np.float64]
    stays: NDArray[np.float64]


@njit
def trial_stream(seed, trial):
    """State at the start of a trial's stream."""
    return stream(seed, trial)


@njit
def waiting_time(law, group, u):
    """Years to the first of all hazards, and the piece it falls into; u is below 1 and at least `law.stays[group]`."""
    exposure = -log(u)
    piece = 0
    last = law.ends_years.size - 1
    while piece < last and exposure >= law.begun[group, piece + 1]:
        piece += 1
    begins = law.ends_years[piece - 1] if piece else 0.0
    years = begins + (exposure - law.begun[group, piece]) / law.hazard_per_years[group, piece]
    return min(years, law.ends_years[piece]), piece


@njit
def entry_and_wait(law, state, patient):
    """Years to the analysis, at most the horizon, and the number that her waiting time comes from."""
    at = state + uint64(patient) * uint64(DRAWS) * uint64(GOLDEN_GAMMA)
    u_entry, at = uniform(at)
    u_wait, at = uniform(at)
    return min(law.follow_up_years + law.accrual_years * u_entry, law.horizon_years), u_wait


@njit
def stays_surely(law, is_new):
    """Below this, the number of a waiting time means that nothing happens to a woman of the arm before the horizon."""
    return min(law.stays[NEW], law.stays[NEW_WITH_EBRT]) if is_new else law.stays[CONTROL]


@njit
def what_happens(law, state, patient, is_new, seen_years, u_wait):
    """Years of follow-up and what ended it, from what `entry_and_wait` gives."""
    at = state + (uint64(patient) * uint64(DRAWS) + uint64(2)) * uint64(GOLDEN_GAMMA)
    u_kind, at = uniform(at)
    u_treatment, at = uniform(at)
    group = CONTROL
    if is_new:
        group = NEW_WITH_EBRT if u_treatment < law.added_ebrt else NEW
    if u_wait < law.stays[group]:
        return seen_years, CENSORED
    years, piece = waiting_time(law, group, u_wait)
    if years > seen_years:
        return seen_years, CENSORED
    if u_kind < law.recurrence[group, piece]:
        return years, RECURRENCE
    if u_kind < law.recurrence_or_death[group, piece]:
        return years, DEATH
    return years, CENSORED


@njit
def patient_fate(law, state, patient, is_new):
    """Years of follow-up, cut at the horizon, and what ended it: a code of this file; `state` of `trial_stream`."""
    seen_years, u_wait = entry_and_wait(law, state, patient)
    return what_happens(law, state, patient, is_new, seen_years, u_wait)


@njit
def draw_arm(law, state, first, is_new, years, codes):
    """Fill `years` and `codes`, shape (women,), with the fates of patients numbered from `first`."""
    for woman in range(years.size):
        years[woman], codes[woman] = patient_fate(law, state, first + woman, is_new)
