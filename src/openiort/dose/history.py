"""What becomes of one source photon: followed once, or its first collision forced and split.

Absorption is by weight (implicit capture), light photons end by Russian roulette. Scores are by track length.
Sources: J. F. Williamson, Med. Phys. 14, 567 (1987), doi:10.1118/1.596069 (track length); forced collisions and
splitting: H. Kahn, T. E. Harris, Natl. Bur. Stand. Appl. Math. Ser. 12, 27 (1951).
"""

from __future__ import annotations

import math

from openiort.core.compiled import njit
from openiort.core.random_stream import uniform
from openiort.dose.flight import NONE, fly
from openiort.physics.direction import isotropic
from openiort.physics.element_tables import LOWEST_keV
from openiort.physics.lookup import bin_of
from openiort.physics.photon_scatter import energy_row, scatter

ROULETTE_BELOW, ROULETTE_TO = 0.15, 0.3
# of the weight that a split photon starts with
SPLIT_ROULETTE = 0.3
# optical depth beyond which nothing is left
DEEPEST = 40.0


@njit
def source_energy_keV(spectrum, state):
    """Energy of a source photon, and the random state."""
    u, state = uniform(state)
    i = bin_of(spectrum.cumulative, u)
    share = (u - spectrum.cumulative[i]) / (spectrum.cumulative[i + 1] - spectrum.cumulative[i])
    return spectrum.low_keV[i] + share * spectrum.width_keV[i], state


@njit
def weighted_response(responses, row, part, number, weight):
    """What a photon of a weight scores per mm as response `number`."""
    low = responses[row, number]
    return weight * (low + part * (responses[row + 1, number] - low))


@njit
def after_collision(space, tables, responses, material, x, y, z, dx, dy, dz, energy_keV, weight, roulette_below, state,
                    score):
    """From a collision on until the photon is absorbed, has left, or is too weak; returns the random state."""
    row, _ = energy_row(energy_keV)
    while True:
        weight *= tables.scatter_share[row, material]
        if weight < roulette_below:
            u, state = uniform(state)
            if u * 2.0 * roulette_below > weight:
                return state
            weight = 2.0 * roulette_below
        dx, dy, dz, energy_keV, state = scatter(tables, material, energy_keV, dx, dy, dz, state)
        if energy_keV <= LOWEST_keV:
            return state
        row, part = energy_row(energy_keV)
        u, state = uniform(state)
        _, distance, material = fly(
            space.frame, space.medium, tables.attenuation, x, y, z, dx, dy, dz, 0.0, row, part, -math.log(u),
            weighted_response(responses, row, part, 0, weight), weighted_response(responses, row, part, 1, weight),
            weighted_response(responses, row, part, 2, weight), score)
        if material == NONE:
            return state
        x, y, z = x + distance * dx, y + distance * dy, z + distance * dz


@njit
def plain_history(space, spectrum, tables, responses, scores_primary, state, score):
    """One source photon, drawn as nature does; its first flight is scored or not. Returns the random state."""
    energy, state = source_energy_keV(spectrum, state)
    dx, dy, dz, state = isotropic(state)
    row, part = energy_row(energy)
    u, state = uniform(state)
    weight = 1.0 if scores_primary else 0.0
    _, distance, material = fly(
        space.frame, space.medium, tables.attenuation, 0.0, 0.0, 0.0, dx, dy, dz, 0.0, row, part, -math.log(u),
        weighted_response(responses, row, part, 0, weight), weighted_response(responses, row, part, 1, weight),
        weighted_response(responses, row, part, 2, weight), score)
    if material == NONE:
        return state
    return after_collision(space, tables, responses, material, distance * dx, distance * dy, distance * dz, dx, dy, dz,
                           energy, 1.0, ROULETTE_BELOW, state, score)


@njit
def split_history(space, spectrum, tables, responses, splits, state, score):
    """The scatter of one source photon: its ray collides `splits` times, once in each equal share of the chance.

    Returns the random state.
    """
    energy, state = source_energy_keV(spectrum, state)
    dx, dy, dz, state = isotropic(state)
    row, part = energy_row(energy)
    left, _, _ = fly(space.frame, space.medium, tables.attenuation, 0.0, 0.0, 0.0, dx, dy, dz, 0.0, row, part, DEEPEST,
                     0.0, 0.0, 0.0, score)
    weight = (1.0 - math.exp(left - DEEPEST)) / splits
    distance, reached = 0.0, 0.0
    for number in range(splits):
        u, state = uniform(state)
        depth = -math.log(1.0 - (number + u) * weight)
        _, distance, material = fly(space.frame, space.medium, tables.attenuation, 0.0, 0.0, 0.0, dx, dy, dz, distance,
                                    row, part, depth - reached, 0.0, 0.0, 0.0, score)
        if material == NONE:  # the last depth may lie beyond the scene by a rounding
            return state
        reached = depth
        state = after_collision(space, tables, responses, material, distance * dx, distance * dy, distance * dz, dx,
                                dy, dz, energy, weight, SPLIT_ROULETTE / splits, state, score)
    return state
