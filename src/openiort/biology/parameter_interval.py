"""What a result's parameters leave open: the result for every sample of them, and the interval that holds most.

The value is that of the parameters' values; the interval runs between quantiles of the samples, rounded outwards. How
parameters are drawn is parameter_set.py's: uniform or lognormal, as their file says, and independent of each other,
which is an assumption. Seed and number of samples make a result; threads and order do not.
What the dose itself leaves open is not in it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from openiort.biology.checks import Values, doses, within
from openiort.biology.dose_bins import binned, binned_with_distance
from openiort.biology.parameter_set import ParameterSet
from openiort.core.errors import InputError

LEVEL, SAMPLES, SEED = 0.95, 1000, 1
NODES = 513  # doses at which an interval over many voxels is found; between them it is interpolated


@dataclass(frozen=True, slots=True)
class Interval:
    """A result with the interval that its parameters give; arrays have the shape of the doses.

    Attributes:
        value: with each parameter at its value.
        low: lower end.
        high: upper end.
        level: share of the samples between them.
        samples: their number.
        seed: of the draws.
        without_interval: parameters of which no interval is known: what they leave open is missing here.
    """

    value: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    level: float = LEVEL
    samples: int = SAMPLES
    seed: int = SEED
    without_interval: tuple[str, ...] = ()


def interval(function: Callable[..., Values], sets: tuple[ParameterSet[Any], ...], *, level: float = LEVEL,
             samples: int = SAMPLES, seed: int = SEED) -> Interval:
    """A result of parameters alone.

    Args:
        function: takes the models of `sets`, one after the other; their numbers are floats, then arrays (samples,).
            Returns an array that ends in the samples' axis (in an axis of one, or none, for floats).
        sets: of parameters.
        level: share of samples within the interval.
        samples: how many.
        seed: of the draws.

    Raises:
        InputError: a level outside 0 to 1, too few samples for it, or what the function raises.
    """
    _check(level, samples, seed)
    value = np.asarray(function(*(one.nominal() for one in sets)), np.float64)
    drawn = np.asarray(function(*(one.samples(samples, seed) for one in sets)), np.float64)
    ordered = np.sort(np.broadcast_to(drawn, (*drawn.shape[:-1], samples)), axis=-1)
    outside = int((1.0 - level) / 2.0 * samples)
    low, high = ordered[..., outside], ordered[..., samples - 1 - outside]
    unknown = tuple(f"{one.name}/{name}" for one in sets for name in one.without_interval)
    return Interval(value.reshape(low.shape), low, high, level, samples, seed, unknown)


def interval_of_doses(function: Callable[..., Values], dose_Gy: Values, sets: tuple[ParameterSet[Any], ...], *,
                      level: float = LEVEL, samples: int = SAMPLES, seed: int = SEED) -> Interval:
    """A result at each dose of an array of any shape, such as EQD2 in voxels.

    Args:
        function: takes doses and the models of `sets`, such as `single_dose_eqd2_Gy`; smooth in dose.
        dose_Gy: any shape; of more than `NODES` doses the interval is interpolated between that many.
        sets: of parameters.
        level: share of samples within the interval.
        samples: how many.
        seed: of the draws.

    Raises:
        InputError: no doses, a negative one; as `interval`.
    """
    dose = doses(dose_Gy)
    if dose.size == 0:
        raise InputError("there are no doses", where="dose_Gy", allowed="one or more", fix="leave this structure out")
    flat = dose.ravel()
    nodes = flat if flat.size <= NODES else np.linspace(flat.min(), flat.max(), NODES)
    found = interval(lambda *models: function(nodes[:, None], *models), sets, level=level, samples=samples, seed=seed)
    if nodes is not flat:
        value = np.asarray(function(flat, *(one.nominal() for one in sets)), np.float64)
        found = replace(found, value=value, low=np.interp(flat, nodes, found.low),
                        high=np.interp(flat, nodes, found.high))
    return replace(found, value=found.value.reshape(dose.shape), low=found.low.reshape(dose.shape),
                   high=found.high.reshape(dose.shape))


def interval_of_structure(function: Callable[..., Values], dose_Gy: Values, volume_cc: Values,
                          sets: tuple[ParameterSet[Any], ...], *, distance_mm: Values | None = None,
                          level: float = LEVEL, samples: int = SAMPLES, seed: int = SEED) -> Interval:
    """One result of a whole structure, such as an NTCP.

    Args:
        function: takes doses (n, 1), volumes (n,) and the models of `sets`; returns (samples,) or (1,). Where distances
            are given it takes doses, distances (n,), volumes and models, as tumour control does.
        dose_Gy: (n,) of the structure's voxels or its DVH.
        volume_cc: (n,).
        sets: of parameters.
        distance_mm: (n,) from the cavity's edge.
        level: share of samples within the interval.
        samples: how many.
        seed: of the draws.

    Raises:
        InputError: an empty structure; as `interval`.
    """
    if distance_mm is None:
        dose, *places = binned(dose_Gy, volume_cc)
    else:
        dose, *places = binned_with_distance(dose_Gy, distance_mm, volume_cc)
    return interval(lambda *models: function(dose[:, None], *places, *models), sets, level=level, samples=samples,
                    seed=seed)


def _check(level: float, samples: int, seed: int) -> None:
    within(level, "level", 0.0, 1.0, open_low=True)
    if not 0 <= seed < 2**63 or samples < 2 or (1.0 - level) * samples < 2.0:
        raise InputError(f"{samples} samples with seed {seed} give no interval of {level:g}", where="samples, seed",
                         allowed="two samples or more outside the interval, a seed of 0 or more",
                         fix=f"use {SAMPLES} samples")
