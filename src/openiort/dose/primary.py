"""Dose of the photons that have not scattered: ray by ray from the source, without noise.

Each ray sums the mass thickness of every material on its way, attenuates the bins of the spectrum and weighs what is
left with the kerma responses.
"""

from __future__ import annotations

import math

import numpy as np
from numba import prange
from numpy.typing import NDArray

from openiort.core.compiled import njit
from openiort.dose.scene import Scene, Spectrum
from openiort.dose.straight_line import first_voxel, leg, through_box, through_sphere
from openiort.physics.element_tables import ENERGIES_keV
from openiort.physics.photon_tables import PhotonTables

BIN_keV = 1.0


def source_bins(spectrum: Spectrum, tables: PhotonTables,
                responses: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Attenuation (materials, bins) per mm at 1 g/cm3 and response (bins, 3) per source photon, Gy mm2.

    Bins of the spectrum are joined to about 1 keV, each at its mean energy.
    """
    energy = spectrum.low_keV + 0.5 * spectrum.width_keV
    photons = np.diff(spectrum.cumulative)
    group = np.floor(energy / BIN_keV).astype(int)
    total = np.bincount(group, photons)
    kept = total > 0
    mean = np.bincount(group, photons * energy)[kept] / total[kept]
    attenuation = np.stack([np.interp(mean, ENERGIES_keV, column) for column in tables.attenuation.T])
    response = np.stack([np.interp(mean, ENERGIES_keV, column) for column in responses.T], 1)
    return np.ascontiguousarray(attenuation), np.ascontiguousarray(response * total[kept, None])


@njit
def _collect(box, dx, dy, dz, begin, end, thickness):
    """Add density x length (mm g/cm3) of every voxel on a leg to its material's `thickness`."""
    nz, ny, nx = box.shape[0], box.shape[1], box.shape[2]
    ix, tx, sx, qx = first_voxel(box.low_mm[0], box.step_mm, nx, 0.0, dx, begin)
    iy, ty, sy, qy = first_voxel(box.low_mm[1], box.step_mm, ny, 0.0, dy, begin)
    iz, tz, sz, qz = first_voxel(box.low_mm[2], box.step_mm, nz, 0.0, dz, begin)
    at = begin
    while at < end and 0 <= ix < nx and 0 <= iy < ny and 0 <= iz < nz:
        voxel = (iz * ny + iy) * nx + ix
        to = min(min(tx, ty), min(tz, end))
        thickness[box.material[voxel]] += box.density[voxel] * max(to - at, 0.0)
        at = to
        if tx <= ty and tx <= tz:
            tx += sx
            ix += qx
        elif ty <= tz:
            ty += sy
            iy += qy
        else:
            tz += sz
            iz += qz


@njit
def _primary_at(fine, coarse, sphere, attenuation, response, x, y, z, thickness, depths):
    """The three responses at a point, Gy per source photon; `thickness` and `depths` are work space."""
    r = math.sqrt(x * x + y * y + z * z)
    dx, dy, dz = x / r, y / r, z / r
    thickness[:] = 0.0
    in_coarse = through_box(coarse, 0.0, 0.0, 0.0, dx, dy, dz)
    in_fine = through_box(fine, 0.0, 0.0, 0.0, dx, dy, dz)
    in_sphere = through_sphere(sphere.radius_mm, 0.0, 0.0, 0.0, dx, dy, dz)
    for number in range(5):
        kind, begin, end = leg(number, in_coarse, in_fine, in_sphere, r)
        if end <= begin:
            continue
        if kind == 2:
            thickness[sphere.material] += sphere.density * (end - begin)
        elif kind == 1:
            _collect(fine, dx, dy, dz, begin, end, thickness)
        else:
            _collect(coarse, dx, dy, dz, begin, end, thickness)
    depths[:] = 0.0
    for material in range(thickness.shape[0]):
        if thickness[material] > 0.0:
            for b in range(depths.shape[0]):
                depths[b] += thickness[material] * attenuation[material, b]
    k0, k1, k2 = 0.0, 0.0, 0.0
    for b in range(depths.shape[0]):
        left = math.exp(-depths[b])
        k0 += left * response[b, 0]
        k1 += left * response[b, 1]
        k2 += left * response[b, 2]
    per_area = 1.0 / (4.0 * math.pi * r * r)
    return k0 * per_area, k1 * per_area, k2 * per_area


@njit(parallel=True)
def _primary_points(fine, coarse, sphere, attenuation, response, points, found):
    block = 256
    for part in prange((points.shape[0] + block - 1) // block):
        thickness = np.zeros(attenuation.shape[0])
        depths = np.zeros(attenuation.shape[1])
        for i in range(part * block, min((part + 1) * block, points.shape[0])):
            x, y, z = points[i, 0], points[i, 1], points[i, 2]
            if x * x + y * y + z * z > 1e-12:
                found[i, 0], found[i, 1], found[i, 2] = _primary_at(
                    fine, coarse, sphere, attenuation, response, x, y, z, thickness, depths)


def primary_responses(scene: Scene, points_mm: NDArray[np.float64]) -> NDArray[np.float64]:
    """(n, 3) primary responses at points (n, 3) in mm from the source, Gy per source photon."""
    attenuation, response = source_bins(scene.spectrum, scene.tables, scene.responses)
    found = np.zeros((len(points_mm), 3))
    points = np.ascontiguousarray(points_mm, float)
    _primary_points(scene.fine, scene.coarse, scene.sphere, attenuation, response, points, found)
    return found
