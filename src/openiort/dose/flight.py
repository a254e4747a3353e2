"""One flight of a photon through the scene: from a point on to its next collision, scoring on the way.

Every step goes to the next face of a cell. Directions are never parallel to a face: a component of less than 1e-12 is
taken as that, which moves no photon by more than 1e-9 mm.
Source of the walk: J. Amanatides, A. Woo, Eurographics 1987, doi:10.2312/egtp.19871000.
"""

from __future__ import annotations

import math

from openiort.core.compiled import njit
from openiort.core.shared_sum import add_to
from openiort.dose.space import (
    CELLS,
    COARSE,
    COUNT,
    FIRST,
    HIGH,
    LOW,
    MIXED,
    SCORE,
    SPHERE,
    SPHERE_DENSITY,
    SPHERE_MATERIAL,
    SPHERE_RADIUS,
    STEP,
    VOXELS,
    density_of,
    material_of,
)
from openiort.dose.straight_line import FAR_mm, through_sphere

LEAST_COMPONENT = 1e-12
NONE = -1  # in place of a material: no collision


@njit
def _inverse(component):
    """1/component, and finite."""
    return 1.0 / math.copysign(max(abs(component), LEAST_COMPONENT), component)


@njit
def _span(frame, grid, x, y, z, ux, uy, uz):
    """Distances (begin, end) along a line, from 0 on, at which it is in a grid; u is 1/direction."""
    ax, bx = (frame[grid, LOW] - x) * ux, (frame[grid, HIGH] - x) * ux
    ay, by = (frame[grid, LOW + 1] - y) * uy, (frame[grid, HIGH + 1] - y) * uy
    az, bz = (frame[grid, LOW + 2] - z) * uz, (frame[grid, HIGH + 2] - z) * uz
    begin = max(max(min(ax, bx), min(ay, by)), max(min(az, bz), 0.0))
    return begin, min(min(max(ax, bx), max(ay, by)), max(az, bz))


@njit
def _enter(frame, grid, axis, position, direction, u, begin):
    """Along one axis: count of cells, cell at distance `begin`, distance to its far face, per cell, sense of walk."""
    count, low, step = int(frame[grid, COUNT + axis]), frame[grid, LOW + axis], frame[grid, STEP]
    forward = u > 0.0
    index = int(math.floor((position + direction * begin - low) / step + (1e-9 if forward else -1e-9)))
    index = min(max(index, 0), count - 1)
    face = low + step * (index + (1 if forward else 0))
    return count, index, (face - position) * u, step * abs(u), 1 if forward else -1


@njit
def _attenuation(attenuation, row, part, material):
    """Per mm at 1 g/cm3."""
    low = attenuation[row, material]
    return low + part * (attenuation[row + 1, material] - low)


@njit
def _half(at, middle, sense):
    """Which of two voxels along an axis, 0 or 1, a line is in at a distance; it passes from one to the other at
    `middle`.
    """
    passed = at >= middle
    return 1 if passed == (sense > 0) else 0


@njit
def _cross_mixed(frame, medium, attenuation, ix, iy, iz, mx, my, mz, qx, qy, qz, at, end, row, part, optical_depth):
    """Through the eight voxels of one cell: (mean free paths left, distance of the collision or end, material)."""
    nx, ny, nz = int(frame[VOXELS, COUNT]), int(frame[VOXELS, COUNT + 1]), int(frame[VOXELS, COUNT + 2])
    first = int(frame[VOXELS, FIRST])
    while at < end:
        vx = min(2 * ix + _half(at, mx, qx), nx - 1)
        vy = min(2 * iy + _half(at, my, qy), ny - 1)
        vz = min(2 * iz + _half(at, mz, qz), nz - 1)
        to = end
        if mx > at:
            to = min(to, mx)
        if my > at:
            to = min(to, my)
        if mz > at:
            to = min(to, mz)
        packed = medium[first + (vz * ny + vy) * nx + vx]
        material = material_of(packed)
        mu = _attenuation(attenuation, row, part, material) * density_of(packed)
        if mu * (to - at) >= optical_depth:
            return 0.0, at + optical_depth / mu, material
        optical_depth -= mu * (to - at)
        at = to
    return optical_depth, end, NONE


