"""The statistical uncertainty of a DVH, from groups of histories.

Noise shifts a cumulative curve: where it passes dose D it is moved along the dose axis by the mean, over the voxels of
that dose, of their errors. Each group of histories gives one such shift; the spread of the groups' shifts is the
standard uncertainty of D at that point of the curve, with all correlations between voxels. The uncertainty of a volume
follows from the curve itself. Nothing but the statistics of the Monte Carlo is in it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
STEP = 0.005  # of the logarithm of dose
# share of the highest dose below which nothing is stated: there few photons come, and some voxels have seen none
LOWEST = 0.01
BINS = math.ceil(-math.log(LOWEST) / STEP)  # the last holds all that is lower
# For voxels with independent noise s the volume above a dose varies by sum p (1 - p), p the chance of being above it:
# as if the voxels of a range of doses sqrt(pi) s wide shifted together, since the integral of p (1 - p) is
# s / sqrt(pi).
NOISES = math.sqrt(math.pi)


@dataclass(frozen=True, slots=True)
class DVHBand:
    """Standard uncertainty (k=1) along a cumulative curve.

    Attributes:
        dose_Gy: (n,) rising from a hundredth of the highest dose on, read-only.
        sigma_Gy: (n,) standard uncertainty of the dose where the curve passes `dose_Gy`, read-only.
        mean_sigma_Gy: standard uncertainty of the mean dose.
    """

    dose_Gy: FloatArray
    sigma_Gy: FloatArray
    mean_sigma_Gy: float

    def __post_init__(self) -> None:
        for name in ("dose_Gy", "sigma_Gy"):
            array = np.array(getattr(self, name), np.float64)
            array.setflags(write=False)
            object.__setattr__(self, name, array)

    def at_Gy(self, dose_Gy: FloatArray) -> FloatArray:
        """Standard uncertainty where the curve passes these doses."""
        return np.interp(dose_Gy, self.dose_Gy, self.sigma_Gy)

    def covers(self, dose_Gy: float) -> bool:
        """Whether an uncertainty is stated there: not at doses that next to no photon brings."""
        return dose_Gy >= float(self.dose_Gy[0])

    def with_common(self, percent: float, mean_Gy: float) -> DVHBand:
        """The band with a standard uncertainty that all doses share: of the number of photons, for instance."""
        share = percent / 100.0
        return DVHBand(self.dose_Gy, np.hypot(self.sigma_Gy, share * self.dose_Gy),
                       math.hypot(self.mean_sigma_Gy, share * mean_Gy))


def dvh_band(dose_Gy: FloatArray, volume_cc: FloatArray, deviation: NDArray[np.floating]) -> DVHBand | None:
    """The band of the DVH of some samples; None where there is no dose.

    Args:
        dose_Gy: (n,) of the samples.
        volume_cc: (n,) of the samples.
        deviation: (groups, n) relative deviation of the dose of 2 or more groups of equal numbers of histories from
            that of all.
    """
    highest = float(dose_Gy.max()) if dose_Gy.size else 0.0
    if highest <= 0:
        return None
    below = -np.log(np.maximum(dose_Gy, LOWEST * highest) / highest) / STEP
    number = np.minimum(below.astype(np.intp), BINS - 1)
    groups, moment = len(deviation), volume_cc * dose_Gy
    shifts = np.array([np.bincount(number, moment * of_group, BINS) for of_group in deviation], float)
    squares = np.einsum("gn,gn->n", deviation, deviation, dtype=np.float64)
    volume, moments = np.bincount(number, volume_cc, BINS), np.bincount(number, moment, BINS)
    variance = np.bincount(number, volume_cc * squares, BINS) / (groups * (groups - 1))
    filled = np.flatnonzero(volume[:-1] > 0)
    noise = np.sqrt(variance[filled] / volume[filled])
    # the samples that noise as large as this carries to and fro across a dose
    reach = np.rint(NOISES * noise / STEP / 2.0).astype(np.intp)
    low, high = np.maximum(filled - reach, 0), np.minimum(filled + reach + 1, BINS - 1)
    sigma = _of_mean(_between(shifts, low, high) / _between(np.asarray(volume, float), low, high))
    dose = moments[filled] / volume[filled]
    return DVHBand(dose[::-1], sigma[::-1], float(_of_mean(shifts.sum(axis=1) / volume.sum())))


def _between(values: FloatArray, low: NDArray[np.intp], high: NDArray[np.intp]) -> FloatArray:
    """Sums of (..., bins) from `low` to before `high`."""
    sums = np.concatenate([np.zeros((*values.shape[:-1], 1)), np.cumsum(values, axis=-1)], axis=-1)
    return np.asarray(sums[..., high] - sums[..., low])


def _of_mean(shifts: FloatArray) -> FloatArray:
    """Standard uncertainty of the mean over groups (groups, ...) whose mean is 0."""
    groups = len(shifts)
    return np.asarray(np.sqrt((shifts**2).sum(axis=0) / (groups * (groups - 1))))
