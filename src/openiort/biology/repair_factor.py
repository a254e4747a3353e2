"""Incomplete repair while the dose is given: the Lea-Catcheside factor G of a constant dose rate.

    G(x) = 2 (x - 1 + exp(-x)) / x^2,   x = mu T,   mu = ln 2 / half-time

T delivery time. G multiplies the quadratic term of the linear-quadratic model: 1 where nothing is repaired during
delivery, 0 where all is. With two repair processes G is their mean, weighted by their shares.
Source: D. E. Lea, D. G. Catcheside, J. Genet. 44, 216 (1942), doi:10.1007/BF02982830; R. G. Dale, Br. J. Radiol. 58,
515 (1985), doi:10.1259/0007-1285-58-690-515.
Range: one dose at a constant rate; the dose rate of an x-ray source in one applicator position is constant.
"""

from __future__ import annotations

from math import factorial, log

import numpy as np
from numpy.typing import NDArray

from openiort.biology.checks import Values, within

SERIES_BELOW = 0.5  # there the closed form has lost a digit, and the series needs 14 terms
COEFFICIENTS = [2.0 * (-1) ** k / factorial(k + 2) for k in range(14)]


def repair_factor(delivery_time_s: Values, half_time_s: Values, slow_half_time_s: Values = np.inf,
                  slow_fraction: Values = 0.0) -> NDArray[np.float64]:
    """G of one dose.

    Args:
        delivery_time_s: how long the dose is given, above 0.
        half_time_s: of repair; infinity is no repair (1), zero the limit of instant repair (0).
        slow_half_time_s: of a second, slower process.
        slow_fraction: share of damage that the second process repairs, 0 to 1.

    Raises:
        InputError: a number outside its range; a delivery time of zero.
    """
    time = within(delivery_time_s, "delivery_time_s", 0.0, open_low=True,
                  fix="give the treatment time in seconds; None where repair is to be left out")
    share = within(slow_fraction, "slow_fraction", 0.0, 1.0)
    fast, slow = (_one_process(time, within(half, name, 0.0, infinite=True))
                  for half, name in ((half_time_s, "half_time_s"), (slow_half_time_s, "slow_half_time_s")))
    return np.asarray((1.0 - share) * fast + share * slow)


def _one_process(time_s: NDArray[np.float64], half_time_s: NDArray[np.float64]) -> NDArray[np.float64]:
    with np.errstate(divide="ignore", over="ignore"):
        x = np.asarray(log(2.0) * time_s / half_time_s)
    small = np.polynomial.polynomial.polyval(np.minimum(x, SERIES_BELOW), COEFFICIENTS)
    large = np.clip(x, SERIES_BELOW, 1e300)  # an infinite x has G = 0
    closed = 2.0 / large * (1.0 + np.expm1(-large) / large)
    return np.where(x < SERIES_BELOW, small, np.where(np.isinf(x), 0.0, closed))
