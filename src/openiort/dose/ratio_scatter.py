"""Scatter without random numbers: the ray-traced primary times the ratio in water at the same depth.

It knows nothing of what scatters less or more than water around it. What is given as its uncertainty is its error as
measured against the mode `accurate` (`tables/dose_modes.toml`).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from openiort.core.table import read_toml
from openiort.dose.box_dose import BoxDose
from openiort.dose.cut_voxels import TissuePart
from openiort.dose.kept_ratio import kept_ratio
from openiort.dose.run_input import RunInput, RunResult, box_dose
from openiort.dose.scatter_ratio import ScatterRatio
from openiort.dose.scene import Scene, VoxelBox
from openiort.dose.shell_layers import LAYERS

FloatArray = NDArray[np.float64]


def preview_error_percent() -> float:
    """Root mean square error of the preview against `accurate`, as measured."""
    return float(read_toml("dose_modes.toml")["preview"]["error_percent"])


def ratio_of(scene: Scene) -> ScatterRatio:
    """The ratio in water around a scene's applicator; calculated once, then kept."""
    sphere = scene.sphere
    return kept_ratio(scene.spectrum, sphere.radius_mm, scene.materials[sphere.material])


class RatioScatter:
    """Everything at once: there is no noise to wait for."""

    def __init__(self, given: RunInput) -> None:
        self._given, self._ratio = given, ratio_of(given.scene)
        self.batches, self.histories = 0, 0

    def add_round(self, _seed: int, _reached: float, _wanted: float) -> None:
        """Nothing gets better by waiting."""

    def uncertainty_percent(self) -> float:
        """None that histories could lower."""
        return 0.0

    def result(self) -> RunResult:
        """The doses."""
        given, scene = self._given, self._given.scene
        fine = self._box(scene.fine, given.fine, given.fine_primary)
        coarse = fine if given.coarse is given.fine else self._box(scene.coarse, given.coarse, given.coarse_primary)
        return RunResult(fine, coarse, np.full(LAYERS, preview_error_percent()))

    def _box(self, box: VoxelBox, part: TissuePart, primary: FloatArray) -> BoxDose:
        scene = self._given.scene
        scatter = primary * self._ratio.at(np.linalg.norm(part.centre_mm, axis=1))
        everything = primary + scatter
        doses = np.stack([np.einsum("vk,vk->v", scene.mix[box.material], everything), everything[:, 0]])
        return box_dose(scene, box, part, primary, scatter, np.abs(doses) * preview_error_percent() / 100.0)
