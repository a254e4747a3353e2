"""The dose of a pair of tangents by a photon engine: a first look at each segment, weights, then the dose itself."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from openiort.core.progress import Progress
from openiort.external.photon_engine import PhotonEngine, SegmentDose
from openiort.external.photon_field import PhotonField, Rectangle, columns
from openiort.external.segment_weights import segment_weights

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
PREPARING, LOOKING, CALCULATING = "preparing the photon engine", "first look at each segment", "dose of the tangents"
# chosen: enough for weights that are good to about 1 %; and how many photons run before progress is told again
FIRST_PHOTONS_per_mm2, PHOTONS_AT_ONCE = 100.0, 2_000_000
Task = tuple[PhotonField, Rectangle, int, int]


@dataclass(frozen=True, slots=True, eq=False)
class TangentRun:
    """What came out.

    Attributes:
        relative: (nz, ny, nx) dose, divided by its mean in the target.
        sigma: (nz, ny, nx) its standard uncertainty, in the same unit.
        weights: for each field, fluence of its segments, relative to their largest.
        photons: that were followed for the dose.
    """

    relative: FloatArray
    sigma: FloatArray
    weights: tuple[tuple[float, ...], ...]
    photons: int


def run_tangents(engine: PhotonEngine, fields: Sequence[PhotonField], target: BoolArray, *, uncertainty_percent: float,
                 seed: int, threads: int, progress: Progress) -> TangentRun:
    """Weigh the segments for an even dose in the target and calculate it to a mean uncertainty there.

    Args:
        engine: with the scene.
        fields: with their segments.
        target: (nz, ny, nx) in which the dose is to be even and certain.
        uncertainty_percent: mean standard uncertainty of the target's voxels.
        seed: of the random numbers; results are the same with any number of threads.
        threads: segments that are calculated at a time.
        progress: told how much is done and how long it will take.
    """
    progress(PREPARING, None, "about 5 minutes of one core the first time on a machine, then kept")
    engine.prepare()
    segments = [(field, segment) for field in fields for segment in field.segments]
    area = np.array([segment.area_mm2 for _, segment in segments])
    first = np.maximum(area * FIRST_PHOTONS_per_mm2, 1000.0).astype(int)
    tasks = [(field, segment, int(first[n]), seed + n) for n, (field, segment) in enumerate(segments)]
    looks = _all_done(engine, tasks, threads, _told(progress, LOOKING, int(first.sum())))
    found = [(look.dose_Gy[target] * mm2, (look.sigma_Gy[target] * mm2) ** 2 * look.photons)
             for look, mm2 in zip(looks, area, strict=True)]
    weights = segment_weights(np.stack([dose for dose, _ in found], 1), _neighbours(fields))
    share = weights * area / float((weights * area).sum())
    photons = _photons_needed(found, weights, share, uncertainty_percent)
    tasks, fluence = _tasks(segments, weights * area, share * photons, seed + len(segments))
    dose, variance = np.zeros(target.shape), np.zeros(target.shape)
    done = _all_done(engine, tasks, threads, _told(progress, CALCULATING, sum(task[2] for task in tasks)))
    for result, factor in zip(done, fluence, strict=True):
        dose += factor * result.dose_Gy
        variance += (factor * result.sigma_Gy) ** 2
    mean = float(dose[target].mean())
    return TangentRun(dose / mean, np.sqrt(variance) / mean, _by_field(fields, weights), sum(task[2] for task in tasks))


def _photons_needed(found: Sequence[tuple[FloatArray, FloatArray]], weights: FloatArray, share: FloatArray,
                    uncertainty_percent: float) -> float:
    """Photons for the mean relative uncertainty in the target, from the spread that the first look has seen."""
    dose, variance_of_one = np.zeros_like(found[0][0]), np.zeros_like(found[0][0])
    for (column, spread), weight, part in zip(found, weights, share, strict=True):
        dose += weight * column
        if part > 0:
            variance_of_one += weight**2 * spread / part
    relative = float(np.mean(np.sqrt(variance_of_one) / np.maximum(dose, 1e-3 * dose.mean())))
    return (relative * 100.0 / uncertainty_percent) ** 2


def _tasks(segments: Sequence[tuple[PhotonField, Rectangle]], fluence: FloatArray, photons: FloatArray,
           seed: int) -> tuple[list[Task], list[float]]:
    """Runs of at most so many photons at once, and the factor that each one's dose counts with."""
    tasks: list[Task] = []
    factors: list[float] = []
    for (field, segment), amount, count in zip(segments, fluence, photons, strict=True):
        if amount <= 0:
            continue
        parts = int(np.ceil(max(count, 1000.0) / PHOTONS_AT_ONCE))
        for _ in range(parts):
            tasks.append((field, segment, int(np.ceil(max(count, 1000.0) / parts)), seed + len(tasks)))
            factors.append(float(amount) / parts)
    return tasks, factors


def _all_done(engine: PhotonEngine, tasks: Sequence[Task], threads: int,
              told: Callable[[int], None]) -> Iterator[SegmentDose]:
    """Results in the order of the tasks; no more of them wait than there are threads, or memory would fill up."""
    with ThreadPoolExecutor(threads) as pool:
        running: list[Future[SegmentDose]] = []
        try:
            for task in tasks:
                running.append(pool.submit(engine.segment_dose, *task))
                if len(running) > threads:
                    yield _told_result(running, told)
            while running:
                yield _told_result(running, told)
        finally:
            pool.shutdown(cancel_futures=True)


def _told_result(running: list[Future[SegmentDose]], told: Callable[[int], None]) -> SegmentDose:
    wait(running[:1], return_when=FIRST_COMPLETED)
    result = running.pop(0).result()
    told(result.photons)
    return result


def _told(progress: Progress, step: str, total: int) -> Callable[[int], None]:
    began_s, done = time.monotonic(), 0
    progress(step, 0.0)

    def told(photons: int) -> None:
        nonlocal done
        done += photons
        left_s = (time.monotonic() - began_s) * max(total / done - 1.0, 0.0)
        left = f"{left_s / 60:.1f} min left" if left_s >= 30 else f"{left_s:.0f} s left"
        progress(step, min(done / total, 1.0), left)

    return told


def _neighbours(fields: Sequence[PhotonField]) -> list[tuple[int, int]]:
    """Numbers, over all fields, of segments that share an edge."""
    pairs, first = [], 0
    for field in fields:
        wide = columns(field.segments)
        for number in range(len(field.segments)):
            if (number + 1) % wide:
                pairs.append((first + number, first + number + 1))
            if number + wide < len(field.segments):
                pairs.append((first + number, first + number + wide))
        first += len(field.segments)
    return pairs


def _by_field(fields: Sequence[PhotonField], weights: FloatArray) -> tuple[tuple[float, ...], ...]:
    ends = np.cumsum([len(field.segments) for field in fields])[:-1]
    return tuple(tuple(float(w) for w in part / weights.max()) for part in np.split(weights, ends))
