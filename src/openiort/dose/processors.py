"""What photons are followed on: the cores of the processor, or a GPU."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from openiort.core.errors import InputError
from openiort.dose.modes import ACCURATE, ANALOGUE, PREVIEW
from openiort.dose.scene import Scene
from openiort.dose.space import Space
from openiort.dose.transport import ProcessorTransport

CPU, CUDA = "cpu", "cuda"
PROCESSORS = (CPU, CUDA)
WHERE = "--processor (processor)"


class Transport(Protocol):
    """A scene through which photons can be sent, in batches; sizes as `score_size` says."""

    def plain(self, scores: NDArray[np.float32], histories_per_batch: int, seed: int, first_history: int, *,
              scores_primary: bool) -> None:
        """Add to `scores` (batches, size)."""
        ...

    def split(self, scores: NDArray[np.float32], histories_per_batch: int, seed: int, first_history: int) -> None:
        """The same for the scatter alone."""
        ...


def check_processor(name: str, mode: str = ACCURATE.name) -> None:
    """Refuse what is unknown or not there.

    Raises:
        InputError: the name is unknown, there is no GPU that Numba can use, or it does not know the mode.
    """
    if name not in PROCESSORS:
        raise InputError(f"processor '{name}' is unknown", where=WHERE, allowed=", ".join(PROCESSORS),
                         fix=f"'{CPU}' is the default")
    if not runs_on(name, mode):
        raise InputError(f"mode '{mode}' does not run on a GPU", where=WHERE, allowed=CPU,
                         fix="leave the processor out, or take another mode")
    if name == CUDA and not _has_gpu():
        raise InputError("no GPU is found that CUDA can use", where=WHERE, allowed=CPU,
                         fix=f"install the NVIDIA driver and the extra 'cuda' (README), or use '{CPU}'")


def runs_on(processor: str, mode: str) -> bool:
    """Whether a mode, by its name, is for a processor: what has no photons or is for proofs is not for a GPU."""
    return processor != CUDA or mode not in (PREVIEW.name, ANALOGUE.name)


def _has_gpu() -> bool:
    """Whether Numba's separate CUDA target (numba-cuda) or its simulator is there, and a GPU for it."""
    from numba import config, cuda

    return bool(config.ENABLE_CUDASIM or (find_spec("numba_cuda") and cuda.is_available()))


def transport_on(processor: str, scene: Scene, space: Space) -> Transport:
    """The scene, ready for photons.

    Raises:
        InputError: as `check_processor`.
    """
    check_processor(processor)
    if processor == CUDA:
        from openiort.dose.cuda_transport import CudaTransport

        return CudaTransport(scene, space)
    return ProcessorTransport(scene, space)
