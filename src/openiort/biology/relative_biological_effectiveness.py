"""RBE of low-energy x-rays at a dose, where they raise alpha by RBEmax and leave beta as it is.

    RBE(D) = [-k + sqrt(k^2 + 4 D (RBEmax k + D))] / (2 D),   k = alpha/beta of the reference radiation

so that D RBE(D) of the reference radiation has the effect of D. It falls from RBEmax at no dose to 1 at high doses.
Source: R. G. Dale, B. Jones, Int. J. Radiat. Oncol. Biol. Phys. 43, 639 (1999), doi:10.1016/S0360-3016(98)00364-2,
with RBEmin = 1. Range: single doses; linear-quadratic survival of both radiations.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from openiort.biology.checks import Values, doses, within


def rbe(dose_Gy: Values, alpha_beta_Gy: Values, rbe_max: Values) -> NDArray[np.float64]:
    """RBE at single doses; RBEmax at dose 0. Written as a quotient in which nothing cancels.

    Raises:
        InputError: a number outside its range; an RBEmax below 1.
    """
    dose, k = doses(dose_Gy), within(alpha_beta_Gy, "alpha_beta_Gy", 0.0, open_low=True)
    most = within(rbe_max, "rbe_max", 1.0)
    effect = most * k + dose
    return np.asarray(2.0 * effect / (k + np.sqrt(k * k + 4.0 * dose * effect)))
