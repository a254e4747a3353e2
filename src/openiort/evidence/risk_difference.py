"""Difference of two risks at one time, with normal limits and the test of no difference.

The standard errors are those of the two curves. With log-log limits of a curve this is what J. P. Klein et al., Stat.
Med. 26, 4505 (2007), doi:10.1002/sim.2864, call the naive test: it is liberal where events are few.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import hypot
from statistics import NormalDist

from openiort.core.errors import InputError
from openiort.evidence.survival_difference import Risk
from openiort.evidence.survival_limits import normal_quantile


@dataclass(frozen=True, slots=True)
class RiskDifference:
    """New less control.

    Attributes:
        difference: a fraction, above 0 where the new treatment's risk is higher.
        standard_error: of the difference.
        lower: two-sided lower limit.
        upper: two-sided upper limit.
        level: two-sided confidence level, a fraction.
        p_value: two-sided, of no difference.
    """

    difference: float
    standard_error: float
    lower: float
    upper: float
    level: float
    p_value: float


def risk_difference(new: Risk, control: Risk, *, level: float = 0.95) -> RiskDifference:
    """Difference of two independent risks.

    Raises:
        InputError: a level outside 0 to 1, or no standard error in both groups.
    """
    difference, error = new.probability - control.probability, hypot(new.standard_error, control.standard_error)
    reach = normal_quantile(level) * error
    if error == 0:
        raise InputError("neither group has an event by then", where="risks", allowed="an event in at least one group",
                         fix="see the exact limits of each group")
    return RiskDifference(difference, error, difference - reach, difference + reach, level,
                          2 * NormalDist().cdf(-abs(difference) / error))
