"""Two risks at one time: their difference, and whether the new treatment's is not worse by more than a margin.

The risks are 1 - Kaplan-Meier or, where deaths compete, cumulative incidences; the test is Wald's with the standard
errors of these estimates: z = (difference - margin) / standard error. This is how the risks of TARGIT-A were compared
in 2010 (J. S. Vaidya et al., Lancet 376, 91 (2010), doi:10.1016/S0140-6736(10)60837-9).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import hypot, isfinite
from statistics import NormalDist

from openiort.core.errors import InputError
from openiort.evidence.aalen_johansen import CumulativeIncidence
from openiort.evidence.kaplan_meier import KaplanMeier
from openiort.evidence.log_log_limits import standard_error
from openiort.evidence.survival_limits import normal_quantile


@dataclass(frozen=True, slots=True)
class Risk:
    """Probability of the event by a fixed time.

    Attributes:
        probability: a fraction.
        standard_error: a fraction.
    """

    probability: float
    standard_error: float

    def __post_init__(self) -> None:
        """Both are fractions."""
        for name, value in (("probability", self.probability), ("standard_error", self.standard_error)):
            if not (isfinite(value) and 0 <= value <= 1):
                hint = " (given in per cent?)" if value > 1 else ""
                raise InputError(f"{name} {value:g} is not a fraction{hint}", where=name, allowed="0 to 1",
                                 fix="give it as a fraction, such as 0.012; a curve that ends at 0 has no such error")


@dataclass(frozen=True, slots=True)
class NonInferiority:
    """Difference of two risks, new less control, with its test.

    Attributes:
        difference: of the risks, a fraction.
        standard_error: of the difference.
        lower: two-sided lower limit.
        upper: two-sided upper limit.
        level: two-sided confidence level, a fraction.
        margin: the difference that would be too much.
        upper_one_sided: one-sided upper limit at 1 - alpha.
        alpha: one-sided error of the test.
        z: (difference - margin) / standard error.
        p_value: one-sided, of a difference as large as the margin.
        non_inferior: whether the one-sided limit stays below the margin.
    """

    difference: float
    standard_error: float
    lower: float
    upper: float
    level: float
    margin: float
    upper_one_sided: float
    alpha: float
    z: float
    p_value: float
    non_inferior: bool


def risk_at(curve: KaplanMeier | CumulativeIncidence, years: float) -> Risk:
    """Risk by a time; InputError beyond the follow-up, or where the curve has come to 0 and has no standard error."""
    found = curve.at(years)
    if not isfinite(found.standard_error):
        raise InputError("all of a group had the event by then, which leaves no standard error", where="risks",
                         allowed="a time when somebody is still free of the event", fix="choose an earlier time")
    free = isinstance(curve, KaplanMeier)
    return Risk(1 - found.probability if free else found.probability, found.standard_error)


def risk_from_limits(probability: float, lower: float, upper: float, *, level: float = 0.95) -> Risk:
    """Risk with the standard error that printed complementary log-log limits come from.

    Raises:
        InputError: unless 0 < lower <= probability <= upper < 1.
    """
    if not 0 < lower <= probability <= upper < 1:
        raise InputError(f"{probability:g} ({lower:g} to {upper:g}) is no risk with its limits", where="limits",
                         allowed="0 < lower <= probability <= upper < 1", fix="give fractions, not per cent")
    normal_quantile(level)  # refuses a level that is none
    return Risk(probability, standard_error(probability, lower, upper, level))


def non_inferiority(new: Risk, control: Risk, margin: float, *, alpha: float = 0.05,
                    level: float = 0.95) -> NonInferiority:
    """Difference of two independent risks and its non-inferiority test.

    Args:
        new: risk after the new treatment.
        control: risk after the usual one.
        margin: largest acceptable difference, a fraction above 0.
        alpha: one-sided error.
        level: two-sided level of the interval, a fraction.

    Raises:
        InputError: a margin outside 0 to 1, alpha outside 0 to 0.5, a level outside 0 to 1, or no standard error in
            both groups: without events this test has nothing to go by.
    """
    if not 0 < margin < 1:
        raise InputError(f"margin {margin:g} is not between 0 and 1", where="margin", allowed="0 < margin < 1",
                         fix="give the largest acceptable excess as a positive fraction, such as 0.025")
    if not 0 < alpha < 0.5:
        raise InputError(f"alpha {alpha:g} is not between 0 and 0.5", where="alpha", allowed="0 < alpha < 0.5",
                         fix="give a one-sided error such as 0.05")
    difference = new.probability - control.probability
    error = hypot(new.standard_error, control.standard_error)
    if error == 0:
        raise InputError("neither group has a standard error", where="risks", allowed="an event in at least one group",
                         fix="use exact limits of proportions instead")
    reach, one_sided = normal_quantile(level) * error, NormalDist().inv_cdf(1 - alpha) * error
    z = (difference - margin) / error
    return NonInferiority(difference, error, difference - reach, difference + reach, level, margin,
                          difference + one_sided, alpha, z, NormalDist().cdf(z), difference + one_sided < margin)
