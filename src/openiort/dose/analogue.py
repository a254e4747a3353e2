"""Photons followed as nature does it, scored where they collide: for proofs, as little clever as can be.

A photon is absorbed or not, has no weight, and leaves its energy where it loses it. Scored are the responses, by the
fluence that a collision stands for (1/mu), and the energy left behind; the books of energy are kept to the last bit.
"""

from __future__ import annotations

import math

import numpy as np
from numba import prange

from openiort.core.compiled import njit
from openiort.core.random_stream import stream, uniform
from openiort.dose.flight import NONE, fly
from openiort.dose.history import source_energy_keV, weighted_response
from openiort.dose.space import (
    CELLS,
    COARSE,
    COUNT,
    FIRST,
    HIGH,
    LOW,
    SPHERE,
    SPHERE_RADIUS,
    STEP,
    density_of,
)
from openiort.physics.direction import isotropic
from openiort.physics.element_tables import LOWEST_keV
from openiort.physics.photon_scatter import energy_row, scatter

SOURCE, DEPOSITED, ESCAPED = 0, 1, 2
IN_SPHERE = -1
SCORES_PER_CELL = 4  # three responses and the energy


@njit
def _cell_at(frame, grid, x, y, z):
    ix = min(max(int((x - frame[grid, LOW]) / frame[grid, STEP]), 0), int(frame[grid, COUNT]) - 1)
    iy = min(max(int((y - frame[grid, LOW + 1]) / frame[grid, STEP]), 0), int(frame[grid, COUNT + 1]) - 1)
    iz = min(max(int((z - frame[grid, LOW + 2]) / frame[grid, STEP]), 0), int(frame[grid, COUNT + 2]) - 1)
    return (iz * int(frame[grid, COUNT + 1]) + iy) * int(frame[grid, COUNT]) + ix


@njit
def place_of(frame, x, y, z):
    """Number of the cell at a point, coarse ones counted on behind the fine ones, and its place in `medium`."""
    if x * x + y * y + z * z < frame[SPHERE, SPHERE_RADIUS] ** 2:
        return IN_SPHERE, IN_SPHERE
    inside = True
    for axis, at in enumerate((x, y, z)):
        inside = inside and frame[CELLS, LOW + axis] <= at <= frame[CELLS, HIGH + axis]
    grid = CELLS if inside else COARSE
    cell = _cell_at(frame, grid, x, y, z)
    fine = int(frame[CELLS, COUNT] * frame[CELLS, COUNT + 1] * frame[CELLS, COUNT + 2])
    return (cell if inside else fine + cell), int(frame[grid, FIRST]) + cell


@njit
def _score_collision(space, tables, responses, material, x, y, z, row, part, left_keV, score):
    """Score one collision that leaves `left_keV` behind."""
    cell, place = place_of(space.frame, x, y, z)
    if cell == IN_SPHERE:
        return
    low = tables.attenuation[row, material]
    mu = (low + part * (tables.attenuation[row + 1, material] - low)) * density_of(space.medium[place])
    for k in range(3):
        score[SCORES_PER_CELL * cell + k] += weighted_response(responses, row, part, k, 1.0 / mu)
    score[SCORES_PER_CELL * cell + 3] += left_keV


@njit
def analogue_history(space, spectrum, tables, responses, state, score, energies):
    """One source photon to its end."""
    energy, state = source_energy_keV(spectrum, state)
    energies[SOURCE] += energy
    dx, dy, dz, state = isotropic(state)
    x, y, z = 0.0, 0.0, 0.0
    while energy > 0.0:
        row, part = energy_row(energy)
        u, state = uniform(state)
        _, distance, material = fly(space.frame, space.medium, tables.attenuation, x, y, z, dx, dy, dz, 0.0, row, part,
                                    -math.log(u), 0.0, 0.0, 0.0, score)
        if material == NONE:
            energies[ESCAPED] += energy
            return
        x, y, z = x + distance * dx, y + distance * dy, z + distance * dz
        before = energy
        u, state = uniform(state)
        if u >= tables.scatter_share[row, material]:
            energy = 0.0
        else:
            dx, dy, dz, energy, state = scatter(tables, material, energy, dx, dy, dz, state)
            energy = energy if energy > LOWEST_keV else 0.0
        energies[DEPOSITED] += before - energy
        _score_collision(space, tables, responses, material, x, y, z, row, part, before - energy, score)


@njit(parallel=True)
def run_analogue(space, spectrum, tables, responses, seed, first_history, histories_per_batch, scores, energies):
    """Run one batch per row of the scores; voxels must be cells (`fold` 1).

    Args:
        space: the scene, packed.
        spectrum: of the source.
        tables: photon data.
        responses: (energies, 3) what to score, Gy mm2.
        seed: of the random numbers.
        first_history: number of the first history.
        histories_per_batch: to run for each row.
        scores: (batches, 4 x cells) to add to: three responses in Gy mm3 and the energy in keV of each cell.
        energies: (batches, 3) to add to, in keV: emitted, deposited (in the sphere too), escaped.
    """
    for batch in prange(scores.shape[0]):
        first = first_history + batch * histories_per_batch
        for number in range(first, first + histories_per_batch):
            analogue_history(space, spectrum, tables, responses, stream(seed, number), scores[batch],
                             energies[batch])


def analogue_scores(cells, batches):
    """Zeros for `run_analogue`: scores and energies."""
    return np.zeros((batches, SCORES_PER_CELL * cells), np.float32), np.zeros((batches, 3))
