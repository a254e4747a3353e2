"""The most likely proportions of two arms among those that differ by a given amount.

Closed form of the cubic that the likelihood leads to.
Source: O. Miettinen, M. Nurminen, Stat. Med. 4, 213 (1985), doi:10.1002/sim.4780040211, appendix I;
C. P. Farrington, G. Manning, Stat. Med. 9, 1447 (1990), doi:10.1002/sim.4780091208, appendix.
"""

from __future__ import annotations

from math import acos, copysign, cos, pi, sqrt

from scipy.optimize import brentq
from scipy.special import ndtri

from openiort.evidence.two_arms import TwoArms


def restricted_rates(counts: TwoArms, difference: float) -> tuple[float, float]:
    """Maximum likelihood proportions, new and control, with new - control = `difference`, in (-1, 1)."""
    return restricted_pair(*counts.rates, counts.total_control / counts.total_new, difference)


def restricted_pair(new: float, control: float, theta: float, difference: float) -> tuple[float, float]:
    """As `restricted_rates`, of the proportions themselves; `theta`: women in the control arm for each in the new."""
    a = 1 + theta
    b = -(1 + theta + new + theta * control + difference * (theta + 2))
    c = difference**2 + difference * (2 * new + theta + 1) + new + theta * control
    d = -new * difference * (1 + difference)
    v = (b / (3 * a)) ** 3 - b * c / (6 * a * a) + d / (2 * a)
    u = copysign(sqrt(max((b / (3 * a)) ** 2 - c / (3 * a), 0.0)), v)
    turn = 0.0 if u == 0.0 else (pi + acos(min(max(v / u**3, -1.0), 1.0))) / 3
    rate = min(max(2 * u * cos(turn) - b / (3 * a), difference, 0.0), 1.0, 1.0 + difference)
    return rate, rate - difference


def score_z(counts: TwoArms, difference: float, *, inflated: bool) -> float:
    """Standard errors between the difference found and `difference`, the error that of the restricted proportions.

    Args:
        counts: of the trial.
        difference: under the null hypothesis, in (-1, 1).
        inflated: the variance times N / (N - 1), as Miettinen and Nurminen have it.
    """
    new, control = restricted_rates(counts, difference)
    variance = new * (1 - new) / counts.total_new + control * (1 - control) / counts.total_control
    total = counts.total_new + counts.total_control
    gap = counts.difference - difference
    if variance <= 0.0:
        return 0.0 if gap == 0.0 else copysign(float("inf"), gap)
    return gap / sqrt(variance * (total / (total - 1) if inflated else 1.0))


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
