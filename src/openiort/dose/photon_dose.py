"""Dose per source photon in a scene: primary plus scatter, histories until the wanted uncertainty is reached."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
from numba import prange
from numpy.typing import NDArray

from openiort.core.compiled import njit
from openiort.core.progress import Progress, silent
from openiort.dose.cut_voxels import TissuePart, tissue_part, voxel_centres_mm
from openiort.dose.eightfold import average_over_eight
from openiort.dose.primary import primary_responses
from openiort.dose.scene import Scene, VoxelBox
from openiort.dose.transport import run_batches

FloatArray = NDArray[np.float64]
BATCHES_PER_ROUND = 8
HISTORIES_PER_BATCH = 20_000
LEAST_ROUNDS = 2
SHELL_mm = 10.0
LAYERS = 31  # of 1 mm, so that every depth that may be prescribed has one
THIN_g_cm3 = 0.05  # air has no dose worth a mean


@dataclass(frozen=True, slots=True)
class BoxDose:
    """Dose per source photon in the voxels of a box.

    Attributes:
        box: the voxels.
        part: their tissue part.
        primary: (voxels, 3) responses of the primary, Gy.
        scatter: (voxels, 3) responses of the scatter, Gy.
        medium_Gy: (voxels,) D_m,m.
        water_Gy: (voxels,) D_w.
        medium_sigma_Gy: (voxels,) standard uncertainty of `medium_Gy`.
        water_sigma_Gy: (voxels,) standard uncertainty of `water_Gy`.
        groups_Gy: (groups, voxels) float32, scattered D_w of equal shares of the histories, if kept: their spread is
            that of independent runs, with all that voxels have in common.
    """

    box: VoxelBox
    part: TissuePart
    primary: FloatArray
    scatter: FloatArray
    medium_Gy: FloatArray
    water_Gy: FloatArray
    medium_sigma_Gy: FloatArray
    water_sigma_Gy: FloatArray
    groups_Gy: NDArray[np.float32] | None = None


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
    """

    scene: Scene
    fine: BoxDose
    coarse: BoxDose
    shell_uncertainty_percent: float
    depth_uncertainty_percent: FloatArray
    histories: int
    batches: int


@dataclass(slots=True)
class _Sums:
    """What is kept of all batches: sums of the responses, of the squares of both doses, and of D_w by group."""

    responses: FloatArray
    medium_squared: FloatArray
    water_squared: FloatArray
    groups: NDArray[np.float32]

    @classmethod
    def zero(cls, voxels: int) -> _Sums:
        groups = np.zeros((BATCHES_PER_ROUND, voxels), np.float32)
        return cls(np.zeros((voxels, 3)), np.zeros(voxels), np.zeros(voxels), groups)


@dataclass(frozen=True, slots=True)
class _Layers:
    """The tissue around the applicator in layers of 1 mm: which voxels, in which layer, with what volume."""

    voxels: NDArray[np.intp]
    layer: NDArray[np.intp]
    share: FloatArray

    @classmethod
    def around(cls, scene: Scene, part: TissuePart) -> _Layers:
        depth_mm = np.linalg.norm(part.centre_mm, axis=1) - scene.sphere.radius_mm
        voxels = np.flatnonzero((part.share > 0) & (depth_mm < LAYERS) & (scene.fine.density > THIN_g_cm3))
        return cls(voxels, np.maximum(depth_mm[voxels].astype(np.intp), 0), part.share[voxels])

    def mean(self, values: FloatArray) -> FloatArray:
        """(layers,) mean of (voxels,) values."""
        volume = np.maximum(np.bincount(self.layer, self.share, LAYERS), 1e-9)
        return np.asarray(np.bincount(self.layer, self.share * values[self.voxels], LAYERS) / volume)

    def means(self, batches: FloatArray) -> FloatArray:
        """(batches, layers) means of (batches, voxels)."""
        return np.stack([self.mean(batch) for batch in batches])

    def uncertainty_percent(self, scatter: FloatArray, primary: FloatArray) -> FloatArray:
        """(layers,) standard uncertainty of the mean of primary (voxels,) and scatter (batches, layers)."""
        whole = self.mean(primary) + scatter.mean(axis=0)
        sigma = scatter.std(axis=0, ddof=1) / np.sqrt(len(scatter))
        return np.asarray(100.0 * np.divide(sigma, whole, out=np.zeros_like(whole), where=whole > 0))


