"""How long each mode takes until the benchmark case is known to 1 %: measured, not promised.

Modes that get there in seconds run until they are there; the others run a while, and their time is scaled: the
variance falls with the number of histories. The time holds everything but reading the scene and compiling.
"""

from __future__ import annotations

import resource
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context

import numpy as np
from numpy.typing import NDArray

from openiort.dose.benchmark_case import SPHERE_RADIUS_mm, benchmark_scene, measured_voxels
from openiort.dose.box_dose import BoxDose
from openiort.dose.cut_voxels import tissue_part
from openiort.dose.modes import ACCURATE, FAST, MODES, PREVIEW, TRACK_LENGTH
from openiort.dose.photon_dose import LEAST_ROUNDS, PhotonDose, photon_dose
from openiort.dose.preview import PreviewSource, REACH_mm
from openiort.dose.scene import Scene, make_spectrum
from openiort.dose.threads import thread_count

WANTED_percent = 1.0
KIBIBYTES_PER_MEGABYTE = 1e6 / 1024.0
QUICK = (ACCURATE.name, FAST.name)


@dataclass(frozen=True, slots=True)
class ModeSpeed:
    """What one mode takes.

    Attributes:
        mode: its name.
        cpu_s_to_1_percent: processor seconds, all threads together.
        wall_s_to_1_percent: seconds by the clock.
        reached_percent: mean uncertainty of the run that was measured.
        histories: of that run.
        peak_memory_mb: of the process.
    """

    mode: str
    cpu_s_to_1_percent: float
    wall_s_to_1_percent: float
    reached_percent: float
    histories: int
    peak_memory_mb: float


def aimed_voxels(scene: Scene) -> NDArray[np.intp]:
    """The voxels 20 to 40 mm from the source that are tissue by more than half."""
    part = tissue_part(scene, scene.fine)
    return np.flatnonzero(measured_voxels(scene, part.centre_mm) & (part.share > 0.5))


def measure_mode(mode: str, *, count: int, threads: int | None, seed: int = 1, rounds: int = 12,
                 spectrum: tuple[NDArray[np.float64], ...] | None = None) -> ModeSpeed:
    """Run the benchmark case of `count` voxels a side; the code is compiled before the clock starts.

    Args:
        mode: its name.
        count: voxels a side.
        threads: to use; None for all.
        seed: of the random numbers.
        rounds: of a mode that does not get to 1 % in seconds, more than 2.
        spectrum: lower edges and upper edges in keV and photons, instead of the benchmark's own.
    """
    scene = benchmark_scene(None if spectrum is None else make_spectrum(*spectrum), count)
    aim = aimed_voxels(scene)
    run = partial(photon_dose, scene, uncertainty_percent=WANTED_percent, seed=seed, mode=mode, aim=aim)
    with thread_count(threads):
        run(max_rounds=1)  # compiles
        if mode in QUICK:
            seconds, dose = _timed(run)
        else:
            seconds, dose = _scaled(run, rounds, aim)
    reached = alike_uncertainty_percent(dose.fine, aim)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KIBIBYTES_PER_MEGABYTE
    return ModeSpeed(mode, *seconds, reached, dose.histories, peak)


def alike_uncertainty_percent(dose: BoxDose, voxels: NDArray[np.intp]) -> float:
    """Mean standard uncertainty of D_m,m, variances and doses averaged over voxels that are much alike.

    Alike are those of one material in the same millimetre from the source: a voxel that few photons have met knows
    neither its dose nor its variance.
    """
    radius_mm = np.linalg.norm(dose.part.centre_mm[voxels], axis=1)
    kind = radius_mm.astype(np.intp) * (int(dose.box.material.max()) + 1) + dose.box.material[voxels]
    count = np.maximum(np.bincount(kind), 1)
    variance = np.bincount(kind, dose.medium_sigma_Gy[voxels] ** 2) / count
    whole = np.bincount(kind, dose.medium_Gy[voxels]) / count
    return 100.0 * float(np.mean((np.sqrt(variance) / np.maximum(whole, 1e-300))[kind]))


def _timed(run: Callable[..., PhotonDose]) -> tuple[tuple[float, float], PhotonDose]:
    """Processor and wall seconds of one run, and its dose."""
    cpu_s, wall_s = time.process_time(), time.perf_counter()
    dose = run()
    return (time.process_time() - cpu_s, time.perf_counter() - wall_s), dose


def _scaled(run: Callable[..., PhotonDose], rounds: int,
            aim: NDArray[np.intp]) -> tuple[tuple[float, float], PhotonDose]:
    """The same for a run to 1 %, from a short one: what every round takes more often, what comes once only once."""
    few, _ = _timed(partial(run, max_rounds=LEAST_ROUNDS))
    many, dose = _timed(partial(run, max_rounds=rounds))
    needed = rounds * (alike_uncertainty_percent(dose.fine, aim) / WANTED_percent) ** 2
    cpu_s, wall_s = (a + (b - a) / (rounds - LEAST_ROUNDS) * (needed - LEAST_ROUNDS)
                     for a, b in zip(few, many, strict=True))
    return (cpu_s, wall_s), dose


def measure_apart(mode: str, *, count: int, threads: int | None, seed: int = 1, rounds: int = 12) -> ModeSpeed:
    """As `measure_mode`, in a process of its own, so that its memory is its own."""
    with get_context("spawn").Pool(1) as pool:
        return pool.apply(measure_mode, (mode,), {"count": count, "threads": threads, "seed": seed, "rounds": rounds})


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
    """How many times quicker each mode is than plain track length; None where that was not measured."""
    plain = {speed.mode: speed.cpu_s_to_1_percent for speed in speeds}.get(TRACK_LENGTH.name)
    return {speed.mode: None if plain is None else plain / speed.cpu_s_to_1_percent for speed in speeds}


def mode_names() -> list[str]:
    """The modes whose uncertainty falls with time, quickest last."""
    return sorted(set(MODES) - {PREVIEW.name}, key=lambda name: (name in QUICK, name))
