"""How many women show that the Kaplan-Meier risk at a fixed time is not higher by the margin.

Exponential event times with hazard h = -ln(1 - risk) / t, exponential loss with hazard g (women lost, and deaths where
these are censored), uniform accrual over A years, and F years of follow-up after the last woman. A woman can be
followed to u with probability C(u) = exp(-g u) min(1, (A + F - u) / A). Greenwood's sum of d / (n (n - d)) then tends
to 1 / n times the integral of h / (S(u) C(u)), so

n Var(S(t)) -> S(t)^2 times the integral over 0 to t of h exp((h + g) u) / min(1, (A + F - u) / A) du.

Without loss and with F >= t it is S (1 - S), the variance of a proportion. The part up to F is a closed form, the rest
exponential integrals, calculated by quadrature. Source of the limit: N. Breslow, J. Crowley, Ann. Stat. 2, 437 (1974);
the integral for these distributions is worked out here and compared with simulated trials in validation/next_trial.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, expm1, isfinite, sqrt

from scipy.integrate import quad
from scipy.special import ndtr, ndtri

from openiort.core.errors import InputError
from openiort.evidence.design_checks import check_arms, check_errors, check_n, hazard_of_risk
from openiort.evidence.design_proportions import arm_sizes


@dataclass(frozen=True, slots=True)
class SurvivalDesign:
    """Assumptions of a trial whose result is a difference of Kaplan-Meier risks at a fixed time.

    Attributes:
        control, new: risks by `at_years`.
        margin: largest tolerable new - control, above 0.
        at_years: the fixed time.
        accrual_years: how long women enter, evenly; 0 for all at once.
        follow_up_years: from the last entry to the analysis.
        yearly_loss: share of women who are lost (or die, where deaths are censored) within a year.
        alpha: one-sided error.
        ratio: women in the new arm for each in the control arm.

    Raises:
        InputError: assumptions that no trial can be planned with; nobody is followed to the fixed time.
    """

    control: float
    new: float
    margin: float
    at_years: float
    accrual_years: float
    follow_up_years: float
    yearly_loss: float = 0.0
    alpha: float = 0.05
    ratio: float = 1.0

    def __post_init__(self) -> None:
        check_arms(self.control, self.new, self.margin, self.ratio)
        check_errors(self.alpha, None)
        check_times(self.at_years, self.accrual_years, self.follow_up_years)
        if not 0.0 <= self.yearly_loss < 1.0:
            raise InputError(f"a yearly loss of {self.yearly_loss:g}", where="loss", allowed="from 0 up, below 1",
                             fix="write per cent as a fraction: 2 % a year is 0.02")

    @property
    def distance(self) -> float:
        """How far the expected difference stays below the margin."""
        return self.margin - (self.new - self.control)


def check_times(at_years: float, accrual_years: float, follow_up_years: float) -> None:
    """Refuse times that are negative or infinite, and a fixed time that nobody is followed to.

    Raises:
        InputError: as said.
    """
    for name, value in (("years", at_years), ("accrual", accrual_years), ("follow-up", follow_up_years)):
        if not (isfinite(value) and 0.0 <= value <= 100.0) or (name == "years" and value == 0.0):
            raise InputError(f"{value:g} years", where=name, allowed="0 to 100 years, the fixed time above 0",
                             fix="give years, not months")
    if at_years >= accrual_years + follow_up_years and at_years > follow_up_years:
        raise InputError(f"nobody is followed to {at_years:g} years", where="years",
                         allowed=f"below accrual and follow-up together, {accrual_years + follow_up_years:g} years",
                         fix="a longer follow-up, or an earlier fixed time")


def variance_of_one(risk: float, design: SurvivalDesign) -> float:
    """Variance of the Kaplan-Meier risk of an arm times its women, by expected Greenwood."""
    hazard, loss = hazard_of_risk(risk, design.at_years), hazard_of_risk(design.yearly_loss, 1.0)
    rate, free, end = hazard + loss, min(design.follow_up_years, design.at_years), design.at_years
    whole = hazard * expm1(rate * free) / rate
    if end > free:
        last, accrual = design.accrual_years + design.follow_up_years, design.accrual_years
        whole += quad(lambda u: hazard * exp(rate * u) * accrual / (last - u), free, end, epsabs=0, epsrel=1e-10)[0]
    return float((1 - risk) ** 2 * whole)


def _spread(design: SurvivalDesign) -> float:
    """Standard error of the difference times the square root of the control arm's size."""
    return sqrt(variance_of_one(design.control, design) + variance_of_one(design.new, design) / design.ratio)


def sample_size(design: SurvivalDesign, power: float) -> tuple[int, int]:
    """Women in the new and the control arm, each rounded up.

    Raises:
        InputError: a power that is none, or more women than any trial has.
    """
    check_errors(design.alpha, power)
    reach = float(ndtri(power) - ndtri(design.alpha)) * _spread(design)
    return arm_sizes((reach / design.distance) ** 2, design.ratio)


def power_at(design: SurvivalDesign, n_total: float) -> float:
    """Power of a trial with so many women in all.

    Raises:
        InputError: a number of women that is none.
    """
    check_n(n_total, "n")
    error = _spread(design) / sqrt(n_total / (1 + design.ratio))
    return float(ndtr(design.distance / error + float(ndtri(design.alpha))))