def photon_dose(scene: Scene, *, uncertainty_percent: float, seed: int, progress: Progress = silent,
                max_rounds: int = 100_000) -> PhotonDose:
    """Calculate both boxes.

    Args:
        scene: geometry, materials and source.
        uncertainty_percent: histories run until the mean standard uncertainty of D_m,m (k=1) over the voxels
            0-10 mm from the applicator is at most this.
        seed: of the random numbers; the same seed gives the same dose, whatever the number of threads.
        progress: told the uncertainty reached and the time left.
        max_rounds: stop here in any case.
    """
    boxes = (scene.fine, scene.coarse)
    parts = [tissue_part(scene, box) for box in boxes]
    primaries = []
    for name, box, part in zip(("1 mm", "4 mm"), boxes, parts, strict=True):
        progress("primary", None, f"{name} voxels")
        primaries.append(_primary(scene, box, part))
    shell, layers = _shell(scene, parts[0]), _Layers.around(scene, parts[0])
    layer_means: list[FloatArray] = []
    sums = [_Sums.zero(len(part.share)) for part in parts]
    started, rounds, reached = time.monotonic(), 0, float("inf")
    while rounds < LEAST_ROUNDS or (reached > uncertainty_percent and rounds < max_rounds):
        layer_means.append(layers.means(_one_round(scene, seed, rounds, boxes, parts, sums)))
        rounds += 1
        batches = rounds * BATCHES_PER_ROUND
        reached = _shell_percent(scene.mix[scene.fine.material], primaries[0], sums[0], batches, shell)
        done = min(1.0, (uncertainty_percent / reached) ** 2) if reached > 0 else 1.0
        left_s = (time.monotonic() - started) * (1.0 / done - 1.0)
        progress("scatter", done, f"{reached:.2f} % of {uncertainty_percent:g} % uncertainty, {left_s:.0f} s left")
    fine, coarse = (
        _box_dose(box, part, primary, total, scene.mix[box.material], batches)
        for box, part, primary, total in zip(boxes, parts, primaries, sums, strict=True)
    )
    percent = layers.uncertainty_percent(np.concatenate(layer_means), primaries[0][:, 0])
    return PhotonDose(scene, fine, with_means_of(fine, coarse), reached, percent,
                      histories=batches * HISTORIES_PER_BATCH, batches=batches)


def with_means_of(fine: BoxDose, coarse: BoxDose) -> BoxDose:
    """`coarse` with the voxels that lie in the fine box set to the means of its tissue, where nothing was scored.

    Fine voxels share photons, so their uncertainties are averaged as if they were fully correlated: an upper bound.
    """
    if coarse.box.step_mm <= fine.box.step_mm:
        return coarse
    place = np.floor((voxel_centres_mm(fine.box) - coarse.box.low_mm) / coarse.box.step_mm).astype(int)
    nz, ny, nx = (int(n) for n in coarse.box.shape)
    voxel = (place[:, 2] * ny + place[:, 1]) * nx + place[:, 0]
    volume = np.bincount(voxel, fine.part.share, minlength=nz * ny * nx)
    covered = np.bincount(voxel, minlength=nz * ny * nx) > 0

    def filled(mine: FloatArray, theirs: FloatArray) -> FloatArray:
        total = np.bincount(voxel, fine.part.share * theirs, minlength=len(volume))
        return np.where(covered, np.divide(total, volume, out=np.zeros_like(total), where=volume > 0), mine)

    def each_filled(mine: FloatArray, theirs: FloatArray) -> FloatArray:
        return np.stack([filled(m, t) for m, t in zip(mine.T, theirs.T, strict=True)], 1)

    return BoxDose(
        coarse.box, coarse.part,
        primary=each_filled(coarse.primary, fine.primary), scatter=each_filled(coarse.scatter, fine.scatter),
        medium_Gy=filled(coarse.medium_Gy, fine.medium_Gy), water_Gy=filled(coarse.water_Gy, fine.water_Gy),
        medium_sigma_Gy=filled(coarse.medium_sigma_Gy, fine.medium_sigma_Gy),
        water_sigma_Gy=filled(coarse.water_sigma_Gy, fine.water_sigma_Gy), groups_Gy=coarse.groups_Gy,
    )


