"""Photons through the scene by Monte Carlo, scored by track length.

A photon scores, in every voxel that it crosses, its path x the kerma responses at its energy. Absorption is by weight
(implicit capture) with Russian roulette. `first_scored` 0 scores all photons (the plain track-length engine), 1 only
those that have scattered: their dose is added to the primary's, which is ray-traced without noise.
Source: J. F. Williamson, Med. Phys. 14, 567 (1987), doi:10.1118/1.596069 (track length).
"""

from __future__ import annotations

import math

import numpy as np
from numba import prange

from openiort.core.compiled import njit
from openiort.core.random_stream import stream, uniform
from openiort.dose.straight_line import FAR_mm, first_voxel, leg, through_box, through_sphere
from openiort.physics.direction import isotropic
from openiort.physics.element_tables import LOWEST_keV
from openiort.physics.photon_scatter import energy_row, scatter

ROULETTE_BELOW = 0.15
ROULETTE_TO = 0.3


@njit
def walk(box, x, y, z, dx, dy, dz, begin, end, attenuation, row, part, optical_depth, w,
         score):
    """Walk a leg through a box of voxels until `optical_depth` mean free paths are used up.

    Args:
        box: VoxelBox.
        x, y, z, dx, dy, dz: start of the line and its direction.
        begin, end: of the leg along the line, mm.
        attenuation: (energies, materials) per mm at 1 g/cm3; `row` and `part` say where the energy stands in it.
        row: see above.
        part: see above.
        optical_depth: mean free paths left to the collision.
        w: three weights to score per mm; all 0 to score nothing.
        score: (voxels, 3) of this box.

    Returns:
        mean free paths left, distance of the collision (or end), material there (-1: none).
    """
    nz, ny, nx = box.shape[0], box.shape[1], box.shape[2]
    ix, tx, sx, qx = first_voxel(box.low_mm[0], box.step_mm, nx, x, dx, begin)
    iy, ty, sy, qy = first_voxel(box.low_mm[1], box.step_mm, ny, y, dy, begin)
    iz, tz, sz, qz = first_voxel(box.low_mm[2], box.step_mm, nz, z, dz, begin)
    w0, w1, w2 = w
    at = begin
    while True:
        voxel = (iz * ny + iy) * nx + ix
        material = box.material[voxel]
        low = attenuation[row, material]
        mu = (low + part * (attenuation[row + 1, material] - low)) * box.density[voxel]
        to = min(min(tx, ty), min(tz, end))
        length = max(to - at, 0.0)
        hit = mu * length >= optical_depth
        if hit:
            length = optical_depth / mu
        if w0 > 0.0:
            score[voxel, 0] += w0 * length
            score[voxel, 1] += w1 * length
            score[voxel, 2] += w2 * length
        if hit:
            return 0.0, at + length, int(material)
        optical_depth -= mu * length
        at = to
        if at >= end:
            return optical_depth, end, -1
        if tx <= ty and tx <= tz:
            tx += sx
            ix += qx
            if ix < 0 or ix >= nx:
                return optical_depth, end, -1
        elif ty <= tz:
            ty += sy
            iy += qy
            if iy < 0 or iy >= ny:
                return optical_depth, end, -1
        else:
            tz += sz
            iz += qz
            if iz < 0 or iz >= nz:
                return optical_depth, end, -1


@njit
def fly(fine, coarse, sphere, tables, x, y, z, dx, dy, dz, row, part, optical_depth, w,
        fine_score, coarse_score):
    """One flight to the next collision: (distance, material); material -1 if the photon leaves the scene."""
    in_coarse = through_box(coarse, x, y, z, dx, dy, dz)
    in_fine = through_box(fine, x, y, z, dx, dy, dz)
    in_sphere = through_sphere(sphere.radius_mm, x, y, z, dx, dy, dz)
    for number in range(5):
        kind, begin, end = leg(number, in_coarse, in_fine, in_sphere, FAR_mm)
        if end <= begin:
            continue
        if kind == 2:
            low = tables.attenuation[row, sphere.material]
            mu = (low + part * (tables.attenuation[row + 1, sphere.material] - low)) * sphere.density
            if mu * (end - begin) >= optical_depth:
                return begin + optical_depth / mu, sphere.material
            optical_depth -= mu * (end - begin)
            continue
        if kind == 1:
            optical_depth, at, material = walk(fine, x, y, z, dx, dy, dz, begin, end, tables.attenuation, row,
                                               part, optical_depth, w, fine_score)
        else:
            optical_depth, at, material = walk(coarse, x, y, z, dx, dy, dz, begin, end, tables.attenuation, row,
                                               part, optical_depth, w, coarse_score)
        if material >= 0:
            return at, material
    return FAR_mm, -1


@njit
def source_energy_keV(spectrum, state):
    """Energy of a source photon, and the random state."""
    u, state = uniform(state)
    i = min(np.searchsorted(spectrum.cumulative, u, side="right") - 1, spectrum.low_keV.shape[0] - 1)
    share = (u - spectrum.cumulative[i]) / (spectrum.cumulative[i + 1] - spectrum.cumulative[i])
    return spectrum.low_keV[i] + share * spectrum.width_keV[i], state


@njit
def history(fine, coarse, sphere, spectrum, tables, responses, first_scored, state,
            fine_score, coarse_score):
    """One source photon until it is absorbed, has left, or is too weak."""
    energy, state = source_energy_keV(spectrum, state)
    dx, dy, dz, state = isotropic(state)
    x, y, z, weight = 0.0, 0.0, 0.0, 1.0
    scatters = 0
    while energy > LOWEST_keV:
        row, part = energy_row(energy)
        u, state = uniform(state)
        w = (0.0, 0.0, 0.0)
        if scatters >= first_scored:
            w = (weight * (responses[row, 0] + part * (responses[row + 1, 0] - responses[row, 0])),
                 weight * (responses[row, 1] + part * (responses[row + 1, 1] - responses[row, 1])),
                 weight * (responses[row, 2] + part * (responses[row + 1, 2] - responses[row, 2])))
        distance, material = fly(fine, coarse, sphere, tables, x, y, z, dx, dy, dz, row, part, -math.log(u), w,
                                 fine_score, coarse_score)
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
        scatters += 1


@njit(parallel=True)
def run_batches(fine, coarse, sphere, spectrum, tables, responses, first_scored, seed, first_history,
                histories_per_batch, fine_scores, coarse_scores):
    """Run one batch per row of the scores, which must be zero: (batches, voxels, 3) each, Gy mm3 summed.

    Each batch has its own scores and each history its own random stream: the result does not depend on threads.
    """
    for batch in prange(fine_scores.shape[0]):
        first = first_history + batch * histories_per_batch
        for number in range(first, first + histories_per_batch):
            history(fine, coarse, sphere, spectrum, tables, responses, first_scored, stream(seed, number),
                    fine_scores[batch], coarse_scores[batch])
