"""Biologically effective dose (BED) and EQD2 of the linear-quadratic model.

    BED = D (RBEmax + G d / (a/b)),   d = D / n,   EQD2 = BED / (1 + 2 Gy / (a/b))

D total dose, n fractions, a/b = alpha/beta, G repair during delivery (repair_factor.py), RBEmax on alpha only.
Source: J. F. Fowler, Br. J. Radiol. 62, 679 (1989), doi:10.1259/0007-1285-62-740-679; RBEmax: R. G. Dale, B. Jones,
Int. J. Radiat. Oncol. Biol. Phys. 43, 639 (1999), doi:10.1016/S0360-3016(98)00364-2; EQD2: S. M. Bentzen et al.,
Radiother. Oncol. 105, 266 (2012), doi:10.1016/j.radonc.2012.10.006.
Range: fractions that come one by one and repair in between; best supported up to about 10 Gy a fraction. Above
(20 Gy at an applicator) it is an extrapolation; linear_quadratic_linear.py is the other one.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from openiort.biology.checks import Values, doses, whole_fractions, within

REFERENCE_FRACTION_Gy = 2.0


def bed_Gy(total_dose_Gy: Values, fractions: int, alpha_beta_Gy: Values, *, repair_factor: Values = 1.0,
           rbe_max: Values = 1.0) -> NDArray[np.float64]:
    """BED of equal fractions; arrays broadcast, so a voxel gets its share of every fraction.

    Args:
        total_dose_Gy: of all fractions, at each place.
        fractions: their number.
        alpha_beta_Gy: alpha/beta of the endpoint.
        repair_factor: G, 1 where nothing is repaired during a fraction.
        rbe_max: RBE in the limit of small doses.

    Raises:
        InputError: a number outside its range.
    """
    dose, parts = doses(total_dose_Gy), whole_fractions(fractions)
    alpha_beta = within(alpha_beta_Gy, "alpha_beta_Gy", 0.0, open_low=True)
    repair, rbe = within(repair_factor, "repair_factor", 0.0, 1.0), within(rbe_max, "rbe_max", 1.0)
    return np.asarray(dose * (rbe + repair * dose / (parts * alpha_beta)))


def eqd2_Gy(biologically_effective_Gy: Values, alpha_beta_Gy: Values) -> NDArray[np.float64]:
    """Dose in 2 Gy fractions of megavoltage photons that has this BED."""
    alpha_beta = within(alpha_beta_Gy, "alpha_beta_Gy", 0.0, open_low=True)
    return np.asarray(doses(biologically_effective_Gy) / (1.0 + REFERENCE_FRACTION_Gy / alpha_beta))


def dose_of_bed_Gy(biologically_effective_Gy: Values, fractions: int, alpha_beta_Gy: Values, *,
                   repair_factor: Values = 1.0, rbe_max: Values = 1.0) -> NDArray[np.float64]:
    """Total dose that has this BED: the positive root of `bed_Gy`, in the form without cancellation."""
    bed, parts = doses(biologically_effective_Gy), whole_fractions(fractions)
    alpha_beta = within(alpha_beta_Gy, "alpha_beta_Gy", 0.0, open_low=True)
    repair, rbe = within(repair_factor, "repair_factor", 0.0, 1.0), within(rbe_max, "rbe_max", 1.0)
    return np.asarray(2.0 * bed / (rbe + np.sqrt(rbe * rbe + 4.0 * repair * bed / (parts * alpha_beta))))
