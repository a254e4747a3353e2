"""IORT as boost, followed by whole-breast fractions: what both add up to in EQD2.

EQD2 of one endpoint adds up where the two treatments lie weeks apart and nothing but dose links them: repopulation
between them is left out. The nominal IORT dose belongs to a dose scale; at the surface TARGIT and V4.0 differ by
14-30 %.
Source: S. M. Bentzen et al., Radiother. Oncol. 105, 266 (2012), doi:10.1016/j.radonc.2012.10.006; scales: AAPM Task
Group 292 (2020), summary.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from openiort.biology.checks import Values, doses, within
from openiort.biology.endpoint import Endpoint
from openiort.biology.equivalent_dose import fractionated_eqd2_Gy, single_dose_eqd2_Gy
from openiort.core.errors import InputError
from openiort.device.dose_scale import DOSE_SCALES


@dataclass(frozen=True, slots=True)
class ScaleRatio:
    """Ratio of the two dose scales at the surface of a spherical applicator; an array is samples.

    Attributes:
        v4_over_targit: dose on the V4.0 scale over that on the TARGIT scale, of the same irradiation.

    Raises:
        InputError: a ratio below 1.
    """

    v4_over_targit: Values

    def __post_init__(self) -> None:
        within(self.v4_over_targit, "v4_over_targit", 1.0)


@dataclass(frozen=True, slots=True)
class BoostSum:
    """Both parts of a risk-adapted treatment at the same places.

    Attributes:
        boost_eqd2_Gy: EQD2 of the single dose.
        external_eqd2_Gy: EQD2 of the fractions.
        dose_scale: whose calibration the single dose belongs to.
    """

    boost_eqd2_Gy: NDArray[np.float64]
    external_eqd2_Gy: NDArray[np.float64]
    dose_scale: str

    @property
    def total_eqd2_Gy(self) -> NDArray[np.float64]:
        """EQD2 of both."""
        return self.boost_eqd2_Gy + self.external_eqd2_Gy


def boost_then_fractions(boost_Gy: Values, dose_scale: str, external_Gy: Values, fractions: int, endpoint: Endpoint, *,
                         delivery_time_s: float | None, model: str = "LQ") -> BoostSum:
    """EQD2 of a single dose of 50 kV x-rays and of fractions after it.

    Args:
        boost_Gy: single dose at each place, on the scale named.
        dose_scale: one of `device.dose_scale.DOSE_SCALES`.
        external_Gy: dose of all fractions at each place.
        fractions: their number.
        endpoint: alpha/beta, RBEmax, repair.
        delivery_time_s: of the single dose; None leaves repair during delivery out.
        model: `LQ` or `LQ-L`.

    Raises:
        InputError: an unknown scale; a number outside its range.
    """
    _known(dose_scale)
    return BoostSum(single_dose_eqd2_Gy(boost_Gy, endpoint, delivery_time_s=delivery_time_s, model=model),
                    fractionated_eqd2_Gy(external_Gy, fractions, endpoint, model=model), dose_scale)


def surface_dose_on_scale_Gy(dose_Gy: Values, dose_scale: str, wanted: str, ratio: ScaleRatio) -> NDArray[np.float64]:
    """A dose at an applicator's surface on the other of the two published scales.

    Raises:
        InputError: a scale other than TARGIT and V4.0: no ratio to it is published.
    """
    for scale in (dose_scale, wanted):
        if _known(scale) == "Monte Carlo":
            raise InputError("no ratio between Monte Carlo and a published scale is known", where="dose_scale",
                             allowed="TARGIT, V4.0", fix="commission the device on its own tables (docs/device.md)")
    factor = np.asarray(ratio.v4_over_targit)
    power = int(dose_scale == "TARGIT") - int(wanted == "TARGIT")
    return np.asarray(doses(dose_Gy) * factor**power)


def _known(scale: str) -> str:
    if scale not in DOSE_SCALES:
        raise InputError(f"no dose scale '{scale[:40]}'", where="dose_scale", allowed=", ".join(DOSE_SCALES),
                         fix="say whose calibration the dose belongs to")
    return scale
