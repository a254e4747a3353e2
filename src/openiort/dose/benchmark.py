"""How long each mode takes until a benchmark case is known to 1 %: measured, not promised.

Modes that get there in seconds run until they are there; the others run a while, and their time is scaled: the
variance falls with the number of histories. The time holds everything but reading the scene and compiling.
"""

from __future__ import annotations

import os
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context

import numpy as np
from numpy.typing import NDArray

from openiort.dose.benchmark_case import CASES, COUNT, SLABS, SPHERE_RADIUS_mm, aimed_voxels, benchmark_scene
from openiort.dose.box_dose import BoxDose
from openiort.dose.modes import ACCURATE, FAST, MODES, PREVIEW, TRACK_LENGTH
from openiort.dose.photon_dose import LEAST_ROUNDS, PhotonDose, photon_dose
from openiort.dose.preview import PreviewSource, REACH_mm
from openiort.dose.processors import CPU, CUDA
from openiort.dose.scene import Scene
from openiort.dose.symmetry_spread import alike_percent, spread_percent
from openiort.dose.threads import thread_count

WANTED_percent = 1.0
KIBIBYTES_PER_MEGABYTE = 1e6 / 1024.0
QUICK = (ACCURATE.name, FAST.name)


@dataclass(frozen=True, slots=True)
class BenchmarkRun:
    """What is to be measured.

    Attributes:
        mode: its name.
        case: name of a scene in `benchmark_case.CASES`.
        count: voxels a side.
        threads: to use; None for all.
        seed: of the random numbers.
        wanted_percent: uncertainty at which the clock stops.
        rounds: of a mode that does not get there in seconds, more than 2.
        processor: one of `openiort.dose.processors`; on a GPU every mode runs until it is there.
    """

    mode: str
    case: str = SLABS.name
    count: int = COUNT
    threads: int | None = None
    seed: int = 1
    wanted_percent: float = WANTED_percent
    rounds: int = 12
    processor: str = CPU


@dataclass(frozen=True, slots=True)
class ModeSpeed:
    """What one mode takes.

    Attributes:
        run: what was measured.
        cpu_s: processor seconds to the wanted uncertainty, all threads together.
        wall_s: seconds by the clock.
        reached_percent: mean uncertainty of the run that was measured, as it states itself.
        spread_percent: the same from how far voxels differ that symmetry makes equal.
        histories: of that run.
        first_call_s: seconds of the first, shortest calculation: it compiles, or loads what is compiled.
        peak_memory_mb: of the process.
    """

    run: BenchmarkRun
    cpu_s: float
    wall_s: float
    reached_percent: float
    spread_percent: float
    histories: int
    first_call_s: float
    peak_memory_mb: float


def measure_mode(asked: BenchmarkRun) -> ModeSpeed:
    """Run a benchmark case; the code is compiled before the clock starts."""
    scene = CASES[asked.case].scene(asked.count)
    aim = aimed_voxels(scene)
    run = partial(photon_dose, scene, uncertainty_percent=asked.wanted_percent, seed=asked.seed, mode=asked.mode,
                  aim=aim, processor=asked.processor)
    with thread_count(asked.threads):
        first_call_s = _timed(partial(run, max_rounds=1))[0][1]  # no name for the dose: it would stay in memory
        if asked.mode in QUICK or asked.processor == CUDA:
            seconds, dose = _timed(run)
        else:
            seconds, dose = _scaled(run, asked.rounds, asked.wanted_percent, aim)
    reached = alike_uncertainty_percent(dose.fine, aim)
    spread = spread_percent(dose.fine.medium_Gy, scene.fine.material, asked.count, aim)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KIBIBYTES_PER_MEGABYTE
    return ModeSpeed(asked, *seconds, reached, spread, dose.histories, first_call_s, peak)


def alike_uncertainty_percent(dose: BoxDose, voxels: NDArray[np.intp]) -> float:
    """Mean standard uncertainty of D_m,m as stated, variances and doses averaged over voxels that are much alike."""
    radius_mm = np.linalg.norm(dose.part.centre_mm[voxels], axis=1)
    return alike_percent(radius_mm, dose.box.material[voxels], dose.medium_sigma_Gy[voxels] ** 2,
                         dose.medium_Gy[voxels])


