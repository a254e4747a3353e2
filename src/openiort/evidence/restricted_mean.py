"""Mean time free of the event up to a horizon: the area below the Kaplan-Meier curve.

Variance: sum over t_i <= horizon of (area from t_i to the horizon)^2 d_i / (n_i (n_i - d_i)).
Source: P. Royston, M. K. B. Parmar, BMC Med. Res. Methodol. 13, 152 (2013), doi:10.1186/1471-2288-13-152.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import hypot
from statistics import NormalDist

import numpy as np

from openiort.core.errors import InputError
from openiort.evidence.kaplan_meier import KaplanMeier, check_within_follow_up
from openiort.evidence.survival_limits import normal_quantile


@dataclass(frozen=True, slots=True)
class RestrictedMean:
    """Mean years free of the event within the horizon.

    Attributes:
        horizon_years: the time up to which the mean is taken.
        mean_years: the mean.
        standard_error_years: of the mean.
        lower_years: lower limit, normal.
        upper_years: upper limit, normal.
    """

    horizon_years: float
    mean_years: float
    standard_error_years: float
    lower_years: float
    upper_years: float


def restricted_mean(curve: KaplanMeier, horizon_years: float) -> RestrictedMean:
    """Restricted mean survival time with limits at the curve's level.

    Raises:
        InputError: a horizon of 0 or beyond the follow-up.
    """
    if not horizon_years > 0:
        raise InputError(f"horizon {horizon_years:g} years", where="horizon_years", allowed="above 0",
                         fix="choose a later time")
    check_within_follow_up(horizon_years, curve.time_years, bool(curve.survival[-1] == 0))
    before = curve.time_years <= horizon_years
    edges = np.concatenate(([0.0], curve.time_years[before], [horizon_years]))
    areas = np.concatenate(([1.0], curve.survival[before])) * np.diff(edges)
    after = np.cumsum(areas[::-1])[::-1][1:]
    at_risk, events = curve.at_risk[before].astype(np.float64), curve.events[before]
    # where all who are left have the event, no area follows
    weight = np.divide(events, at_risk * (at_risk - events), out=np.zeros_like(at_risk), where=at_risk > events)
    mean, error = float(areas.sum()), float(np.sqrt((after**2 * weight).sum()))
    reach = normal_quantile(curve.level) * error
    return RestrictedMean(horizon_years, mean, error, max(mean - reach, 0.0), min(mean + reach, horizon_years))


@dataclass(frozen=True, slots=True)
class MeanDifference:
    """Difference of two restricted means, new less control.

    Attributes:
        difference_years: years more free of the event after the new treatment.
        standard_error_years: of the difference.
        lower_years: lower limit, normal.
        upper_years: upper limit, normal.
        p_value: two-sided, of no difference; NaN without a standard error.
    """

    difference_years: float
    standard_error_years: float
    lower_years: float
    upper_years: float
    p_value: float


def mean_difference(new: RestrictedMean, control: RestrictedMean, *, level: float = 0.95) -> MeanDifference:
    """Difference of the restricted means of two independent groups.

    Raises:
        InputError: different horizons, or a level outside 0 to 1.
    """
    if new.horizon_years != control.horizon_years:
        raise InputError(f"horizons {new.horizon_years:g} and {control.horizon_years:g} years differ",
                         where="horizon_years", allowed="the same horizon", fix="take both means up to the same time")
    difference = new.mean_years - control.mean_years
    error = hypot(new.standard_error_years, control.standard_error_years)
    reach = normal_quantile(level) * error
    p_value = 2 * NormalDist().cdf(-abs(difference) / error) if error > 0 else float("nan")
    return MeanDifference(difference, error, difference - reach, difference + reach, p_value)
