"""Exact unconditional test of a risk difference at a margin, the tables ordered by the Farrington-Manning score.

p is the probability of a table as far or farther from the margin than the one found, at the rate of the control that
makes it largest; the new rate is that plus the margin. It never exceeds its nominal error, and asks for no
approximation. For each count of the control, the tables that are as far are those with few events in the new arm, so
one binomial tail a count is enough.

Source: I. S. F. Chan, Stat. Med. 17, 1403 (1998); S. Suissa, J. J. Shuster, J. R. Stat. Soc. A 148, 317 (1985),
doi:10.2307/2981892.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import bdtr, gammaln, xlog1py, xlogy

from openiort.core.errors import InputError
from openiort.evidence.restricted_rates import score_z_of_tables
from openiort.evidence.two_arms import TwoArms, check_margin

FloatArray = NDArray[np.float64]
LARGEST_ARM = 5_000
TIE = 1e-10  # of z: tables that differ by rounding alone are equally far
PER_STANDARD_ERROR = 4  # rates tried within one standard error of the smaller spread of the arms
REFINED = 3  # highest of these rates between which the maximum is sought
REACH = 9.0  # standard errors to each side of the control's expected count that are added up, and
FEWEST_WIDE = 80  # at least so many counts: with few events the tail is longer; what is left out is below 1e-15


def is_small_enough(counts: TwoArms) -> bool:
    """Whether both arms are within `LARGEST_ARM`."""
    return max(counts.total_new, counts.total_control) <= LARGEST_ARM


def p_non_inferior(counts: TwoArms, margin: float) -> float:
    """One-sided p of a difference of `margin` or more.

    Raises:
        InputError: a margin that is none, or an arm above `LARGEST_ARM`.
    """
    check_margin(margin)
    if not is_small_enough(counts):
        raise InputError(f"arms of {counts.total_new} and {counts.total_control} are too large for the exact test",
                         where="totals", allowed=f"up to {LARGEST_ARM} women an arm",
                         fix="use Miettinen-Nurminen: it agrees with the exact test in arms as large as these")
    most = _most_events_as_far(counts, margin)

    def minus_tail(angle_radians: float) -> float:
        return -_tail(float(np.sin(angle_radians)) ** 2 * (1 - margin), margin, most, counts)

    # on this scale the standard error of a proportion is 1 / (2 sqrt n) everywhere: nothing narrower can be missed
    steps = int(np.pi * np.sqrt(max(counts.total_new, counts.total_control)) * PER_STANDARD_ERROR)
    angles = np.linspace(0.0, np.pi / 2, steps + 1)
    tails = np.array([-minus_tail(angle) for angle in angles])
    best = float(tails.max())
    for at in np.argsort(tails)[-REFINED:]:
        around = (angles[max(at - 1, 0)], angles[min(at + 1, steps)])
        best = max(best, -float(minimize_scalar(minus_tail, bounds=around, method="bounded").fun))
    return min(best, 1.0)


def _most_events_as_far(counts: TwoArms, margin: float) -> NDArray[np.int64]:
    """Most events in the new arm that are as far from the margin, for each count of the control; -1: none is."""
    found = float(score_z_of_tables(counts.events_new, counts.total_new, counts.events_control, counts.total_control,
                                    margin))
    control = np.arange(counts.total_control + 1)
    low = np.full(control.size, -1)  # as far, or none
    high = np.full(control.size, counts.total_new + 1)  # not as far
    while (high - low > 1).any():
        middle = np.clip((low + high) // 2, 0, counts.total_new)
        z = score_z_of_tables(middle, counts.total_new, control, counts.total_control, margin)
        as_far = z <= found + TIE
        open_ = high - low > 1
        low, high = np.where(open_ & as_far, middle, low), np.where(open_ & ~as_far, middle, high)
    return low


def _tail(control_rate: float, margin: float, most: NDArray[np.int64], counts: TwoArms) -> float:
    """Probability of the tables as far, at a rate of the control."""
    total = counts.total_control
    middle, spread = total * control_rate, np.sqrt(total * control_rate * (1 - control_rate))
    half = int(REACH * spread) + FEWEST_WIDE
    first, last = max(int(middle) - half, 0), min(int(middle) + half, total)
    events = np.arange(first, last + 1)
    log_chance = (gammaln(total + 1) - gammaln(events + 1) - gammaln(total - events + 1)
                  + xlogy(events, control_rate) + xlog1py(total - events, -control_rate))
    reached = most[first:last + 1]
    below = np.where(reached < 0, 0.0, bdtr(np.maximum(reached, 0), counts.total_new, control_rate + margin))
    return float(np.exp(log_chance) @ below)
