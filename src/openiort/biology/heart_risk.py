"""Rate of major coronary events, relative to the same woman's without radiation, against mean heart dose.

    relative rate = 1 + b D_mean

Source: S. C. Darby et al., N. Engl. J. Med. 368, 987 (2013), doi:10.1056/NEJMoa1209825: linear, no threshold.
Range: mean heart doses of 0.03 to 27.7 Gy of women treated by fractions from 1958 to 2001; physical mean dose.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from openiort.biology.checks import Values, doses, within


@dataclass(frozen=True, slots=True)
class HeartModel:
    """Its one number; an array is samples.

    Attributes:
        increase_percent_per_Gy: rise of the rate per gray of mean heart dose.

    Raises:
        InputError: a negative number.
    """

    increase_percent_per_Gy: Values

    def __post_init__(self) -> None:
        within(self.increase_percent_per_Gy, "increase_percent_per_Gy", 0.0)


def relative_rate(mean_heart_Gy: Values, model: HeartModel) -> NDArray[np.float64]:
    """Rate over the rate without dose; 1 at no dose.

    Raises:
        InputError: a negative dose.
    """
    return np.asarray(1.0 + np.asarray(model.increase_percent_per_Gy) / 100.0 * doses(mean_heart_Gy))
