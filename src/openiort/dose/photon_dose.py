"""Dose per source photon in a scene: primary plus scatter, histories until the wanted uncertainty is reached."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from openiort.core.progress import Progress, silent
from openiort.dose.box_dose import BoxDose, with_means_of
from openiort.dose.cell_scatter import CellScatter
from openiort.dose.modes import ACCURATE, ANALOGUE, PREVIEW, TRACK_LENGTH, Mode, checked_mode
from openiort.dose.processors import CPU, check_processor
from openiort.dose.ratio_scatter import RatioScatter
from openiort.dose.run_input import RunInput, RunResult, run_input
from openiort.dose.run_time import check_time_left, check_wanted, time_left_s
from openiort.dose.scene import Scene
from openiort.dose.voxel_scatter import VoxelScatter

FloatArray = NDArray[np.float64]
LEAST_ROUNDS = 2
# from fewer, the time left is a guess: voxels that few photons have met do not know their uncertainty
ROUNDS_TO_FORESEE = 3


@dataclass(frozen=True, slots=True)
class PhotonDose:
    """Dose per source photon in a scene.

    Attributes:
        scene: what was calculated.
        fine: inner box.
        coarse: outer box; its voxels inside the fine box hold the means of the fine ones.
        shell_uncertainty_percent: mean standard uncertainty of D_m,m over the voxels 0-10 mm from the applicator.
        depth_uncertainty_percent: (depths,) standard uncertainty of the mean D_w over the tissue 0-1, 1-2, ... mm
            from the applicator, from the spread of that mean over the batches.
        histories: source photons followed.
        batches: groups of them from whose spread the uncertainty comes.
        mode: how it was calculated.
    """

    scene: Scene
    fine: BoxDose
    coarse: BoxDose
    shell_uncertainty_percent: float
    depth_uncertainty_percent: FloatArray
    histories: int
    batches: int
    mode: str = ACCURATE.name


class _Scatter(Protocol):
    """A way of scoring."""

    batches: int
    histories: int

    def add_round(self, seed: int, reached: float, wanted: float, /) -> None: ...

    def uncertainty_percent(self) -> float: ...

    def result(self) -> RunResult: ...


def photon_dose(scene: Scene, *, uncertainty_percent: float, seed: int, mode: str = ACCURATE.name,
                progress: Progress = silent, max_rounds: int = 100_000, max_minutes: float | None = None,
                aim: NDArray[np.intp] | None = None, keep_groups: bool = False,
                processor: str = CPU) -> PhotonDose:
    """Calculate both boxes.

    Args:
        scene: geometry, materials and source.
        uncertainty_percent: histories run until the mean standard uncertainty of D_m,m (k=1) over the voxels
            0-10 mm from the applicator is at most this (in a layered scene: over those near the axis).
        seed: of the random numbers; the same seed gives the same dose, whatever the number of threads.
        mode: one of `openiort.dose.modes`.
        progress: told the uncertainty reached and the time left.
        max_rounds: stop here in any case.
        max_minutes: how long it may take; None for as long as it takes.
        aim: indices of voxels of the fine box whose uncertainty is aimed at instead.
        keep_groups: whether to keep the dose of groups of histories, of which the uncertainty of DVHs is made.
        processor: one of `openiort.dose.processors`; on a GPU the last bits change from run to run.

    Raises:
        InputError: the mode or processor is unknown or not there, the uncertainty is not above 0, or it would take
            longer than it may.
    """
    chosen = checked_mode(mode)
    check_processor(processor, mode)
    check_wanted(uncertainty_percent, max_rounds)
    given = run_input(scene, progress, aim)
    scatter = _scatter(chosen, given, keep_groups=keep_groups, processor=processor)
    _run(scatter, uncertainty_percent, seed, max_rounds, progress, max_minutes)
    found = scatter.result()
    return PhotonDose(scene, found.fine, with_means_of(found.fine, found.coarse),
                      mean_uncertainty_percent(found.fine, given.layers.shell),
                      found.depth_uncertainty_percent, scatter.histories, scatter.batches, chosen.name)


def _scatter(mode: Mode, given: RunInput, *, keep_groups: bool, processor: str) -> _Scatter:
    if mode.smoothing_cells is not None:
        return CellScatter(given, smoothing_cells=mode.smoothing_cells, keep_groups=keep_groups, processor=processor)
    if mode is PREVIEW:
        return RatioScatter(given)
    return VoxelScatter(given, scores_primary=mode in (TRACK_LENGTH, ANALOGUE), collisions=mode is ANALOGUE,
                        keep_groups=keep_groups, processor=processor)


def mean_uncertainty_percent(dose: BoxDose, voxels: NDArray[np.intp]) -> float:
    """Mean standard uncertainty of D_m,m over some voxels; one without any dose counts as 100 %."""
    if not len(voxels):
        return 0.0
    sigma, whole = dose.medium_sigma_Gy[voxels], dose.medium_Gy[voxels]
    return 100.0 * float(np.mean(np.divide(sigma, whole, out=np.ones_like(whole), where=whole > 0)))


def _run(scatter: _Scatter, wanted: float, seed: int, max_rounds: int, progress: Progress,
         max_minutes: float | None) -> None:
    """Rounds until `wanted` percent are reached; the first one may compile, so the time left rests on the others."""
    rounds, reached, done, started, first = 0, float("inf"), 0.0, 0.0, 0.0
    while rounds < LEAST_ROUNDS or (reached > wanted and rounds < max_rounds):
        scatter.add_round(seed, reached, wanted)
        rounds += 1
        reached = scatter.uncertainty_percent()
        done = min(1.0, (wanted / reached) ** 2) if reached > 0 else 1.0
        text = f"{reached:.2f} % of {wanted:g} % uncertainty"
        if rounds == 1:
            started, first = time.monotonic(), done
        else:
            left_s = time_left_s(time.monotonic() - started, first, done)
            if ROUNDS_TO_FORESEE <= rounds < max_rounds:
                check_time_left(left_s, max_minutes, wanted)
            text += f", {left_s:.0f} s left"
        progress("scatter", done, text)