@njit
def walk(frame, medium, attenuation, grid, x, y, z, dx, dy, dz, ux, uy, uz, begin, end, row, part, optical_depth,
         w0, w1, w2, score):
    """Walk a stretch of a line through the cells of a grid until `optical_depth` mean free paths are used up.

    Args:
        frame: of `Space`.
        medium: of `Space`.
        attenuation: (energies, materials) per mm at 1 g/cm3; `row` and `part` say where the energy stands in it.
        grid: CELLS or COARSE.
        x, y, z, dx, dy, dz: start of the line and its direction.
        ux, uy, uz: inverse of the direction.
        begin, end: of the stretch along the line, mm.
        row: see above.
        part: see above.
        optical_depth: mean free paths left to the collision.
        w0, w1, w2: weights to score per mm; all 0 to score nothing.
        score: flat, three numbers a cell.

    Returns:
        mean free paths left, distance of the collision (or end), material there (NONE: none).
    """
    nx, ix, tx, sx, qx = _enter(frame, grid, 0, x, dx, ux, begin)
    ny, iy, ty, sy, qy = _enter(frame, grid, 1, y, dy, uy, begin)
    nz, iz, tz, sz, qz = _enter(frame, grid, 2, z, dz, uz, begin)
    first, first_score = int(frame[grid, FIRST]), int(frame[grid, SCORE])
    at, known, per_density = begin, NONE, 0.0
    while True:
        cell = (iz * ny + iy) * nx + ix
        packed = medium[first + cell]
        material = material_of(packed)
        to = max(min(min(tx, ty), min(tz, end)), at)
        if material == MIXED:
            optical_depth, stop, material = _cross_mixed(
                frame, medium, attenuation, ix, iy, iz, tx - 0.5 * sx, ty - 0.5 * sy, tz - 0.5 * sz, qx, qy, qz, at,
                to, row, part, optical_depth)
            hit = material != NONE
        else:
            if material != known:
                known, per_density = material, _attenuation(attenuation, row, part, material)
            mu = per_density * density_of(packed)
            passed = mu * (to - at)
            hit = passed >= optical_depth
            stop = at + optical_depth / mu if hit else to
            optical_depth -= passed
        if w0 > 0.0:
            place = first_score + 3 * cell
            add_to(score, place, w0 * (stop - at))
            add_to(score, place + 1, w1 * (stop - at))
            add_to(score, place + 2, w2 * (stop - at))
        if hit:
            return 0.0, stop, material
        at = to
        if at >= end:
            return optical_depth, end, NONE
        if tx <= ty and tx <= tz:
            tx += sx
            ix += qx
            if ix < 0 or ix >= nx:
                return optical_depth, end, NONE
        elif ty <= tz:
            ty += sy
            iy += qy
            if iy < 0 or iy >= ny:
                return optical_depth, end, NONE
        else:
            tz += sz
            iz += qz
            if iz < 0 or iz >= nz:
                return optical_depth, end, NONE


@njit
def _next_stretch(frame, x, y, z, ux, uy, uz, at, fine_begin, fine_end, sphere_begin):
    """Where a line at distance `at`, outside the sphere, goes on: (grid, begin, end); end <= begin if nowhere.

    The sphere lies in the fine box and that in the coarse one.
    """
    if fine_begin <= at < fine_end:
        return CELLS, at, sphere_begin if at < sphere_begin else fine_end
    begin, end = _span(frame, COARSE, x, y, z, ux, uy, uz)
    if at < fine_begin < fine_end:
        end = min(end, fine_begin)
    return COARSE, max(at, begin), end


@njit
def fly(frame, medium, attenuation, x, y, z, dx, dy, dz, start, row, part, optical_depth, w0, w1, w2, score):
    """One flight to the next collision: (mean free paths left, distance, material); NONE if it leaves the scene.

    Args as of `walk`; `start` is the distance along the line at which the flight begins.
    """
    ux, uy, uz = _inverse(dx), _inverse(dy), _inverse(dz)
    fine_begin, fine_end = _span(frame, CELLS, x, y, z, ux, uy, uz)
    sphere_begin, sphere_end = through_sphere(frame[SPHERE, SPHERE_RADIUS], x, y, z, dx, dy, dz)
    if sphere_end <= sphere_begin:
        sphere_begin, sphere_end = FAR_mm, FAR_mm
    at = start
    while True:
        if sphere_begin <= at < sphere_end:
            material = int(frame[SPHERE, SPHERE_MATERIAL])
            mu = _attenuation(attenuation, row, part, material) * frame[SPHERE, SPHERE_DENSITY]
            if mu * (sphere_end - at) >= optical_depth:
                return 0.0, at + optical_depth / mu, material
            optical_depth -= mu * (sphere_end - at)
            at = sphere_end
        grid, begin, end = _next_stretch(frame, x, y, z, ux, uy, uz, at, fine_begin, fine_end,
                                         min(sphere_begin, fine_end))
        if end <= begin:
            return optical_depth, FAR_mm, NONE
        optical_depth, stop, material = walk(frame, medium, attenuation, grid, x, y, z, dx, dy, dz, ux, uy, uz, begin,
                                             end, row, part, optical_depth, w0, w1, w2, score)
        if material != NONE:
            return 0.0, stop, material
        at = end