def _timed(run: Callable[..., PhotonDose]) -> tuple[tuple[float, float], PhotonDose]:
    """Processor and wall seconds of one run, and its dose."""
    cpu_s, wall_s = time.process_time(), time.perf_counter()
    dose = run()
    return (time.process_time() - cpu_s, time.perf_counter() - wall_s), dose


def _scaled(run: Callable[..., PhotonDose], rounds: int, wanted: float,
            aim: NDArray[np.intp]) -> tuple[tuple[float, float], PhotonDose]:
    """The same for a run to `wanted` %, from a short one: what every round takes more often, what comes once once."""
    few = _timed(partial(run, max_rounds=LEAST_ROUNDS))[0]
    many, dose = _timed(partial(run, max_rounds=rounds))
    needed = rounds * (alike_uncertainty_percent(dose.fine, aim) / wanted) ** 2
    cpu_s, wall_s = (a + (b - a) / (rounds - LEAST_ROUNDS) * (needed - LEAST_ROUNDS)
                     for a, b in zip(few, many, strict=True))
    return (cpu_s, wall_s), dose


def measure_apart(run: BenchmarkRun, *, cold: bool = False) -> ModeSpeed:
    """As `measure_mode`, in a process of its own, so that its memory is its own.

    `cold` hides compiled code from it, so that its first call is that of a first run.
    """
    with _hidden_cache(cold), ProcessPoolExecutor(1, get_context("spawn")) as pool:
        return pool.submit(measure_mode, run).result()


@contextmanager
def _hidden_cache(hidden: bool) -> Iterator[None]:
    """Processes that are started in the block keep compiled code in an empty folder, which goes away after it."""
    if not hidden:
        yield
        return
    before = os.environ.get("XDG_CACHE_HOME")
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_CACHE_HOME"] = folder
        try:
            yield
        finally:
            os.environ.pop("XDG_CACHE_HOME")
            if before is not None:
                os.environ["XDG_CACHE_HOME"] = before


def measure_preview(*, threads: int | None, runs: int = 5) -> tuple[float, float]:
    """Wall seconds, best of some runs, of a moved applicator's preview in the benchmark case.

    First for three planes of 1 mm and all voxels of 2 mm within 60 mm (what a DVH needs), then for all of 1 mm.
    """
    scene = benchmark_scene()
    source, whole = PreviewSource(scene), _within_reach(1.0)
    some = np.concatenate([*_planes(), _within_reach(2.0)])
    with thread_count(threads):
        times = [(_wall_s(source, scene, some), _wall_s(source, scene, whole)) for _ in range(runs + 1)]
    return min(time[0] for time in times[1:]), min(time[1] for time in times[1:])


def _wall_s(source: PreviewSource, scene: Scene, points: NDArray[np.float64]) -> float:
    started = time.perf_counter()
    source.at(scene).doses_Gy(points, np.zeros(len(points), np.intp))
    return time.perf_counter() - started


def _within_reach(step_mm: float) -> NDArray[np.float64]:
    """(n, 3) centres of all voxels within reach of the preview, outside the sphere."""
    along = np.arange(-REACH_mm, REACH_mm, step_mm) + step_mm / 2.0
    points = np.stack(np.meshgrid(along, along, along), -1).reshape(-1, 3)
    radius_mm = np.linalg.norm(points, axis=1)
    return np.ascontiguousarray(points[(radius_mm < REACH_mm) & (radius_mm > SPHERE_RADIUS_mm)])


def _planes() -> list[NDArray[np.float64]]:
    """Three planes through the source, points of 1 mm."""
    along = np.arange(-REACH_mm, REACH_mm) + 0.5
    a, b = (grid.ravel() for grid in np.meshgrid(along, along))
    zero = np.zeros_like(a)
    return [np.stack(columns, 1) for columns in ((a, b, zero), (a, zero, b), (zero, a, b))]


def ratio_to_track_length(speeds: list[ModeSpeed]) -> dict[str, float | None]:
    """How many times quicker each mode is than plain track length; None where that was not measured.

    By processor seconds; on a GPU, where the processor only waits, by the clock.
    """
    took_s = {speed.run.mode: speed.wall_s if speed.run.processor == CUDA else speed.cpu_s for speed in speeds}
    plain = took_s.get(TRACK_LENGTH.name)
    return {mode: None if plain is None else plain / own for mode, own in took_s.items()}


def mode_names() -> list[str]:
    """The modes whose uncertainty falls with time, quickest last."""
    return sorted(set(MODES) - {PREVIEW.name}, key=lambda name: (name in QUICK, name))
