"""Scatter over primary in water around an applicator, by depth: what the preview multiplies the primary with.

It depends on the applicator and its spectrum alone, so it is calculated once and kept (`kept_ratio`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from openiort.core.material import Material
from openiort.core.material_table import read_material
from openiort.dose.primary import source_bins
from openiort.dose.radial_transport import run_radial_batches
from openiort.dose.responses import response_table
from openiort.dose.scene import Spectrum
from openiort.dose.water_dose import WATER_RADIUS_mm
from openiort.physics.photon_tables import photon_tables

FloatArray = NDArray[np.float64]
EDGES_mm: FloatArray = np.concatenate([
    [0.0, 0.1, 0.25, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0], np.arange(6.0, 20.0, 2.0), np.arange(20.0, 121.0, 5.0)])
BATCHES, HISTORIES_PER_BATCH = 4, 50_000
POINTS_PER_SHELL = 8
# far from the histories of any dose
FIRST_HISTORY = 1 << 41


@dataclass(frozen=True, slots=True)
class ScatterRatio:
    """Scatter over primary in water.

    Attributes:
        radius_mm: of the applicator.
        depth_mm: (depths,) from its surface, rising; beyond the ends the ratio is held.
        ratio: (depths, 3) for each response.
    """

    radius_mm: float
    depth_mm: FloatArray
    ratio: FloatArray

    def at(self, radius_mm: FloatArray) -> FloatArray:
        """(n, 3) ratios at distances (n,) from the source."""
        depth_mm = radius_mm - self.radius_mm
        return np.stack([np.interp(depth_mm, self.depth_mm, column) for column in self.ratio.T], 1)


def scatter_ratio(spectrum: Spectrum, radius_mm: float, sphere_material: Material, *, seed: int = 1) -> ScatterRatio:
    """Run the radial Monte Carlo for each response, with the same photons."""
    water = read_material("water")
    tables, responses = photon_tables((water, sphere_material)), response_table()
    densities = np.array([water.density_g_cm3, sphere_material.density_g_cm3])
    scores = np.zeros((3, BATCHES, len(EDGES_mm) - 1))
    for response, score in zip(responses.T, scores, strict=True):
        run_radial_batches(np.array([WATER_RADIUS_mm, radius_mm]), densities, spectrum, tables,
                           np.ascontiguousarray(response), radius_mm + EDGES_mm, seed, FIRST_HISTORY,
                           HISTORIES_PER_BATCH, score)
    scatter = scores.mean(axis=1) / HISTORIES_PER_BATCH / (4.0 * np.pi * np.diff(EDGES_mm))
    attenuation, response = source_bins(spectrum, tables, responses)
    shares = (np.arange(POINTS_PER_SHELL) + 0.5) / POINTS_PER_SHELL
    depth_mm = EDGES_mm[:-1, None] + np.diff(EDGES_mm)[:, None] * shares
    through_ball = np.exp(-attenuation[1] * densities[1] * radius_mm)
    left = through_ball * np.exp(-attenuation[0] * densities[0] * depth_mm[..., None])
    primary = (left @ response).mean(axis=1) / (4.0 * np.pi)
    return ScatterRatio(radius_mm, depth_mm.mean(axis=1), scatter.T / primary)
