"""Pointwise confidence limits of a probability that falls with time.

With S the probability and s its standard error, z the normal quantile:

- plain: S -+ z s, kept within 0 and 1
- log: S exp(-+ z s / S), at most 1
- log-log: S^exp(+- z s / (S ln S)); these are the complementary log-log limits of 1 - S

Source: J. D. Kalbfleisch, R. L. Prentice, The Statistical Analysis of Failure Time Data, 2nd edition, Wiley 2002,
section 1.4.1, doi:10.1002/9781118032985.
"""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from openiort.core.errors import InputError

TRANSFORMS = ("log", "log-log", "plain")
FloatArray = NDArray[np.float64]


def normal_quantile(level: float) -> float:
    """z of a two-sided interval; InputError unless the level lies between 0 and 1."""
    if not 0 < level < 1:
        hint = " (given in per cent?)" if level >= 1 else ""
        raise InputError(f"confidence level {level:g} is not between 0 and 1{hint}", where="level",
                         allowed="0 < level < 1", fix="give it as a fraction, such as 0.95")
    return NormalDist().inv_cdf((1 + level) / 2)


def survival_limits(survival: FloatArray, standard_error: FloatArray, *, level: float = 0.95,
                    transform: str = "log") -> tuple[FloatArray, FloatArray]:
    """Lower and upper limits, NaN where the transform has none: log at S = 0, log-log at S = 0 and 1.

    Args:
        survival: S, shape (times,).
        standard_error: of S, shape (times,).
        level: two-sided confidence level, a fraction.
        transform: one of `TRANSFORMS`.

    Raises:
        InputError: an unknown transform or a level outside 0 to 1.
    """
    if transform not in TRANSFORMS:
        raise InputError(f"limits {transform!r} are not known", where="transform", allowed=", ".join(TRANSFORMS),
                         fix="choose one of these")
    reach = normal_quantile(level) * standard_error
    if transform == "plain":
        return np.maximum(survival - reach, 0.0), np.minimum(survival + reach, 1.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        if transform == "log":
            factor = np.exp(np.where(survival > 0, reach / survival, np.nan))
            return survival / factor, np.minimum(survival * factor, 1.0)
        inside = np.where((survival > 0) & (survival < 1), survival, np.nan)
        power = np.exp(reach / (inside * np.log(inside)))
        return inside ** (1 / power), inside**power
