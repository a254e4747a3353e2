"""The tissue around the applicator by depth: the shell whose uncertainty is aimed at, and layers of 1 mm."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from openiort.dose.cut_voxels import TissuePart
from openiort.dose.scene import Scene

FloatArray = NDArray[np.float64]
SHELL_mm = 10.0
LAYERS = 31  # of 1 mm, so that every depth that may be prescribed has one
NEAR_AXIS_mm = 5.0
THIN_g_cm3 = 0.05  # air has no dose worth a mean


@dataclass(frozen=True, slots=True)
class ShellLayers:
    """Which voxels of the fine box lie in which layer.

    Attributes:
        voxels: (n,) those of all layers.
        layer: (n,) layer of each, 0 is 0-1 mm.
        share: (n,) how much of each is tissue.
        shell: (m,) voxels 0-10 mm from the applicator, more than half of each tissue.
        aim: (k,) those of the shell whose uncertainty is aimed at: all of them; in a layered scene those near the axis
            across the layers, where the hottest points of skin and rib lie and averaging over the eight places that
            are alike helps least.
    """

    voxels: NDArray[np.int32]
    layer: NDArray[np.int16]
    share: FloatArray
    shell: NDArray[np.intp]
    aim: NDArray[np.intp]

    @classmethod
    def around(cls, scene: Scene, part: TissuePart) -> ShellLayers:
        """Of the fine box of a scene."""
        depth_mm = np.linalg.norm(part.centre_mm, axis=1) - scene.sphere.radius_mm
        dense = scene.fine.density > THIN_g_cm3
        voxels = np.flatnonzero((part.share > 0) & (depth_mm < LAYERS) & dense).astype(np.int32)
        shell = np.flatnonzero((part.share > 0.5) & (depth_mm <= SHELL_mm) & dense)
        off_axis_mm = np.hypot(part.centre_mm[shell, 0], part.centre_mm[shell, 2])
        aim = shell[off_axis_mm < NEAR_AXIS_mm] if scene.layered else shell
        return cls(voxels, np.maximum(depth_mm[voxels].astype(np.int16), 0), part.share[voxels], shell, aim)

    def mean(self, values: FloatArray) -> FloatArray:
        """(layers,) mean of (voxels,) values."""
        volume = np.maximum(np.bincount(self.layer, self.share, LAYERS), 1e-9)
        return np.asarray(np.bincount(self.layer, self.share * values[self.voxels], LAYERS) / volume)

    def means(self, batches: FloatArray) -> FloatArray:
        """(batches, layers) means of (batches, voxels)."""
        return np.stack([self.mean(batch) for batch in batches])

    def uncertainty_percent(self, scatter: FloatArray, primary: FloatArray) -> FloatArray:
        """(layers,) standard uncertainty of the mean of primary (layers,) and scatter (batches, layers)."""
        whole = primary + scatter.mean(axis=0)
        sigma = scatter.std(axis=0, ddof=1) / np.sqrt(len(scatter))
        return np.asarray(100.0 * np.divide(sigma, whole, out=np.zeros_like(whole), where=whole > 0))
