"""The first run after an installation: the engine is compiled by other processes while the CT is read."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from openiort.core.progress import Progress

COMPILING = "compiling the dose engine"
ONCE = "once after an installation, about 15 s"
MODULE = "openiort.dose.compile_ahead"
BETWEEN_LOOKS_s = 0.1


class FirstRun:
    """Processes that compile; none where the engine is compiled."""

    def __init__(self, processes: list[subprocess.Popen[bytes]]) -> None:
        self._processes = processes

    def wait(self, progress: Progress) -> None:
        """Until all is compiled. One that fails is no loss: what it did not compile is compiled when it is needed."""
        while any(process.poll() is None for process in self._processes):
            progress(COMPILING, None, ONCE)
            time.sleep(BETWEEN_LOOKS_s)


@contextmanager
def first_run(progress: Progress) -> Iterator[FirstRun]:
    """Start compiling where nothing is compiled yet; whatever still runs at the end of the block is ended."""
    from numba import config

    from openiort.core.compiled import cache_folder
    from openiort.dose.compile_ahead import JOBS, engine_is_compiled

    useless = engine_is_compiled() or cache_folder() is None or config.DISABLE_JIT
    jobs = () if useless else tuple(JOBS)
    if jobs:
        progress(COMPILING, None, ONCE)
    processes = _started(jobs)
    try:
        yield FirstRun(processes)
    finally:
        for process in processes:
            process.terminate()
            process.wait()


def _started(jobs: Sequence[str]) -> list[subprocess.Popen[bytes]]:
    """A process for each job; none where the system starts none. -P: nothing is imported from the working folder."""
    try:
        return [subprocess.Popen([sys.executable, "-P", "-m", MODULE, job], stdin=subprocess.DEVNULL,
                                 stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) for job in jobs]
    except OSError:
        return []
