"""How many women show that a proportion is not higher by the margin: new treatment against control.

With v = p (1 - p), d = new - control and k = n_new / n_control:

- unpooled (Wald): n_control = (z_alpha + z_power)^2 (v_control + v_new / k) / (margin - d)^2. With equal rates and
  k = 1 this is TARGIT-A's 2 v (z_alpha + z_power)^2 / margin^2.
- Farrington-Manning: z_alpha takes the variance of the rates restricted to a difference of the margin, z_power that of
  the expected ones.

Source: C. P. Farrington, G. Manning, Stat. Med. 9, 1447 (1990), doi:10.1002/sim.4780091208, sample size
with restricted maximum likelihood estimates.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, sqrt

from scipy.special import ndtr, ndtri

from openiort.evidence.design_checks import check_arms, check_errors, check_n
from openiort.evidence.restricted_rates import restricted_pair


@dataclass(frozen=True, slots=True)
class ProportionDesign:
    """Assumptions of a trial whose result is a difference of two proportions.

    Attributes:
        control, new: expected proportions with the event.
        margin: largest tolerable new - control, above 0.
        alpha: one-sided error.
        ratio: women in the new arm for each in the control arm.

    Raises:
        InputError: assumptions that no trial can be planned with.
    """

    control: float
    new: float
    margin: float
    alpha: float = 0.05
    ratio: float = 1.0

    def __post_init__(self) -> None:
        check_arms(self.control, self.new, self.margin, self.ratio)
        check_errors(self.alpha, None)

    @property
    def distance(self) -> float:
        """How far the expected difference stays below the margin."""
        return self.margin - (self.new - self.control)


def _spread(new: float, control: float, ratio: float) -> float:
    """Standard error of the difference times the square root of the control arm's size."""
    return sqrt(control * (1 - control) + new * (1 - new) / ratio)


def spreads(design: ProportionDesign, *, restricted: bool) -> tuple[float, float]:
    """Spread that the test assumes at the margin, and the one that is expected."""
    expected = _spread(design.new, design.control, design.ratio)
    if not restricted:
        return expected, expected
    new, control = restricted_pair(design.new, design.control, 1 / design.ratio, design.margin)
    return _spread(float(new), float(control), design.ratio), expected


def sample_size(design: ProportionDesign, power: float, *, restricted: bool) -> tuple[int, int]:
    """Women in the new and the control arm, each rounded up.

    Args:
        design: the assumptions.
        power: wanted.
        restricted: Farrington-Manning; else unpooled.

    Raises:
        InputError: a power that is none, or more women than any trial has.
    """
    check_errors(design.alpha, power)
    at_margin, expected = spreads(design, restricted=restricted)
    reach = float(-ndtri(design.alpha)) * at_margin + float(ndtri(power)) * expected
    return arm_sizes((reach / design.distance) ** 2, design.ratio)


def arm_sizes(n_control: float, ratio: float) -> tuple[int, int]:
    """Women in the new and the control arm, rounded up; InputError when there are too many."""
    control = max(check_n(ceil(max(n_control - 1e-9, 2.0)), "n"), 1)
    return check_n(max(ceil(control * ratio - 1e-9), 1) + control, "n") - control, control


def power_at(design: ProportionDesign, n_total: float, *, restricted: bool) -> float:
    """Power of a trial with so many women in all, by the same formula.

    Raises:
        InputError: a number of women that is none.
    """
    check_n(n_total, "n")
    at_margin, expected = spreads(design, restricted=restricted)
    root = sqrt(n_total / (1 + design.ratio))
    return float(ndtr((root * design.distance + float(ndtri(design.alpha)) * at_margin) / expected))
