"""Risk difference, log risk ratio and log odds ratio of each study, with their large-sample variances.

Where any of a study's four cells is 0, 1/2 is added to each of them, as is usual for pooling by inverse variance.
Source: J. J. Deeks, J. P. T. Higgins, Statistical algorithms in Review Manager 5, The Cochrane Collaboration 2010.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from openiort.evidence.two_arms import TwoArms

FloatArray = NDArray[np.float64]
DIFFERENCE, RISK_RATIO, ODDS_RATIO = "risk difference", "risk ratio", "odds ratio"
MEASURES = {"rd": DIFFERENCE, "rr": RISK_RATIO, "or": ODDS_RATIO}


@dataclass(frozen=True, slots=True)
class Cells:
    """The four cells of each study, shape (studies,).

    Attributes:
        new_events, new_others: with and without the event, new arm.
        control_events, control_others: control.
    """

    new_events: FloatArray
    new_others: FloatArray
    control_events: FloatArray
    control_others: FloatArray

    @property
    def new_total(self) -> FloatArray:
        """Women in the new arm."""
        return self.new_events + self.new_others

    @property
    def control_total(self) -> FloatArray:
        """Women in the control arm."""
        return self.control_events + self.control_others


def cells_of(studies: Sequence[TwoArms]) -> Cells:
    """The counts as they are."""
    rows = np.array([(s.events_new, s.total_new - s.events_new, s.events_control, s.total_control - s.events_control)
                     for s in studies], np.float64)
    return Cells(*rows.T)


def effect_sizes(studies: Sequence[TwoArms], measure: str) -> tuple[FloatArray, FloatArray]:
    """Estimates (ratios as logarithms) and their variances, shape (studies,)."""
    raw = cells_of(studies)
    rows = np.stack([raw.new_events, raw.new_others, raw.control_events, raw.control_others])
    a, b, c, d = rows + 0.5 * (rows == 0).any(axis=0)
    new, control = a + b, c + d
    if measure == DIFFERENCE:
        return a / new - c / control, a * b / new**3 + c * d / control**3
    if measure == RISK_RATIO:
        return np.log(a / new) - np.log(c / control), 1 / a - 1 / new + 1 / c - 1 / control
    return np.log(a * d / (b * c)), 1 / a + 1 / b + 1 / c + 1 / d
