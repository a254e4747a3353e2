"""An endpoint: the tissue and effect that a biological dose is for, as numbers of the linear-quadratic model."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from openiort.biology.checks import Values, within
from openiort.biology.repair_factor import repair_factor


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Numbers of one endpoint; each may be an array of samples, which broadcasts against doses.

    Attributes:
        alpha_beta_Gy: alpha/beta of the reference radiation, megavoltage photons.
        rbe_max: RBE of 50 kV x-rays in the limit of small doses.
        half_time_s: of repair.
        transition_ratio: D_T of the linear-quadratic-linear model in units of alpha/beta.
        slow_half_time_s: of a second repair process.
        slow_fraction: share of damage that it repairs.

    Raises:
        InputError: alpha/beta not above 0, RBEmax below 1, a negative half-time, a share outside 0 to 1.
    """

    alpha_beta_Gy: Values
    rbe_max: Values = 1.0
    half_time_s: Values = np.inf
    transition_ratio: Values = 2.0
    slow_half_time_s: Values = np.inf
    slow_fraction: Values = 0.0

    def __post_init__(self) -> None:
        within(self.alpha_beta_Gy, "alpha_beta_Gy", 0.0, open_low=True)
        within(self.rbe_max, "rbe_max", 1.0)
        within(self.half_time_s, "half_time_s", 0.0, infinite=True)
        within(self.transition_ratio, "transition_ratio", 0.0, open_low=True)
        within(self.slow_half_time_s, "slow_half_time_s", 0.0, infinite=True)
        within(self.slow_fraction, "slow_fraction", 0.0, 1.0)

    @property
    def transition_dose_Gy(self) -> NDArray[np.float64]:
        """D_T of the linear-quadratic-linear model."""
        return np.asarray(np.asarray(self.transition_ratio) * self.alpha_beta_Gy)

    def repair_factor(self, delivery_time_s: float | None) -> NDArray[np.float64]:
        """G of a dose that takes this long; 1 for None, a dose given at once."""
        if delivery_time_s is None:
            return np.asarray(1.0)
        return repair_factor(delivery_time_s, self.half_time_s, self.slow_half_time_s, self.slow_fraction)
