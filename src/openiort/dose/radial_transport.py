"""Photons through water around a sphere by Monte Carlo, scored by track length in thin spherical shells.

The same physics as `transport`, in the one geometry that has no angles: a ball of the applicator's material with the
source in its middle, water around it to a larger radius, nothing beyond. Shells are exact, so the dose at the very
surface is scored and not extrapolated. Only what has scattered is scored; the primary has a closed form.
"""

from __future__ import annotations

import math

import numpy as np
from numba import prange

from openiort.core.compiled import njit
from openiort.core.random_stream import stream, uniform
from openiort.dose.history import ROULETTE_BELOW, ROULETTE_TO, source_energy_keV
from openiort.physics.direction import isotropic
from openiort.physics.element_tables import LOWEST_keV
from openiort.physics.photon_scatter import energy_row, scatter

WATER, BALL = 0, 1


@njit
def _score_outwards(edges, closest2, low, high, weight, score):
    """Add weight x path in every shell along a line, from `low` to `high` behind its point closest to the centre."""
    radius = math.sqrt(closest2 + low * low)
    k = max(int(np.searchsorted(edges, radius, side="right")) - 1, 0)
    at = low
    while k < edges.shape[0] - 1:
        to = min(high, math.sqrt(max(edges[k + 1] * edges[k + 1] - closest2, 0.0)))
        score[k] += weight * max(to - at, 0.0)
        if to >= high:
            return
        at = to
        k += 1


@njit
def score_line(edges, closest2, begin, end, weight, score):
    """The same from `begin` to `end`, counted from the closest point: negative on the way in, which mirrors out."""
    if begin < 0.0:
        _score_outwards(edges, closest2, max(0.0, -end), -begin, weight, score)
    if end > 0.0:
        _score_outwards(edges, closest2, max(0.0, begin), end, weight, score)


@njit
def _fly(radii, densities, tables, x, y, z, dx, dy, dz, row, part, optical_depth, weight, edges, score):
    """One flight: (distance, material) of the next collision; material -1 if the photon leaves the water."""
    along = x * dx + y * dy + z * dz
    closest2 = max(x * x + y * y + z * z - along * along, 0.0)
    half_ball = math.sqrt(max(radii[BALL] * radii[BALL] - closest2, 0.0))
    out = math.sqrt(max(radii[WATER] * radii[WATER] - closest2, 0.0))
    # water on the way in, ball, water on the way out; a leg behind the photon has no length
    ends = (-half_ball if half_ball > 0.0 else out, half_ball, out)
    at = along
    for number in range(3):
        end = ends[number]
        if end <= at:
            continue
        material = BALL if number == 1 else WATER
        low = tables.attenuation[row, material]
        mu = (low + part * (tables.attenuation[row + 1, material] - low)) * densities[material]
        hit = mu * (end - at) >= optical_depth
        if hit:
            end = at + optical_depth / mu
        if weight > 0.0 and material == WATER:
            score_line(edges, closest2, at, end, weight, score)
        if hit:
            return end - along, material
        optical_depth -= mu * (end - at)
        at = end
    return 0.0, -1


@njit
def _history(radii, densities, spectrum, tables, response, state, edges, score):
    """One source photon until it is absorbed, has left, or is too weak."""
    energy, state = source_energy_keV(spectrum, state)
    dx, dy, dz, state = isotropic(state)
    x, y, z, weight = 0.0, 0.0, 0.0, 1.0
    scattered = False
    while energy > LOWEST_keV:
        row, part = energy_row(energy)
        u, state = uniform(state)
        kerma = response[row] + part * (response[row + 1] - response[row])
        distance, material = _fly(radii, densities, tables, x, y, z, dx, dy, dz, row, part, -math.log(u),
                                  weight * kerma if scattered else 0.0, edges, score)
        if material < 0:
            return
        x, y, z = x + distance * dx, y + distance * dy, z + distance * dz
        weight *= tables.scatter_share[row, material]
        if weight < ROULETTE_BELOW:
            u, state = uniform(state)
            if u * ROULETTE_TO > weight:
                return
            weight = ROULETTE_TO
        dx, dy, dz, energy, state = scatter(tables, material, energy, dx, dy, dz, state)
        scattered = True


@njit(parallel=True)
def run_radial_batches(radii, densities, spectrum, tables, response, edges, seed, first_history, histories_per_batch,
                       scores):
    """Run one batch per row of the scores, (batches, shells), which must be zero: Gy mm3 summed over histories.

    Args:
        radii: (2,) outer radius of the water and radius of the ball, mm.
        densities: (2,) of water and ball, g/cm3.
        spectrum: of the source.
        tables: photon tables of water and the ball's material, in this order.
        response: (energies,) kerma response, Gy mm2.
        edges: (shells + 1,) rising radii, mm.
        seed: of the random numbers.
        first_history: number of the first history; each has its own stream.
        histories_per_batch: to run for each row.
        scores: see above.
    """
    for batch in prange(scores.shape[0]):
        first = first_history + batch * histories_per_batch
        for number in range(first, first + histories_per_batch):
            _history(radii, densities, spectrum, tables, response, stream(seed, number), edges, scores[batch])
