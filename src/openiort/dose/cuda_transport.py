"""Photons through the scene by Monte Carlo on a GPU: the functions of `history`, compiled by Numba for CUDA.

Every thread follows one history after another; all add to the score of the batch atomically, so the last bits of a
score change from run to run, while each history is the one that the processor would follow. Imported only when asked
for: it needs a GPU, or Numba's simulator of one (NUMBA_ENABLE_CUDASIM=1 NUMBA_DISABLE_JIT=1).
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from numba import cuda
from numpy.typing import NDArray

from openiort.core.compiled import caching
from openiort.core.random_stream import stream
from openiort.core.shared_sum import add_to
from openiort.dose.history import plain_history, split_history
from openiort.dose.scene import Scene
from openiort.dose.space import Space
from openiort.dose.transport import SPLITS

THREADS_PER_BLOCK = 128
MOST_BLOCKS = 1 << 15

try:
    from numba.cuda.extending import overload
except ImportError:  # the simulator runs `add_to` itself, as Python
    overload = None

if overload is not None:

    @overload(add_to, target="cuda")
    def _on_gpu(values, place, value):
        def add(values, place, value):
            cuda.atomic.add(values, place, value)

        return add


with caching() as has_cache:

    @cuda.jit(cache=has_cache)
    def _plain(space, spectrum, tables, responses, scores_primary, seed, first_history, histories_per_batch, scores):
        number = cuda.grid(1)
        while number < histories_per_batch * scores.shape[0]:
            plain_history(space, spectrum, tables, responses, scores_primary, stream(seed, first_history + number),
                          scores[number // histories_per_batch])
            number += cuda.gridsize(1)

    @cuda.jit(cache=has_cache)
    def _split(space, spectrum, tables, responses, splits, seed, first_history, histories_per_batch, scores):
        number = cuda.grid(1)
        while number < histories_per_batch * scores.shape[0]:
            split_history(space, spectrum, tables, responses, splits, stream(seed, first_history + number),
                          scores[number // histories_per_batch])
            number += cuda.gridsize(1)


class CudaTransport:
    """A scene on the GPU; methods as of `ProcessorTransport`."""

    def __init__(self, scene: Scene, space: Space) -> None:
        self._data = (_on_device(space), _on_device(scene.spectrum), _on_device(scene.tables),
                      cuda.to_device(scene.responses))

    def plain(self, scores: NDArray[np.float32], histories_per_batch: int, seed: int, first_history: int, *,
              scores_primary: bool) -> None:
        """Add the histories' scores to `scores` (batches, size)."""
        self._run(_plain, scores_primary, scores, histories_per_batch, seed, first_history)

    def split(self, scores: NDArray[np.float32], histories_per_batch: int, seed: int, first_history: int) -> None:
        """The same for the scatter alone, each ray split `SPLITS` times."""
        self._run(_split, SPLITS, scores, histories_per_batch, seed, first_history)

    def _run(self, kernel: Any, choice: int, scores: NDArray[np.float32], histories_per_batch: int, seed: int,
             first_history: int) -> None:
        blocks = min(-(-histories_per_batch * len(scores) // THREADS_PER_BLOCK), MOST_BLOCKS)
        on_device = cuda.to_device(scores)
        with warnings.catch_warnings():  # that a short run does not fill the GPU is no news
            warnings.filterwarnings("ignore", ".*Grid size")
            kernel[blocks, THREADS_PER_BLOCK](*self._data, choice, seed, first_history, histories_per_batch, on_device)
        on_device.copy_to_host(scores)


def _on_device(arrays: Any) -> Any:
    """A named tuple of arrays, on the GPU."""
    return type(arrays)(*(cuda.to_device(np.ascontiguousarray(values)) for values in arrays))
