"""Which runs show how the time grows: with the histories, with the voxels, and on one thread and two."""

from __future__ import annotations

import numba

from openiort.dose.benchmark import BenchmarkRun
from openiort.dose.modes import ACCURATE

WANTED_percent = (2.0, 1.4, 1.0, 0.7)
COUNTS = (64, 96, 128, 192, 256)
THREADS = (1, 2)


def growth_runs(seed: int, threads: int | None) -> dict[str, list[BenchmarkRun]]:
    """Runs of the default mode by what changes in them: `histories`, `voxels`, `threads`."""
    return {
        "histories": [BenchmarkRun(ACCURATE.name, threads=threads, seed=seed, wanted_percent=wanted)
                      for wanted in WANTED_percent],
        "voxels": [BenchmarkRun(ACCURATE.name, threads=threads, seed=seed, count=count) for count in COUNTS],
        "threads": [BenchmarkRun(ACCURATE.name, threads=number, seed=seed) for number in THREADS
                    if number <= numba.config.NUMBA_NUM_THREADS],
    }
