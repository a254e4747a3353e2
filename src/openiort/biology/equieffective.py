"""Dose of a structure as a model of an effect wants it: fractions of a size, or BED, at the model's own alpha/beta.

    EQDx = BED / (1 + x / (a/b)),   x = 0 is BED itself

Source: S. M. Bentzen et al., Radiother. Oncol. 105, 266 (2012), doi:10.1016/j.radonc.2012.10.006.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from openiort.biology.checks import Values, within
from openiort.biology.endpoint import Endpoint
from openiort.biology.equivalent_dose import fractionated_bed_Gy, single_dose_bed_Gy


def eqdx_Gy(biologically_effective_Gy: Values, alpha_beta_Gy: Values,
            reference_fraction_Gy: Values) -> NDArray[np.float64]:
    """Dose in reference fractions that has this BED.

    Raises:
        InputError: an alpha/beta not above 0, a negative fraction.
    """
    alpha_beta = within(alpha_beta_Gy, "alpha_beta_Gy", 0.0, open_low=True)
    fraction = within(reference_fraction_Gy, "reference_fraction_Gy", 0.0)
    return np.asarray(np.asarray(biologically_effective_Gy) / (1.0 + fraction / alpha_beta))


def single_dose_eqdx_Gy(dose_Gy: Values, endpoint: Endpoint, alpha_beta_Gy: Values, reference_fraction_Gy: Values, *,
                        delivery_time_s: float | None, model: str = "LQ") -> NDArray[np.float64]:
    """One dose of 50 kV x-rays for a model's alpha/beta and fraction; RBEmax and repair are the endpoint's.

    Raises:
        InputError: as `single_dose_bed_Gy`.
    """
    own = replace(endpoint, alpha_beta_Gy=alpha_beta_Gy)
    bed = single_dose_bed_Gy(dose_Gy, own, delivery_time_s=delivery_time_s, model=model)
    return eqdx_Gy(bed, alpha_beta_Gy, reference_fraction_Gy)


def fractionated_eqdx_Gy(total_dose_Gy: Values, fractions: int, alpha_beta_Gy: Values,
                         reference_fraction_Gy: Values) -> NDArray[np.float64]:
    """Equal fractions of megavoltage photons for a model's alpha/beta and fraction.

    Raises:
        InputError: as `fractionated_bed_Gy`.
    """
    bed = fractionated_bed_Gy(total_dose_Gy, fractions, Endpoint(alpha_beta_Gy))
    return eqdx_Gy(bed, alpha_beta_Gy, reference_fraction_Gy)
