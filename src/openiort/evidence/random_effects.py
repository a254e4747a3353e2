"""Random effects: studies differ, their true effects spread about a mean with variance tau2 (DerSimonian-Laird).

Source: R. DerSimonian, N. Laird, Control. Clin. Trials 7, 177 (1986), doi:10.1016/0197-2456(86)90046-2. Hartung-Knapp:
J. Hartung, G. Knapp, Stat. Med. 20, 3875 (2001), doi:10.1002/sim.1009. I2 and prediction interval: J. P. T. Higgins,
S. G. Thompson, Stat. Med. 21, 1539 (2002), doi:10.1002/sim.1186; J. P. T. Higgins, S. G. Thompson,
D. J. Spiegelhalter, J. R. Stat. Soc. A 172, 137 (2009), doi:10.1111/j.1467-985X.2008.00552.x.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaincc, stdtrit

FloatArray = NDArray[np.float64]
FEWEST_TO_PREDICT = 3


@dataclass(frozen=True, slots=True)
class RandomEffects:
    """Heterogeneity and mean.

    Attributes:
        q: Cochran's, of k - 1 degrees of freedom.
        q_p: its p.
        i2: share of the variation that is not chance, a fraction.
        tau2: variance of the true effects.
        mean: of the true effects.
        normal_error: standard error of the mean by DerSimonian-Laird.
        hartung_knapp_error: that of Hartung-Knapp, to be used with t of k - 1.
        weights: of the studies, shape (studies,), summing to 1.
    """

    q: float
    q_p: float
    i2: float
    tau2: float
    mean: float
    normal_error: float
    hartung_knapp_error: float
    weights: FloatArray


def random_effects(effects: FloatArray, variances: FloatArray) -> RandomEffects:
    """Of two studies or more.

    Args:
        effects: estimates, shape (studies,).
        variances: of the estimates, shape (studies,).
    """
    freedom = effects.size - 1
    weights = 1 / variances
    q = float(weights @ (effects - weights @ effects / weights.sum()) ** 2)
    tau2 = max(0.0, (q - freedom) / float(weights.sum() - weights @ weights / weights.sum()))
    weights = 1 / (variances + tau2)
    total = float(weights.sum())
    mean = float(weights @ effects) / total
    spread = float(weights @ (effects - mean) ** 2) / freedom
    return RandomEffects(q, float(gammaincc(freedom / 2, q / 2)), max(0.0, (q - freedom) / q) if q else 0.0, tau2, mean,
                         sqrt(1 / total), sqrt(spread / total), weights / total)


def prediction_limits(found: RandomEffects, studies: int, level: float) -> tuple[float, float] | None:
    """Where the true effect of another study lies, t with k - 2 degrees of freedom; None below three studies."""
    if studies < FEWEST_TO_PREDICT:
        return None
    half = float(stdtrit(studies - 2, (1 + level) / 2)) * sqrt(found.tau2 + found.normal_error**2)
    return found.mean - half, found.mean + half
