"""What `accurate` and `fast` do wrong on purpose, against 1 mm voxels with the same photons: little noise is left.

The split histories are scored in 1 mm voxels; their sums over 2 x 2 x 2 voxels are what the guided modes would have
scored, and what these make of them is held against the voxels themselves. Bins are 1 mm deep and a twelfth of a sphere.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import pytest

from openiort.core.progress import silent
from openiort.dose.cell_scatter import BATCHES, CellScatter
from openiort.dose.run_input import run_input
from openiort.dose.space import make_space, score_size
from openiort.dose.transport import SPLITS, run_split
from validation.dose_modes.cases import CASES, Case

HISTORIES_PER_BATCH, ROUNDS = 5_000, 8
DEEPEST_mm = 25.0
LEAST_VOXELS = 40
THIN_g_cm3 = 0.05
GOLDEN = (1.0 + 5.0**0.5) / 2.0
# corners of an icosahedron: the middles of twelve equal parts of a sphere
_ONE = np.array([(0.0, a, b * GOLDEN) for a in (1.0, -1.0) for b in (1.0, -1.0)])
TWELVE = np.concatenate([np.roll(_ONE, shift, axis=1) for shift in range(3)]) / np.hypot(1.0, GOLDEN)


@dataclass(frozen=True)
class Bias:
    """In per cent of the local dose; bins hold whole voxels of tissue outside cavities and specks."""

    rms_bins: float
    worst_bin: float
    noise_bins: float
    worst_small: float


def summed(scores: np.ndarray, shape: tuple[int, int, int]) -> np.ndarray:
    """(batches, voxels x 3) to (batches, cells x 3)."""
    nz, ny, nx = (n // 2 for n in shape)
    return scores.reshape(len(scores), nz, 2, ny, 2, nx, 2, 3).sum(axis=(2, 4, 6)).reshape(len(scores), -1)


@cache
def biases(name: str) -> dict[str, Bias]:
    case = CASES[name]()
    scene = case.scene
    given = run_input(scene, silent)
    modes = {"accurate": CellScatter(given), "fast": CellScatter(given, smoothing_cells=0.7)}
    space = make_space(scene, 1)
    total = np.zeros((len(scene.fine.material), 3))
    for number in range(ROUNDS):
        scores = np.zeros((BATCHES, score_size(scene, space)), np.float32)
        run_split(space, scene.spectrum, scene.tables, scene.responses, SPLITS, 1,
                  number * BATCHES * HISTORIES_PER_BATCH, HISTORIES_PER_BATCH, scores)
        total += scores.reshape(BATCHES, -1, 3).sum(axis=0, dtype=float)
        cells = summed(scores, tuple(scene.fine.shape))
        for mode in modes.values():
            mode.add_scores(cells, BATCHES * HISTORIES_PER_BATCH)
    share = given.fine.share[:, None]
    histories = ROUNDS * BATCHES * HISTORIES_PER_BATCH
    scatter = np.divide(total, share * histories, out=np.zeros_like(total), where=share > 0)
    exact = (scene.mix[scene.fine.material] * (scatter + given.fine_primary)).sum(1)
    return {mode: _bias(case, given.fine.centre_mm, given.fine.share, run.result().fine.medium_Gy, exact)
            for mode, run in modes.items()}


def _bias(case: Case, centre_mm: np.ndarray, share: np.ndarray, found: np.ndarray, exact: np.ndarray) -> Bias:
    r_mm = np.linalg.norm(centre_mm, axis=1)
    depth_mm = r_mm - case.scene.sphere.radius_mm
    dense = (share == 1.0) & (case.scene.fine.density > THIN_g_cm3) & (depth_mm < DEEPEST_mm) & ~case.small
    part = np.argmax(centre_mm @ TWELVE.T, axis=1)
    bins = (part * 100 + depth_mm.astype(int))[dense]
    count = np.bincount(bins)
    difference = (found - exact)[dense]
    dose = np.bincount(bins, exact[dense])
    used = count >= LEAST_VOXELS
    percent = 100.0 * np.bincount(bins, difference)[used] / dose[used]
    spread = 100.0 * np.sqrt(np.bincount(bins, difference**2)[used]) / dose[used]
    small = case.small & (share == 1.0) & (depth_mm < DEEPEST_mm)
    by_material = [100.0 * (found[m].sum() / exact[m].sum() - 1.0)
                   for k in np.unique(case.scene.fine.material[small])
                   for m in [small & (case.scene.fine.material == k)]]
    return Bias(float(np.sqrt((percent**2).mean())), float(np.abs(percent).max()), float(np.sqrt((spread**2).mean())),
                float(np.abs(by_material).max(initial=0.0)))


@pytest.mark.parametrize("name", CASES)
def test_accurate_is_within_what_is_allowed(name):
    """0.3 % root mean square over the bins, 1 % in the worst; 2 % on average in the material of specks and cavities."""
    for mode, bias in biases(name).items():
        print(f"{name:<20} {mode:<9} rms {bias.rms_bins:.3f} % (noise {bias.noise_bins:.3f} %), worst bin "
              f"{bias.worst_bin:.2f} %, specks and cavities {bias.worst_small:.2f} %")
    bias = biases(name)["accurate"]
    assert bias.rms_bins < 0.3
    assert bias.worst_bin < 1.0 + 3 * bias.noise_bins
    assert bias.worst_small < 2.0


@pytest.mark.parametrize("name", CASES)
def test_fast_is_within_what_is_allowed(name):
    """3 % in specks and cavities, 1.2 % elsewhere."""
    bias = biases(name)["fast"]
    assert bias.worst_bin < 1.2 + 3 * bias.noise_bins
    assert bias.worst_small < 3.0
