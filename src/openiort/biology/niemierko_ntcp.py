"""Normal-tissue complication probability (NTCP) of Niemierko: a logistic curve of the logarithm of gEUD.

    NTCP = 1 / (1 + (TD50 / gEUD)^(4 gamma50)),   gEUD with a = 1/n

gamma50 is the slope at 50 %: rise of NTCP for a relative rise of dose. At no dose it is 0.
Source: A. Niemierko, Med. Phys. 26, 1100 (1999), abstract. Range: fractions and doses like those that it was fitted to.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from openiort.biology.checks import Values, within
from openiort.biology.generalised_eud import geud_Gy


@dataclass(frozen=True, slots=True)
class NiemierkoModel:
    """Numbers of the model; arrays are samples.

    Attributes:
        tolerance_Gy: TD50, uniform dose of 50 % complications.
        normalised_slope: gamma50.
        volume_exponent: n.
        alpha_beta_Gy: of the doses that the model takes.
        reference_fraction_Gy: fraction of these doses; 0 is BED.

    Raises:
        InputError: a number that is not above 0 (the fraction: below 0).
    """

    tolerance_Gy: Values
    normalised_slope: Values
    volume_exponent: Values
    alpha_beta_Gy: Values
    reference_fraction_Gy: Values

    def __post_init__(self) -> None:
        for name in ("tolerance_Gy", "normalised_slope", "volume_exponent", "alpha_beta_Gy"):
            within(getattr(self, name), name, 0.0, open_low=True)
        within(self.reference_fraction_Gy, "reference_fraction_Gy", 0.0)


def niemierko_ntcp(dose_Gy: Values, volume_cc: Values, model: NiemierkoModel) -> NDArray[np.float64]:
    """Probability for doses (n,) or (n, samples) in the model's own fractions (equieffective.py).

    Raises:
        InputError: an empty structure, a dose below 0.
    """
    uniform = geud_Gy(dose_Gy, volume_cc, 1.0 / np.asarray(model.volume_exponent))
    power = (uniform / model.tolerance_Gy) ** (4.0 * np.asarray(model.normalised_slope))
    return np.asarray(power / (1.0 + power))
