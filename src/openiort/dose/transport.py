"""Photons through the scene by Monte Carlo on the processor: batches of histories, each with a score of its own.

Each history has its own random stream, and each batch its own score: the result does not depend on threads.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import prange
from numpy.typing import NDArray

from openiort.core.compiled import njit
from openiort.core.random_stream import stream
from openiort.dose.history import plain_history, split_history
from openiort.dose.scene import Scene
from openiort.dose.space import Space

SPLITS = 16


@njit(parallel=True)
def run_plain(space, spectrum, tables, responses, scores_primary, seed, first_history, histories_per_batch, scores):
    """Run one batch of photons drawn as nature does per row of the scores.

    Args:
        space: the scene, packed.
        spectrum: of the source.
        tables: photon data.
        responses: (energies, 3) what to score, Gy mm2.
        scores_primary: whether photons that have not scattered score too.
        seed: of the random numbers.
        first_history: number of the first history.
        histories_per_batch: to run for each row.
        scores: (batches, size) to add to, Gy mm3 summed over histories; sizes as `score_size` says.
    """
    for batch in prange(scores.shape[0]):
        first = first_history + batch * histories_per_batch
        for number in range(first, first + histories_per_batch):
            plain_history(space, spectrum, tables, responses, scores_primary, stream(seed, number), scores[batch])


@njit(parallel=True)
def run_split(space, spectrum, tables, responses, splits, seed, first_history, histories_per_batch, scores):
    """The same for the scatter alone, each source photon's first collision forced and split; as `run_plain`."""
    for batch in prange(scores.shape[0]):
        first = first_history + batch * histories_per_batch
        for number in range(first, first + histories_per_batch):
            split_history(space, spectrum, tables, responses, splits, stream(seed, number), scores[batch])


@dataclass(frozen=True, slots=True)
class ProcessorTransport:
    """A scene through which the processor's cores send photons; the same bits on any number of threads.

    Attributes:
        scene: what is calculated.
        space: the same, packed.
    """

    scene: Scene
    space: Space

    def plain(self, scores: NDArray[np.float32], histories_per_batch: int, seed: int, first_history: int, *,
              scores_primary: bool) -> None:
        """As `run_plain`."""
        scene = self.scene
        run_plain(self.space, scene.spectrum, scene.tables, scene.responses, scores_primary, seed, first_history,
                  histories_per_batch, scores)

    def split(self, scores: NDArray[np.float32], histories_per_batch: int, seed: int, first_history: int) -> None:
        """As `run_split`, each ray split `SPLITS` times."""
        scene = self.scene
        run_split(self.space, scene.spectrum, scene.tables, scene.responses, SPLITS, seed, first_history,
                  histories_per_batch, scores)
