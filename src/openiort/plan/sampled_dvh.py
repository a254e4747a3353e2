"""A DVH with many others that might have been the true one: bands, and how often a goal is met.

Each sample is a curve of the same volumes. It is the plan's own curve times the ratio of two curves of a coarser
sampling of the structure, as shifted and as planned: so what the sampling gets wrong cancels.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from openiort.plan.dvh import DVH, make_dvh
from openiort.plan.goal import Goal
from openiort.plan.goals import goal_value

FloatArray = NDArray[np.float64]
NODES, LEAST_cc, HOTTEST, OTHERS = 240, 0.005, 2000, 2000
LEVELS = (0.68, 0.95)


@dataclass(frozen=True, slots=True, eq=False)
class SampledDVH:
    """Samples of a DVH.

    Attributes:
        dvh: as planned.
        volume_cc: (n,) parts of the structure, from the hottest on.
        dose_Gy: (samples, n) dose of each; falling.
    """

    dvh: DVH
    volume_cc: FloatArray
    dose_Gy: FloatArray

    def band_Gy(self, level: float) -> tuple[FloatArray, FloatArray]:
        """(n,) lower and upper dose between which this share of the samples lies."""
        low, high = np.quantile(self.dose_Gy, [(1.0 - level) / 2.0, (1.0 + level) / 2.0], axis=0)
        return low, high

    @property
    def at_cc(self) -> FloatArray:
        """(n,) volume that gets at least the dose of the part: its middle."""
        return np.asarray(np.cumsum(self.volume_cc) - self.volume_cc / 2.0)

    def values(self, goal: Goal) -> FloatArray:
        """(samples,) a goal's metric, in its unit; NaN where the structure is too small."""
        return np.array([goal_value(goal, self._one(dose_Gy)) for dose_Gy in self.dose_Gy])

    def mean_Gy(self) -> FloatArray:
        """(samples,) mean dose."""
        return np.asarray(self.dose_Gy @ self.volume_cc / self.volume_cc.sum())

    def dose_at_cc_Gy(self, volume_cc: float) -> FloatArray | None:
        """(samples,) least dose to the hottest volume; None where the structure is smaller."""
        edges_cc = np.cumsum(self.volume_cc)
        if not 0 < volume_cc <= edges_cc[-1] * (1 + 1e-9):
            return None
        return np.array([np.interp(volume_cc, self.at_cc, dose_Gy) for dose_Gy in self.dose_Gy])

    def _one(self, dose_Gy: FloatArray) -> DVH:
        return make_dvh(self.dvh.structure, dose_Gy, self.volume_cc, prescription_Gy=self.dvh.prescription_Gy)

    def in_eqd2(self, eqd2: DVH, transform: Callable[[FloatArray], FloatArray]) -> SampledDVH:
        """The samples in EQD2, which a function of dose gives."""
        return replace(self, dvh=eqd2, dose_Gy=transform(self.dose_Gy))


def sample_dvh(dvh: DVH, shifted: FloatArray, weight_cc: FloatArray, factor: FloatArray,
               statistics_z: FloatArray) -> SampledDVH:
    """Samples of a DVH.

    Args:
        dvh: as planned.
        shifted: (samples + 1, n) dose at points of the structure, as planned first, then shifted; (1, n) for no shift.
        weight_cc: (n,) volume of each.
        factor: (samples,) of all doses.
        statistics_z: (samples,) how many standard uncertainties the Monte Carlo's noise moves the curve.
    """
    edges_cc = _edges_cc(dvh.total_volume_cc)
    volume_cc = np.diff(edges_cc)
    middle = (edges_cc[:-1] + volume_cc / 2.0) / dvh.total_volume_cc
    base = _curve(dvh.dose_Gy, dvh.volume_cc, middle)
    noise = np.zeros_like(base) if dvh.band is None else dvh.band.at_Gy(base)
    if len(shifted) > 1:
        curves = np.stack([_curve(dose, weight_cc, middle) for dose in shifted])
        ratio = np.divide(curves[1:], curves[0], out=np.ones_like(curves[1:]), where=curves[0] > 0)
    else:
        ratio = np.ones((1, len(base)))
    dose_Gy = np.maximum(base * ratio * factor[:, None] + noise * statistics_z[:, None], 0.0)
    return SampledDVH(dvh, volume_cc, -np.sort(-dose_Gy, axis=1))


def fewer_points(dose_Gy: FloatArray, volume_cc: FloatArray) -> tuple[NDArray[np.intp], FloatArray]:
    """Which points stand for all, and with which volumes: the hottest ones, and of the rest some, evenly by dose."""
    order = np.argsort(-dose_Gy, kind="stable")
    if len(order) <= HOTTEST + OTHERS:
        return order, volume_cc[order]
    groups = np.array_split(order[HOTTEST:], OTHERS)
    chosen = np.concatenate([order[:HOTTEST], [group[len(group) // 2] for group in groups]])
    return chosen, np.concatenate([volume_cc[order[:HOTTEST]], [volume_cc[group].sum() for group in groups]])


def _edges_cc(total_cc: float) -> FloatArray:
    """From 0 to the whole: fine where it is hot, even beyond."""
    hot = np.geomspace(min(LEAST_cc, total_cc / 10.0), total_cc, NODES)
    return np.unique(np.concatenate([[0.0], hot, np.linspace(0.0, total_cc, NODES)]))


def _curve(dose_Gy: FloatArray, volume_cc: FloatArray, share: FloatArray) -> FloatArray:
    """Dose that the hottest shares (n,) of the volume get at least."""
    order = np.argsort(-dose_Gy)
    reached = np.cumsum(volume_cc[order])
    place = np.searchsorted(reached, share * reached[-1])
    return np.asarray(dose_Gy[order][np.minimum(place, len(order) - 1)])
