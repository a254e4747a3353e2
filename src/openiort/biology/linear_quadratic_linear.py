"""Linear-quadratic-linear model (LQ-L): above a transition dose the survival curve is straight.

    d <= D_T: BED = d (RBEmax + G d / (a/b));   d > D_T: BED = BED(D_T) + (gamma/alpha) (d - D_T)

d dose of a fraction. gamma/alpha is chosen so that the curve has no kink: RBEmax + 2 G D_T / (a/b). Without repair and
with RBEmax = 1 this is the published 1 + 2 D_T / (a/b).
Source: M. Astrahan, Med. Phys. 35, 4161 (2008), doi:10.1118/1.2969065, recalled, to be confirmed.
Range: doses of a fraction above D_T, of the order of 2 a/b; which D_T holds for breast at 50 kV nobody has measured.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from openiort.biology.checks import Values, doses, whole_fractions, within
from openiort.biology.linear_quadratic import bed_Gy, dose_of_bed_Gy


def lql_bed_Gy(total_dose_Gy: Values, fractions: int, alpha_beta_Gy: Values, transition_dose_Gy: Values, *,
               repair_factor: Values = 1.0, rbe_max: Values = 1.0) -> NDArray[np.float64]:
    """BED of equal fractions; arguments as those of `linear_quadratic.bed_Gy`.

    Args:
        total_dose_Gy: of all fractions, at each place.
        fractions: their number.
        alpha_beta_Gy: alpha/beta of the endpoint.
        transition_dose_Gy: D_T of one fraction; infinity is the linear-quadratic model.
        repair_factor: G.
        rbe_max: RBE in the limit of small doses.

    Raises:
        InputError: a number outside its range.
    """
    parts = whole_fractions(fractions)
    dose = doses(total_dose_Gy) / parts
    transition = within(transition_dose_Gy, "transition_dose_Gy", 0.0, open_low=True, infinite=True)
    curved = np.minimum(dose, transition)
    quadratic = bed_Gy(curved, 1, alpha_beta_Gy, repair_factor=repair_factor, rbe_max=rbe_max)
    slope = np.asarray(rbe_max) + 2.0 * np.asarray(repair_factor) * curved / np.asarray(alpha_beta_Gy)
    return np.asarray(parts * (quadratic + slope * (dose - curved)))


def dose_of_lql_bed_Gy(biologically_effective_Gy: Values, alpha_beta_Gy: Values, transition_dose_Gy: Values, *,
                       repair_factor: Values = 1.0, rbe_max: Values = 1.0) -> NDArray[np.float64]:
    """Single dose that has this BED: the inverse of `lql_bed_Gy` with one fraction.

    Raises:
        InputError: a number outside its range.
    """
    transition = within(transition_dose_Gy, "transition_dose_Gy", 0.0, open_low=True)
    bed_there = bed_Gy(transition, 1, alpha_beta_Gy, repair_factor=repair_factor, rbe_max=rbe_max)
    curved = np.minimum(biologically_effective_Gy, bed_there)
    slope = np.asarray(rbe_max) + 2.0 * np.asarray(repair_factor) * transition / np.asarray(alpha_beta_Gy)
    quadratic = dose_of_bed_Gy(curved, 1, alpha_beta_Gy, repair_factor=repair_factor, rbe_max=rbe_max)
    return np.asarray(quadratic + (np.asarray(biologically_effective_Gy) - curved) / slope)
