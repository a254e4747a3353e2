"""Tumour control probability: no clonogen survives, where their density falls with distance from the cavity.

    TCP = exp(-S),   S = N sum_i w_i exp(-alpha BED_i),   w_i ~ V_i exp(-d_i / L),   sum_i w_i = 1

N clonogens left after surgery, the mean over women, most of whom have none: exp(-N) is control without radiotherapy.
d_i distance of a voxel from the cavity's edge, L decay length, V_i its volume, BED_i of the endpoint whose alpha is
alpha. Inside the cavity there are none.
Source: Poisson TCP: S. Webb, A. E. Nahum, Phys. Med. Biol. 38, 653 (1993), doi:10.1088/0031-9155/38/6/001; the
radial density is an assumption of ours. Range: for comparing dose distributions in one woman; N, alpha and L are not
known of anyone, and women differ, which flattens real curves.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from openiort.biology.checks import Values, structure, within
from openiort.core.errors import InputError


@dataclass(frozen=True, slots=True)
class TumourControlModel:
    """Numbers of the model; arrays are samples.

    Attributes:
        alpha_per_Gy: alpha of the reference radiation.
        clonogens: left after surgery, in all; the mean over women, which may be below 1.
        decay_length_mm: distance in which their density falls to 1/e.

    Raises:
        InputError: a number that is not above 0 (clonogens: below 0).
    """

    alpha_per_Gy: Values
    clonogens: Values
    decay_length_mm: Values

    def __post_init__(self) -> None:
        within(self.alpha_per_Gy, "alpha_per_Gy", 0.0, open_low=True)
        within(self.clonogens, "clonogens", 0.0)
        within(self.decay_length_mm, "decay_length_mm", 0.0, open_low=True)


def clonogen_share(distance_mm: Values, volume_cc: Values, decay_length_mm: Values) -> NDArray[np.float64]:
    """Share of all clonogens in each voxel (n,), or (n, samples) for an array of decay lengths; they add up to 1.

    Args:
        distance_mm: (n,) from the cavity's edge, negative inside it.
        volume_cc: (n,).
        decay_length_mm: L.

    Raises:
        InputError: no volume outside the cavity.
    """
    distance = within(distance_mm, "distance_mm", -np.inf)
    outside, volume = structure(np.maximum(distance, 0.0), volume_cc, "distance_mm")
    volume = np.where(distance >= 0.0, volume, 0.0)
    length = within(decay_length_mm, "decay_length_mm", 0.0, open_low=True)
    if volume.sum() <= 0.0:
        raise InputError("no volume lies outside the cavity", where="distance_mm", allowed="distances of 0 and more",
                         fix="give tissue outside the cavity's edge")
    nearest = outside[volume > 0.0].min()  # only ratios count: nothing underflows to a sum of 0
    if length.ndim:
        outside, volume = outside[:, None], volume[:, None]
    density = volume * np.exp((nearest - np.maximum(outside, nearest)) / length)
    return np.asarray(density / density.sum(axis=0))


def surviving_clonogens(biologically_effective_Gy: Values, distance_mm: Values, volume_cc: Values,
                        model: TumourControlModel) -> NDArray[np.float64]:
    """Expected number S that survive BEDs (n,) or (n, samples).

    Raises:
        InputError: an empty structure, a BED below 0, arrays that do not belong together.
    """
    bed, _ = structure(biologically_effective_Gy, volume_cc)
    share = clonogen_share(distance_mm, volume_cc, model.decay_length_mm)
    alpha = np.asarray(model.alpha_per_Gy)
    if bed.ndim < max(share.ndim, alpha.ndim + 1):
        bed = bed[:, None]
    if share.ndim < bed.ndim:
        share = share[:, None]
    found = np.asarray(model.clonogens) * (share * np.exp(-alpha * bed)).sum(axis=0)
    return np.asarray(found)


def tumour_control_probability(biologically_effective_Gy: Values, distance_mm: Values, volume_cc: Values,
                               model: TumourControlModel) -> NDArray[np.float64]:
    """Probability that none survives; arguments and errors as of `surviving_clonogens`."""
    return np.exp(-surviving_clonogens(biologically_effective_Gy, distance_mm, volume_cc, model))
