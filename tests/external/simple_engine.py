"""A photon engine of two lines of physics, for tests of what runs engines: no scatter, exponential attenuation, noise.

Dose per photon is exp(-mu depth) x (1 m / r)^2 over the segment's area, inside its beam; the depth is that behind a
flat surface 50 mm before the isocentre, mu = 0.005 per mm; the noise is that of counting photons in a voxel.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from openiort.core.grid import Grid
from openiort.external.photon_engine import SegmentDose
from openiort.external.photon_field import PhotonField, Rectangle, SOURCE_DISTANCE_mm

MU_per_mm = 0.005


@dataclass
class SimpleEngine:
    grid: Grid
    density_g_cm3: NDArray[np.float32]
    name: str = "simple"
    medium: str = "water"
    notes: tuple[str, ...] = ("a simple engine",)
    runs: int = 0
    stop_after: int = 10**9

    def prepare(self) -> None:
        index = np.stack(np.meshgrid(*map(np.arange, self.grid.shape), indexing="ij"), -1).astype(float)
        self.points = self.grid.to_points_mm(index).reshape(-1, 3)
        self.seen: dict[str, tuple[NDArray[np.float64], ...]] = {}

    def _from(self, field: PhotonField) -> tuple[NDArray[np.float64], ...]:
        if field.name not in self.seen:
            towards = (self.points - np.array(field.isocentre_mm)) @ field.to_source
            square = (SOURCE_DISTANCE_mm / (SOURCE_DISTANCE_mm - towards)) ** 2
            self.seen[field.name] = (*field.projected_mm(self.points), np.exp(MU_per_mm * (towards - 50.0)) * square)
        return self.seen[field.name]

    def segment_dose(self, field: PhotonField, segment: Rectangle, photons: int, seed: int) -> SegmentDose:
        self.runs += 1
        if self.runs > self.stop_after:
            raise KeyboardInterrupt
        u, v, strength = self._from(field)
        inside = np.flatnonzero((u >= segment.u_mm[0]) & (u < segment.u_mm[1])
                                & (v >= segment.v_mm[0]) & (v < segment.v_mm[1]))
        noise = 1.0 / np.sqrt(photons * np.prod(self.grid.spacing_mm[:2]) / segment.area_mm2)  # of those in a voxel
        drawn = np.random.default_rng(seed).standard_normal(len(inside))
        dose, sigma = np.zeros(len(u)), np.zeros(len(u))
        dose[inside] = strength[inside] / segment.area_mm2 * np.maximum(1 + noise * drawn, 0)
        sigma[inside] = strength[inside] / segment.area_mm2 * noise
        return SegmentDose(dose.reshape(self.grid.shape), sigma.reshape(self.grid.shape), photons)