def _primary(scene: Scene, box: VoxelBox, part: TissuePart) -> FloatArray:
    found = np.zeros((len(part.share), 3))
    tissue = part.share > 0
    found[tissue] = primary_responses(scene, part.centre_mm[tissue])
    return found


def _shell(scene: Scene, part: TissuePart) -> NDArray[np.intp]:
    distance = np.linalg.norm(part.centre_mm, axis=1) - scene.sphere.radius_mm
    dense = scene.fine.density > THIN_g_cm3
    return np.flatnonzero((part.share > 0.5) & (distance <= SHELL_mm) & dense)


def _one_round(scene: Scene, seed: int, number: int, boxes: tuple[VoxelBox, VoxelBox], parts: list[TissuePart],
               sums: list[_Sums]) -> FloatArray:
    """Add one round to the sums; returns the scattered D_w of its batches in the fine box, (batches, voxels)."""
    scores = [np.zeros((BATCHES_PER_ROUND, len(part.share), 3), np.float32) for part in parts]
    first = number * BATCHES_PER_ROUND * HISTORIES_PER_BATCH
    run_batches(scene.fine, scene.coarse, scene.sphere, scene.spectrum, scene.tables, scene.responses, 1, seed, first,
                HISTORIES_PER_BATCH, scores[0], scores[1])
    if scene.layered:
        for box, score in zip(boxes, scores, strict=True):
            average_over_eight(box, score)
    water = []
    for box, part, score, total in zip(boxes, parts, scores, sums, strict=True):
        volume = part.share * box.step_mm**3
        per_volume = np.divide(1.0 / HISTORIES_PER_BATCH, volume, out=np.zeros_like(volume), where=volume > 0)
        _add_batches(score, per_volume, scene.mix, box.material, total.responses, total.medium_squared,
                     total.water_squared)
        water.append(score[..., 0] * per_volume)
        total.groups += water[-1]
    return np.asarray(water[0])


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


def _sigma(total: FloatArray, squared: FloatArray, batches: int) -> FloatArray:
    """Standard uncertainty of the mean over batches."""
    variance = np.maximum(squared - total**2 / batches, 0.0) / (batches - 1)
    return np.sqrt(variance / batches)


def _shell_percent(mix: FloatArray, primary: FloatArray, sums: _Sums, batches: int, shell: NDArray[np.intp]) -> float:
    total = (mix[shell] * sums.responses[shell]).sum(1)
    sigma = _sigma(total, sums.medium_squared[shell], batches)
    dose = (mix[shell] * primary[shell]).sum(1) + total / batches
    return float(np.mean(sigma / dose)) * 100.0 if len(shell) else 0.0


def _box_dose(box: VoxelBox, part: TissuePart, primary: FloatArray, sums: _Sums, mix: FloatArray,
              batches: int) -> BoxDose:
    scatter = sums.responses / batches
    everything = primary + scatter
    return BoxDose(
        box, part, primary, scatter,
        medium_Gy=np.maximum((mix * everything).sum(1), 0.0),
        water_Gy=everything[:, 0],
        medium_sigma_Gy=_sigma((mix * sums.responses).sum(1), sums.medium_squared, batches),
        water_sigma_Gy=_sigma(sums.responses[:, 0], sums.water_squared, batches),
        groups_Gy=sums.groups * np.float32(BATCHES_PER_ROUND / batches),
    )
