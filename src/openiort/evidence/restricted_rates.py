"""The most likely proportions of two arms among those that differ by a given amount.

Closed form of the cubic that the likelihood leads to.
Source: O. Miettinen, M. Nurminen, Stat. Med. 4, 213 (1985), doi:10.1002/sim.4780040211, appendix I;
C. P. Farrington, G. Manning, Stat. Med. 9, 1447 (1990), doi:10.1002/sim.4780091208, appendix.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import brentq
from scipy.special import ndtri

from openiort.evidence.two_arms import TwoArms

FloatArray = NDArray[np.float64]


def restricted_rates(counts: TwoArms, difference: float) -> tuple[float, float]:
    """Maximum likelihood proportions, new and control, with new - control = `difference`, in (-1, 1)."""
    new, control = restricted_pair(*counts.rates, counts.total_control / counts.total_new, difference)
    return float(new), float(control)


def restricted_pair(new: ArrayLike, control: ArrayLike, theta: float,
                    difference: float) -> tuple[FloatArray, FloatArray]:
    """The same of the proportions found, of any shapes that broadcast.

    Args:
        new: proportion of the new arm.
        control: of the control.
        theta: women in the control arm for each in the new one.
        difference: in (-1, 1).
    """
    new, control = np.asarray(new, np.float64), np.asarray(control, np.float64)
    a = 1 + theta
    b = -(1 + theta + new + theta * control + difference * (theta + 2))
    c = difference**2 + difference * (2 * new + theta + 1) + new + theta * control
    d = -new * difference * (1 + difference)
    v = (b / (3 * a)) ** 3 - b * c / (6 * a * a) + d / (2 * a)
    u = np.copysign(np.sqrt(np.maximum((b / (3 * a)) ** 2 - c / (3 * a), 0.0)), v)
    cosine = np.divide(v, u**3, out=np.ones_like(u), where=u != 0)
    turn = (np.pi + np.arccos(np.clip(cosine, -1.0, 1.0))) / 3
    rate = np.clip(2 * u * np.cos(turn) - b / (3 * a), max(difference, 0.0), min(1.0, 1.0 + difference))
    return rate, rate - difference


def score_z(counts: TwoArms, difference: float, *, inflated: bool) -> float:
    """Standard errors between the difference found and `difference`, the error that of the restricted proportions.

    Args:
        counts: of the trial.
        difference: under the null hypothesis, in (-1, 1).
        inflated: the variance times N / (N - 1), as Miettinen and Nurminen have it.
    """
    total = counts.total_new + counts.total_control
    z = float(score_z_of_tables(counts.events_new, counts.total_new, counts.events_control, counts.total_control,
                                difference))
    return z * ((total - 1) / total) ** 0.5 if inflated else z


def score_z_of_tables(events_new: ArrayLike, total_new: int, events_control: ArrayLike, total_control: int,
                      difference: float) -> FloatArray:
    """The same of many trials with the same arms at once, not inflated; events broadcast against each other."""
    new, control = restricted_pair(np.asarray(events_new) / total_new, np.asarray(events_control) / total_control,
                                   total_control / total_new, difference)
    variance = np.maximum(new * (1 - new) / total_new + control * (1 - control) / total_control, 0.0)
    gap = np.asarray(events_new) / total_new - np.asarray(events_control) / total_control - difference
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(gap == 0.0, 0.0, gap / np.sqrt(variance))


def score_limits(counts: TwoArms, level: float, *, inflated: bool) -> tuple[float, float]:
    """Differences that the two-sided score test does not reject, by a root finder to 1e-12."""
    wanted = float(ndtri((1 + level) / 2))
    end = 1 - 1e-9

    def reaches(difference: float, z: float) -> float:
        return max(min(score_z(counts, difference, inflated=inflated), 1e9), -1e9) - z

    found, at = [], counts.difference
    for z, outer in ((wanted, -end), (-wanted, end)):
        inner = min(max(at, -end), end)
        crossed = reaches(inner, z) * reaches(outer, z) < 0
        found.append(float(brentq(reaches, *sorted((inner, outer)), args=(z,), xtol=1e-12)) if crossed else outer)
    return found[0], found[1]
