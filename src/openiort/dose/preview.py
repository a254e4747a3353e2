"""The dose while the applicator is moved: primary by a fan of rays, times the scatter ratio in water.

`PreviewSource` is made once for an applicator; `Preview` for each place of it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from openiort.dose.fan import Fan, FanTables, trace_fan
from openiort.dose.ratio_scatter import ratio_of
from openiort.dose.scatter_ratio import ScatterRatio
from openiort.dose.scene import Scene

FloatArray = NDArray[np.float64]
REACH_mm = 60.0


class PreviewSource:
    """What does not change while the applicator is moved."""

    def __init__(self, scene: Scene, ratio: ScatterRatio | None = None) -> None:
        """Of the applicator and the materials of a scene; the ratio is the kept one unless another is given."""
        self.tables = FanTables(scene)
        self.ratio = ratio or ratio_of(scene)

    def at(self, scene: Scene, reach_mm: float = REACH_mm) -> Preview:
        """The preview for a scene with the same applicator and materials."""
        return Preview(scene, trace_fan(scene, self.tables, reach_mm), self.ratio)


class Preview:
    """Dose per source photon at any point within reach of the fan, outside the applicator."""

    def __init__(self, scene: Scene, fan: Fan, ratio: ScatterRatio) -> None:
        self._scene, self._fan, self._ratio = scene, fan, ratio

    def responses(self, points_mm: FloatArray) -> FloatArray:
        """(n, 3) responses at points (n, 3) in mm from the source, Gy per source photon."""
        primary = self._fan.responses(points_mm)
        primary *= 1.0 + self._ratio.at(np.sqrt(np.einsum("nk,nk->n", points_mm, points_mm)))
        return primary

    def doses_Gy(self, points_mm: FloatArray, material: NDArray[np.integer]) -> tuple[FloatArray, FloatArray]:
        """D_m,m and D_w (n,) at points (n, 3); `material` (n,) is an index into the scene's materials."""
        responses = self.responses(points_mm)
        medium = np.einsum("nk,nk->n", self._scene.mix[material], responses)
        return np.maximum(medium, 0.0), responses[:, 0]
