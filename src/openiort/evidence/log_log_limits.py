"""Standard error of a Kaplan-Meier rate, from its printed complementary log-log limits.

f(p) = ln(-ln(1 - p)) has symmetric limits about f(rate); s is a standard error of f, and the delta method gives that
of the rate: SE(p) = s (-ln(1 - p)) (1 - p).
Source: J. D. Kalbfleisch, R. L. Prentice, The Statistical Analysis of Failure Time Data, 2nd edition, Wiley 2002.
"""

from __future__ import annotations

from math import exp, hypot, log, log1p

from scipy.special import ndtri

from openiort.core.errors import InputError


def log_log(rate: float) -> float:
    """ln(-ln(1 - rate)) of a cumulative rate in (0, 1).

    Raises:
        InputError: it is not within, as a rate in per cent is not.
    """
    if not 0.0 < rate < 1.0:
        raise InputError(f"a rate of {rate:g} has no log-log limits", where="rate", allowed="above 0 and below 1",
                         fix="write per cent as a fraction; without events use exact limits")
    return log(-log1p(-rate))


def rate_of_limits(lower: float, upper: float) -> float:
    """The rate that lies midway between its limits in f."""
    return 1 - exp(-exp((log_log(lower) + log_log(upper)) / 2))


def standard_error(rate: float, lower: float, upper: float, level: float) -> float:
    """Standard error of a rate with limits at a confidence level."""
    spread = (log_log(upper) - log_log(lower)) / (2 * float(ndtri((1 + level) / 2)))
    return spread * -log1p(-rate) * (1 - rate)


def difference_error(first: float, second: float) -> float:
    """Standard error of a difference of two independent estimates."""
    return hypot(first, second)
