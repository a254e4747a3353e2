"""What every way of scoring the scatter starts from: the scene, its voxels' tissue and their primary."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from openiort.core.progress import Progress
from openiort.dose.box_dose import BoxDose, primary_in
from openiort.dose.cut_voxels import TissuePart, tissue_part
from openiort.dose.scene import Scene, VoxelBox
from openiort.dose.shell_layers import ShellLayers
from openiort.dose.space import same_box

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class RunInput:
    """Without noise.

    Attributes:
        scene: what is calculated.
        fine: tissue of the fine box.
        coarse: tissue of the coarse box; the same object where the two boxes are the same.
        fine_primary: (voxels, 3) Gy.
        coarse_primary: (voxels, 3) Gy.
        layers: of the fine box.
        aim: (n,) voxels of the fine box whose mean uncertainty is aimed at.
    """

    scene: Scene
    fine: TissuePart
    coarse: TissuePart
    fine_primary: FloatArray
    coarse_primary: FloatArray
    layers: ShellLayers
    aim: NDArray[np.intp]


def run_input(scene: Scene, progress: Progress, aim: NDArray[np.intp] | None = None) -> RunInput:
    """Cut the voxels and trace the primary of both boxes; the aim is that of the layers if none is given."""
    fine = tissue_part(scene, scene.fine)
    progress("primary", None, f"{scene.fine.step_mm:g} mm voxels")
    fine_primary = primary_in(scene, fine)
    coarse, coarse_primary = fine, fine_primary
    if not same_box(scene):
        coarse = tissue_part(scene, scene.coarse)
        progress("primary", None, f"{scene.coarse.step_mm:g} mm voxels")
        coarse_primary = primary_in(scene, coarse)
    layers = ShellLayers.around(scene, fine)
    return RunInput(scene, fine, coarse, fine_primary, coarse_primary, layers, layers.aim if aim is None else aim)


@dataclass(frozen=True, slots=True)
class RunResult:
    """What a way of scoring makes of its batches.

    Attributes:
        fine: dose in the fine box.
        coarse: dose in the coarse box, where it was scored.
        depth_uncertainty_percent: (layers,) as in `PhotonDose`.
    """

    fine: BoxDose
    coarse: BoxDose
    depth_uncertainty_percent: FloatArray


def box_dose(scene: Scene, box: VoxelBox, part: TissuePart, primary: FloatArray,
             scatter: NDArray[np.floating], sigma_Gy: FloatArray,
             groups_Gy: NDArray[np.float32] | None = None) -> BoxDose:
    """Mix the responses for each voxel's material; `sigma_Gy` is (2, voxels), of D_m,m and D_w."""
    medium, water = _mixed(scene.mix, box, primary, scatter)
    return BoxDose(box, part, primary, scatter, medium_Gy=np.maximum(medium, 0.0, out=medium), water_Gy=water,
                   medium_sigma_Gy=sigma_Gy[0], water_sigma_Gy=sigma_Gy[1], groups_Gy=groups_Gy)


def _mixed(mix: FloatArray, box: VoxelBox, primary: FloatArray,
           scatter: NDArray[np.floating]) -> tuple[FloatArray, FloatArray]:
    medium = np.zeros(len(primary))
    for k in range(primary.shape[1]):  # one response at a time: large boxes have no room for more
        medium += mix[:, k][box.material] * (primary[:, k] + scatter[:, k])
    return medium, primary[:, 0] + scatter[:, 0]
