"""A fan of rays from the source, traced once: the primary anywhere by interpolation, quick enough for a slider.

Each ray sums the mass it meets as two numbers, its equivalents in water and in cortical bone: the attenuation of every
tissue is a mix of theirs. A table of the two gives what is left of the spectrum. The sphere is in the spectrum.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numba import prange
from numpy.typing import NDArray

from openiort.core.compiled import njit
from openiort.core.material_table import read_material
from openiort.dose.primary import source_bins
from openiort.dose.scene import Scene
from openiort.physics.element_tables import ENERGIES_keV
from openiort.physics.photon_tables import photon_tables

FloatArray = NDArray[np.float64]
POLAR, AROUND = 96, 192
STEP_mm = 0.5
BASIS = ("water", "cortical_bone")
# rows and columns of the table, mm g/cm3 of water and of bone; tissues lighter than water have a little bone below 0
FIRST, LAST, STEP = (-10.0, -12.0), (190.0, 60.0), (2.0, 0.5)


@dataclass(frozen=True, slots=True)
class Fan:
    """Rays in even steps of the polar angle and of the angle around z.

    Attributes:
        first_mm: where the rays begin, the sphere's surface.
        mass_path: (polar, around, steps, 2) equivalents of water and bone up to each step, mm x g/cm3.
        log_response: (rows, columns, 3) logarithm of response x 4 pi r2 by the two, per source photon.
    """

    first_mm: float
    mass_path: NDArray[np.float32]
    log_response: NDArray[np.float32]

    @property
    def reach_mm(self) -> float:
        """Distance from the source up to which it knows the primary."""
        return float(self.first_mm + STEP_mm * (self.mass_path.shape[2] - 1))

    def responses(self, points_mm: FloatArray) -> FloatArray:
        """(n, 3) primary responses at points (n, 3) from the source, Gy per source photon; 0 within the sphere."""
        found = np.zeros((len(points_mm), 3))
        _look_up(np.ascontiguousarray(points_mm, float), self.first_mm, self.mass_path, self.log_response, found)
        return found


class FanTables:
    """What depends on the source, the sphere and the materials alone: made once for an applicator."""

    def __init__(self, scene: Scene) -> None:
        attenuation, response = source_bins(scene.spectrum, scene.tables, scene.responses)
        sphere = scene.sphere
        left = np.exp(-attenuation[sphere.material] * sphere.density * sphere.radius_mm)
        basis = photon_tables(tuple(read_material(name) for name in BASIS)).attenuation
        energies = _energies_keV(scene)
        two = np.stack([np.interp(energies, ENERGIES_keV, column) for column in basis.T])
        self.shares = _shares(attenuation, two, left * response[:, 0])
        self.log_response = _log_response(two, left[:, None] * response)


def trace_fan(scene: Scene, tables: FanTables, reach_mm: float) -> Fan:
    """Trace the rays of a scene up to a distance from the source; beyond the fine box there is nothing."""
    first = max(scene.sphere.radius_mm, STEP_mm)
    steps = math.ceil((reach_mm - first) / STEP_mm) + 1
    mass_path = np.zeros((POLAR, AROUND, steps, 2), np.float32)
    box = scene.fine
    _trace(box.low_mm, box.step_mm, box.shape, box.material, box.density, tables.shares, first, mass_path)
    return Fan(first, mass_path, tables.log_response)


def _energies_keV(scene: Scene) -> FloatArray:
    """Mean energy of each bin of `source_bins`: the response to the energy itself."""
    ones = np.ones((len(ENERGIES_keV), 1))
    _, energy = source_bins(scene.spectrum, scene.tables, ENERGIES_keV[:, None] * ones)
    _, share = source_bins(scene.spectrum, scene.tables, ones)
    return np.asarray(energy[:, 0] / share[:, 0])


def _shares(attenuation: FloatArray, two: FloatArray, weight: FloatArray) -> FloatArray:
    """(materials, 2) water and bone that attenuate as each material does: least squares, by what counts."""
    root = np.sqrt(weight)
    return np.stack([np.linalg.lstsq((two * root).T, row * root, rcond=None)[0] for row in attenuation])


def _log_response(two: FloatArray, response: FloatArray) -> NDArray[np.float32]:
    water, bone = (np.arange(a, b + s / 2, s) for a, b, s in zip(FIRST, LAST, STEP, strict=True))
    left = np.exp(-water[:, None, None] * two[0] - bone[None, :, None] * two[1])
    return np.asarray(np.log(np.maximum(left @ response, 1e-300)), np.float32)


@njit(parallel=True)
def _trace(low, step, shape, material, density, shares, first, mass_path):
    nz, ny, nx = shape[0], shape[1], shape[2]
    for i in prange(mass_path.shape[0]):
        polar = math.pi * i / (mass_path.shape[0] - 1)
        for j in range(mass_path.shape[1]):
            angle = 2.0 * math.pi * j / mass_path.shape[1]
            dx, dy, dz = math.sin(polar) * math.cos(angle), math.sin(polar) * math.sin(angle), math.cos(polar)
            water, bone = 0.0, 0.0
            for k in range(1, mass_path.shape[2]):
                r = first + (k - 0.5) * STEP_mm
                ix, iy, iz = int((r * dx - low[0]) / step), int((r * dy - low[1]) / step), int((r * dz - low[2]) / step)
                if 0 <= ix < nx and 0 <= iy < ny and 0 <= iz < nz:
                    voxel = (iz * ny + iy) * nx + ix
                    water += shares[material[voxel], 0] * density[voxel] * STEP_mm
                    bone += shares[material[voxel], 1] * density[voxel] * STEP_mm
                mass_path[i, j, k, 0], mass_path[i, j, k, 1] = water, bone


@njit
def _between_rays(mass_path, i, j, k, gi, gj, gk, number):
    """Linear between the two steps of each of four rays."""
    j1 = j + 1 if j + 1 < mass_path.shape[1] else 0
    a = mass_path[i, j, k, number] + gk * (mass_path[i, j, k + 1, number] - mass_path[i, j, k, number])
    b = mass_path[i, j1, k, number] + gk * (mass_path[i, j1, k + 1, number] - mass_path[i, j1, k, number])
    c = mass_path[i + 1, j, k, number] + gk * (mass_path[i + 1, j, k + 1, number] - mass_path[i + 1, j, k, number])
    d = mass_path[i + 1, j1, k, number] + gk * (mass_path[i + 1, j1, k + 1, number] - mass_path[i + 1, j1, k, number])
    return (1.0 - gi) * ((1.0 - gj) * a + gj * b) + gi * ((1.0 - gj) * c + gj * d)


@njit(parallel=True)
def _look_up(points, first, mass_path, log_response, found):
    rows, columns, steps = log_response.shape[0], log_response.shape[1], mass_path.shape[2]
    for n in prange(points.shape[0]):
        x, y, z = points[n, 0], points[n, 1], points[n, 2]
        r = math.sqrt(x * x + y * y + z * z)
        if r < first - 1e-9:
            continue
        fk = min((r - first) / STEP_mm, steps - 1.001)
        k = int(max(fk, 0.0))
        fi = math.acos(min(1.0, max(-1.0, z / r))) / math.pi * (mass_path.shape[0] - 1)
        i = min(int(fi), mass_path.shape[0] - 2)
        fj = (math.atan2(y, x) / (2.0 * math.pi) % 1.0) * mass_path.shape[1]
        j = min(int(fj), mass_path.shape[1] - 1)
        water = _between_rays(mass_path, i, j, k, fi - i, fj - j, fk - k, 0)
        bone = _between_rays(mass_path, i, j, k, fi - i, fj - j, fk - k, 1)
        fa = min(max((water - FIRST[0]) / STEP[0], 0.0), rows - 1.001)
        fb = min(max((bone - FIRST[1]) / STEP[1], 0.0), columns - 1.001)
        a, b = int(fa), int(fb)
        ga, gb = fa - a, fb - b
        per_area = 1.0 / (4.0 * math.pi * r * r)
        for m in range(3):
            low = (1.0 - gb) * log_response[a, b, m] + gb * log_response[a, b + 1, m]
            high = (1.0 - gb) * log_response[a + 1, b, m] + gb * log_response[a + 1, b + 1, m]
            found[n, m] = per_area * math.exp((1.0 - ga) * low + ga * high)
