"""Mantel-Haenszel: one common effect of all studies, from the counts as they are; arms without events need no help.

Source: N. Mantel, W. Haenszel, J. Natl. Cancer Inst. 22, 719 (1959). Variances: risk difference T. Sato, S. Greenland,
J. M. Robins, Biometrics 45, 1323 (1989); risk ratio S. Greenland, J. M. Robins, Biometrics 41, 55 (1985),
doi:10.2307/2530643; odds ratio J. Robins, N. Breslow, S. Greenland, Biometrics 42, 311 (1986), doi:10.2307/2531052.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from openiort.evidence.effect_sizes import DIFFERENCE, RISK_RATIO, Cells, cells_of
from openiort.evidence.two_arms import TwoArms

FloatArray = NDArray[np.float64]


def mantel_haenszel(studies: Sequence[TwoArms], measure: str) -> tuple[float, float, FloatArray] | None:
    """Estimate (a ratio as its logarithm), standard error, and weight of each study, shape (studies,), summing to 1.

    None where a ratio does not exist: one arm has no event in any study.
    """
    cells = cells_of(studies)
    if measure == DIFFERENCE:
        return _difference(cells)
    return _risk_ratio(cells) if measure == RISK_RATIO else _odds_ratio(cells)


def _difference(x: Cells) -> tuple[float, float, FloatArray]:
    n, m = x.new_total, x.control_total
    total = n + m
    weight = n * m / total
    estimate = float(np.sum(weight * (x.new_events / n - x.control_events / m)) / weight.sum())
    p = np.sum((n**2 * x.control_events - m**2 * x.new_events + n * m * (m - n) / 2) / total**2)
    q = np.sum((x.new_events * x.control_others + x.control_events * x.new_others) / (2 * total))
    return estimate, float(np.sqrt(estimate * p + q) / weight.sum()), weight / weight.sum()


def _risk_ratio(x: Cells) -> tuple[float, float, FloatArray] | None:
    n, m = x.new_total, x.control_total
    total = n + m
    r, s = np.sum(x.new_events * m / total), np.sum(x.control_events * n / total)
    if r == 0 or s == 0:
        return None
    spread = np.sum((n * m * (x.new_events + x.control_events) - x.new_events * x.control_events * total) / total**2)
    return float(np.log(r / s)), float(np.sqrt(spread / (r * s))), x.control_events * n / total / s


def _odds_ratio(x: Cells) -> tuple[float, float, FloatArray] | None:
    total = x.new_total + x.control_total
    r, s = x.new_events * x.control_others / total, x.new_others * x.control_events / total
    p, q = (x.new_events + x.control_others) / total, (x.new_others + x.control_events) / total
    big_r, big_s = r.sum(), s.sum()
    if big_r == 0 or big_s == 0:
        return None
    variance = (np.sum(p * r) / (2 * big_r**2) + np.sum(p * s + q * r) / (2 * big_r * big_s)
                + np.sum(q * s) / (2 * big_s**2))
    return float(np.log(big_r / big_s)), float(np.sqrt(variance)), s / big_s
