"""What photons are followed on: the cores of the processor, or a GPU."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from openiort.core.errors import InputError
from openiort.dose.scene import Scene
from openiort.dose.space import Space
from openiort.dose.transport import ProcessorTransport

CPU, CUDA = "cpu", "cuda"
PROCESSORS = (CPU, CUDA)


class Transport(Protocol):
    """A scene through which photons can be sent, in batches; sizes as `score_size` says."""

    def plain(self, scores: NDArray[np.float32], histories_per_batch: int, seed: int, first_history: int, *,
              scores_primary: bool) -> None:
        """Add to `scores` (batches, size)."""
        ...

    def split(self, scores: NDArray[np.float32], histories_per_batch: int, seed: int, first_history: int) -> None:
        """The same for the scatter alone."""
        ...


def check_processor(name: str, where: str = "processor") -> None:
    """Refuse what is unknown or not there.

    Raises:
        InputError: the name is unknown, or there is no GPU that Numba can use.
    """
    if name not in PROCESSORS:
        raise InputError(f"processor '{name}' is unknown", where=where, allowed=", ".join(PROCESSORS),
                         fix=f"'{CPU}' is the default")
    if name == CUDA and not _has_gpu():
        raise InputError("no GPU is found that CUDA can use", where=where, allowed=CPU,
                         fix="install the NVIDIA driver and the extra 'cuda' (pip install 'openiort[cuda]'), "
                             f"or use '{CPU}'")


def _has_gpu() -> bool:
    from numba import cuda

    return bool(cuda.is_available())


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
