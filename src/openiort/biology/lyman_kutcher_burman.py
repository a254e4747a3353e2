"""Normal-tissue complication probability (NTCP) of Lyman, Kutcher and Burman.

    NTCP = Phi((gEUD - TD50) / (m TD50)),   gEUD with a = 1/n

Phi is the normal distribution. At no dose it is Phi(-1/m), not 0: 0.2 % for m = 0.35.
Source: J. T. Lyman, Radiat. Res. Suppl. 8, S13 (1985); G. J. Kutcher, C. Burman, Int. J. Radiat. Oncol. Biol. Phys. 16,
1623 (1989), doi:10.1016/0360-3016(89)90972-3. Range: fractions and doses like those that it was fitted to.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from openiort.biology.checks import Values, within
from openiort.biology.generalised_eud import geud_Gy


@dataclass(frozen=True, slots=True)
class LKBModel:
    """Numbers of the model; arrays are samples.

    Attributes:
        tolerance_Gy: TD50, uniform dose of 50 % complications.
        slope: m.
        volume_exponent: n.
        alpha_beta_Gy: of the doses that the model takes.
        reference_fraction_Gy: fraction of these doses; 0 is BED.

    Raises:
        InputError: a number that is not above 0 (the fraction: below 0).
    """

    tolerance_Gy: Values
    slope: Values
    volume_exponent: Values
    alpha_beta_Gy: Values
    reference_fraction_Gy: Values

    def __post_init__(self) -> None:
        for name in ("tolerance_Gy", "slope", "volume_exponent", "alpha_beta_Gy"):
            within(getattr(self, name), name, 0.0, open_low=True)
        within(self.reference_fraction_Gy, "reference_fraction_Gy", 0.0)


def lkb_ntcp(dose_Gy: Values, volume_cc: Values, model: LKBModel) -> NDArray[np.float64]:
    """Probability for doses (n,) or (n, samples) in the model's own fractions (equieffective.py).

    Raises:
        InputError: an empty structure, a dose below 0.
    """
    uniform = geud_Gy(dose_Gy, volume_cc, 1.0 / np.asarray(model.volume_exponent))
    tolerance = np.asarray(model.tolerance_Gy)
    return np.asarray(ndtr((uniform - tolerance) / (model.slope * tolerance)))
