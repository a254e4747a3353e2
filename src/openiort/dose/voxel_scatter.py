"""Scatter scored in the voxels themselves, by plain histories: no approximation but the voxel, and the most noise.

Either the scatter alone is scored and the ray-traced primary added, or everything is scored: by track length, or where
photons collide (engines against which the others are measured and proven).
"""

from __future__ import annotations

import numpy as np
from numba import prange
from numpy.typing import NDArray

from openiort.core.compiled import njit
from openiort.dose.analogue import SCORES_PER_CELL, analogue_scores, run_analogue
from openiort.dose.box_dose import BoxDose, sigma_of_mean
from openiort.dose.cut_voxels import TissuePart
from openiort.dose.eightfold import average_over_eight
from openiort.dose.processors import CPU, CUDA, transport_on
from openiort.dose.run_input import RunInput, RunResult, box_dose
from openiort.dose.scene import VoxelBox
from openiort.dose.space import make_space, same_box, score_size

FloatArray = NDArray[np.float64]
BATCHES_PER_ROUND = 8
HISTORIES_PER_BATCH = {CPU: 20_000, CUDA: 2_500_000}


class _Sums:
    """What is kept of all batches of one box: sums of the responses, and of the squares of both doses."""

    def __init__(self, box: VoxelBox, part: TissuePart, *, keep_groups: bool) -> None:
        count = len(part.share)
        self.groups = np.zeros((BATCHES_PER_ROUND, count), np.float32) if keep_groups else None
        self.box, self.part = box, part
        self.responses = np.zeros((count, 3))
        self.medium_squared, self.water_squared = np.zeros(count), np.zeros(count)
        volume = part.share * box.step_mm**3
        self._per_volume = np.divide(1.0, volume, out=np.zeros_like(volume), where=volume > 0)

    def add(self, score: NDArray[np.float32], mix: FloatArray, histories: int) -> FloatArray:
        """Add (batches, voxels, 3) scores; returns the D_w of each batch, (batches, voxels)."""
        per_volume = self._per_volume / histories
        _add_batches(score, per_volume, mix, self.box.material, self.responses, self.medium_squared, self.water_squared)
        water = np.asarray(score[..., 0] * per_volume)
        if self.groups is not None:
            self.groups += water
        return water

    def sigma_Gy(self, mix: FloatArray, batches: int) -> FloatArray:
        """(2, voxels) standard uncertainty of D_m,m and D_w."""
        medium = np.einsum("vk,vk->v", mix[self.box.material], self.responses)
        return np.stack([sigma_of_mean(medium, self.medium_squared, batches),
                         sigma_of_mean(self.responses[:, 0], self.water_squared, batches)])


class VoxelScatter:
    """Rounds of 8 batches: of 20,000 histories, on a GPU of 2.5 million."""

    def __init__(self, given: RunInput, *, scores_primary: bool = False, collisions: bool = False,
                 keep_groups: bool = False, processor: str = CPU) -> None:
        """`scores_primary`: everything is scored; `collisions`: at collisions, not along the path."""
        scene = given.scene
        self._given, self._scores_primary, self._collisions = given, scores_primary, collisions
        self._space = make_space(scene, 1)
        self._transport = transport_on(processor, scene, self._space)
        self._per_batch = HISTORIES_PER_BATCH[processor]
        self._sums = [_Sums(scene.fine, given.fine, keep_groups=keep_groups)]
        if not same_box(scene):
            self._sums.append(_Sums(scene.coarse, given.coarse, keep_groups=keep_groups))
        self._layer_means: list[FloatArray] = []
        self.batches, self.histories = 0, 0

    def add_round(self, seed: int, _reached: float, _wanted: float) -> None:
        """Run one more round."""
        scene, scores, first = self._given.scene, self._scored(seed), 0
        for number, sums in enumerate(self._sums):
            size = 3 * len(sums.part.share)
            score = scores[:, first : first + size].reshape(BATCHES_PER_ROUND, -1, 3)
            first += size
            if scene.layered:
                average_over_eight(sums.box, score)
            water = sums.add(score, scene.mix, self._per_batch)
            if number == 0:
                self._layer_means.append(self._given.layers.means(water))
        self.batches += BATCHES_PER_ROUND
        self.histories += BATCHES_PER_ROUND * self._per_batch

    def _scored(self, seed: int) -> NDArray[np.float32]:
        """(batches, size) scores of a new round."""
        scene, size = self._given.scene, score_size(self._given.scene, self._space)
        if self._collisions:
            scores, energies = analogue_scores(size // 3, BATCHES_PER_ROUND)
            run_analogue(self._space, scene.spectrum, scene.tables, scene.responses, seed, self.histories,
                         self._per_batch, scores, energies)
            responses = scores.reshape(BATCHES_PER_ROUND, -1, SCORES_PER_CELL)[..., :3]
            return np.asarray(responses.reshape(BATCHES_PER_ROUND, -1))
        scores = np.zeros((BATCHES_PER_ROUND, size), np.float32)
        self._transport.plain(scores, self._per_batch, seed, self.histories, scores_primary=self._scores_primary)
        return scores

    def uncertainty_percent(self) -> float:
        """Mean standard uncertainty of D_m,m over the voxels aimed at."""
        given, aim, sums = self._given, self._given.aim, self._sums[0]
        if not len(aim):
            return 0.0
        mix = given.scene.mix[sums.box.material[aim]]
        total = (mix * sums.responses[aim]).sum(1)
        sigma = sigma_of_mean(total, sums.medium_squared[aim], self.batches)
        dose = total / self.batches
        if not self._scores_primary:
            dose = dose + (mix * given.fine_primary[aim]).sum(1)
        return float(np.mean(np.divide(sigma, dose, out=np.ones_like(dose), where=dose > 0))) * 100.0

    def result(self) -> RunResult:
        """The doses so far."""
        given = self._given
        primaries = (given.fine_primary, given.coarse_primary)
        boxes = [self._box(sums, primary) for sums, primary in zip(self._sums, primaries, strict=False)]
        means = given.layers.mean(given.fine_primary[:, 0])
        percent = given.layers.uncertainty_percent(np.concatenate(self._layer_means),
                                                   0.0 * means if self._scores_primary else means)
        return RunResult(boxes[0], boxes[-1], percent)

    def _box(self, sums: _Sums, primary: FloatArray) -> BoxDose:
        scatter = sums.responses / self.batches
        if self._scores_primary:  # what was scored holds the primary too
            scatter -= primary
        return box_dose(self._given.scene, sums.box, sums.part, primary, scatter,
                        sums.sigma_Gy(self._given.scene.mix, self.batches), self._groups(sums))

    def _groups(self, sums: _Sums) -> NDArray[np.float32] | None:
        """(groups, voxels) scattered D_w, per photon as the mean of all is."""
        return None if sums.groups is None else sums.groups * np.float32(BATCHES_PER_ROUND / self.batches)


@njit(parallel=True)
def _add_batches(score, per_volume, mix, material, responses, medium2, water2):
    for voxel in prange(per_volume.shape[0]):
        m = material[voxel]
        for batch in range(score.shape[0]):
            k0 = score[batch, voxel, 0] * per_volume[voxel]
            k1 = score[batch, voxel, 1] * per_volume[voxel]
            k2 = score[batch, voxel, 2] * per_volume[voxel]
            responses[voxel, 0] += k0
            responses[voxel, 1] += k1
            responses[voxel, 2] += k2
            medium = mix[m, 0] * k0 + mix[m, 1] * k1 + mix[m, 2] * k2
            medium2[voxel] += medium * medium
            water2[voxel] += k0 * k0
