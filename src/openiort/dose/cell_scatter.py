"""Scatter scored in 2 mm cells and brought to 1 mm by the guide: a twentieth of the histories for the same noise.

Histories are forced to collide and split. The same batches are filled further by every round; the uncertainty is the
spread, over them, of the final dose, all interpolation included.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from openiort.dose.between_cells import blocks_of, evaluate_voxels, mean_scores, score_ratios
from openiort.dose.box_dose import BoxDose
from openiort.dose.eightfold import average_over_eight
from openiort.dose.guide import Guide
from openiort.dose.processors import CPU, CUDA, transport_on
from openiort.dose.run_input import RunInput, RunResult, box_dose
from openiort.dose.shell_layers import LAYERS
from openiort.dose.smooth_cells import bone_cells, smooth_cells
from openiort.dose.space import cell_box, make_space, same_box, score_size

FloatArray = NDArray[np.float64]
BATCHES = 12
FOLD = 2
# in each batch of the first round: enough to foresee the next; a GPU has them in no time
FIRST_HISTORIES = {CPU: 300, CUDA: 30_000}
LEAST_GROWTH, MOST_GROWTH = 0.05, 4.0
MARGIN = 1.03
WATCHED_VOXELS = 20_000
VOXELS_AT_ONCE = 2**18
NO_LAYER = -1
NO_GROUPS = np.zeros((0, 0), np.float32)


class CellScatter:
    """Batches of split histories."""

    def __init__(self, given: RunInput, *, smoothing_cells: float = 0.0, keep_groups: bool = False,
                 processor: str = CPU) -> None:
        """`smoothing_cells` is the standard deviation of the Gaussian that averages ratios; 0 for none."""
        scene = given.scene
        self._keeps_groups = keep_groups
        self._given, self._smoothing_cells = given, smoothing_cells
        self._cells, self._space = cell_box(scene.fine, FOLD), make_space(scene, FOLD)
        self._guide = Guide(scene.fine, self._cells, FOLD, given.fine, given.fine_primary)
        self._first_histories = FIRST_HISTORIES[processor]
        self._transport = transport_on(processor, scene, self._space)
        self._bone = bone_cells(scene, FOLD, given.fine.share) if smoothing_cells else None
        self._scores = np.zeros((BATCHES, score_size(scene, self._space)), np.float32)
        self._layer = np.full(len(given.fine.share), NO_LAYER, np.int16)
        aim = given.aim
        self._watched = aim[:: max(1, len(aim) // WATCHED_VOXELS)]
        self.batches, self.histories = BATCHES, 0

    def add_round(self, seed: int, reached: float, wanted: float) -> None:
        """Run so many more histories as the uncertainty reached, in percent, lets expect to be needed."""
        done = self.histories // BATCHES
        growth = MARGIN * (reached / wanted) ** 2 - 1.0 if done else 1.0
        count = round(done * min(max(growth, LEAST_GROWTH), MOST_GROWTH)) if done else self._first_histories
        scores = np.zeros_like(self._scores)
        self._transport.split(scores, count, seed, self.histories)
        self.add_scores(scores, BATCHES * count)

    def add_scores(self, scores: NDArray[np.float32], histories: int) -> None:
        """Add (batches, size) scores of some histories, as `Transport.split` leaves them."""
        self._scores += scores
        self.histories += histories

    def uncertainty_percent(self) -> float:
        """Mean standard uncertainty of D_m,m over the voxels aimed at, from a part of them."""
        watched, given = self._watched, self._given
        if not len(watched):
            return 0.0
        scatter, sigma = np.zeros((len(watched), 3), np.float32), np.zeros((2, len(watched)))
        self._evaluate(*self._ratio(), watched, np.arange(len(watched)), scatter, sigma, NO_GROUPS)
        mix = given.scene.mix[given.scene.fine.material[watched]]
        dose = (mix * (scatter + given.fine_primary[watched])).sum(1)
        return float(np.mean(np.divide(sigma[0], dose, out=np.zeros_like(dose), where=dose > 0))) * 100.0

    def result(self) -> RunResult:
        """The doses; no history can be added afterwards, for the scores are given up."""
        given, layers = self._given, self._given.layers
        self._layer[layers.voxels] = layers.layer
        coarse = None if same_box(given.scene) else self._coarse()
        ratio, fit = self._ratio()
        self._scores = np.zeros((BATCHES, 0), np.float32)  # large boxes have no room for them beside the doses
        count = len(given.fine.share)
        groups = np.zeros((BATCHES if self._keeps_groups else 0, count), np.float32)
        # scatter is as precise as its scores; squares of an uncertainty need more than float32 reaches down to
        scatter, sigma, sums = np.zeros((count, 3), np.float32), np.zeros((2, count)), np.zeros((LAYERS, BATCHES))
        for first in range(0, count, VOXELS_AT_ONCE):
            voxels = first + np.flatnonzero(given.fine.share[first : first + VOXELS_AT_ONCE] > 0)
            sums += self._evaluate(ratio, fit, voxels, voxels, scatter, sigma, groups)
        del ratio
        fine = box_dose(given.scene, given.scene.fine, given.fine, given.fine_primary, scatter, sigma,
                        groups if self._keeps_groups else None)
        volume = np.maximum(np.bincount(layers.layer, layers.share, LAYERS), 1e-9)
        percent = layers.uncertainty_percent((sums / volume[:, None]).T, layers.mean(given.fine_primary[:, 0]))
        return RunResult(fine, fine if coarse is None else coarse, percent)

    def _evaluate(self, ratio: NDArray[np.float32], fit: FloatArray, voxels: NDArray[np.intp],
                  places: NDArray[np.intp], scatter: NDArray[np.float32], sigma: FloatArray,
                  groups: NDArray[np.float32]) -> FloatArray:
        """Fill `places` of scatter (n, 3), of the uncertainty (2, n) of both doses and of the groups' dose to water.

        Returns (layers, batches) sums of tissue x D_w.
        """
        given, scene = self._given, self._given.scene
        sums = np.zeros((blocks_of(len(voxels)), LAYERS, BATCHES))
        evaluate_voxels(voxels, places, scene.fine.shape, self._cells.shape, FOLD, self._guide.volume, ratio,
                        given.fine_primary, given.fine.centre_mm, fit, scene.mix, scene.fine.material, self._layer,
                        given.fine.share, scatter, sigma, sums, groups)
        return np.asarray(sums.sum(axis=0))

    def _ratio(self) -> tuple[NDArray[np.float32], FloatArray]:
        """(cells, 3 x batches) score over the guide's mean, and the guide's fit."""
        scene, guide, scores = self._given.scene, self._guide, self._scores
        cells = len(guide.volume)
        if scene.layered:
            scores = scores[:, : 3 * cells].copy()
            average_over_eight(self._cells, scores.reshape(BATCHES, -1, 3))
        per_voxel = BATCHES / self.histories / scene.fine.step_mm**3
        mean, ratio = np.zeros((cells, 3)), np.zeros((cells, 3 * BATCHES), np.float32)
        mean_scores(scores, cells, per_voxel, guide.volume, mean)
        fit = guide.fit(mean)
        score_ratios(scores, per_voxel, guide.volume, guide.means(fit), ratio)
        if self._bone is not None:
            ratio = smooth_cells(self._cells.shape, guide.volume, ratio, self._smoothing_cells, self._bone)
        return ratio, fit

    def _coarse(self) -> BoxDose:
        """The coarse box, scored in its own voxels."""
        given, scene = self._given, self._given.scene
        score = self._scores[:, 3 * len(self._guide.volume) :].reshape(BATCHES, -1, 3).astype(float)
        if scene.layered:
            average_over_eight(scene.coarse, score)
        volume = given.coarse.share * scene.coarse.step_mm**3
        score *= (np.divide(BATCHES / self.histories, volume, out=np.zeros_like(volume), where=volume > 0))[:, None]
        medium = np.einsum("vk,bvk->bv", scene.mix[scene.coarse.material], score)
        sigma = [values.std(axis=0, ddof=1) / np.sqrt(BATCHES) for values in (medium, score[..., 0])]
        groups = score[..., 0].astype(np.float32) if self._keeps_groups else None
        return box_dose(scene, scene.coarse, given.coarse, given.coarse_primary, score.mean(axis=0), np.stack(sigma),
                        groups)
