"""`openiort bench dose`: speed and memory of the dose engine on this machine."""

from __future__ import annotations

import os
import platform
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from openiort.app.shared_options import JsonOption, SeedOption, ThreadsOption, print_json

if TYPE_CHECKING:
    from openiort.core.progress import Progress
    from openiort.dose.benchmark import BenchmarkRun, ModeSpeed
    from openiort.dose.benchmark_programs import ProgramSpeed

COUNT = 128

bench_commands = typer.Typer(no_args_is_help=True, help="Measure speed and memory on this machine.")


@bench_commands.command("dose")
def bench_dose(
    modes: Annotated[
        str | None, typer.Option("--modes", metavar="A,B", help="Modes to measure, with commas; all if left out.")
    ] = None,
    count: Annotated[int, typer.Option("--voxels", help="Voxels a side, of 1 mm.")] = COUNT,
    result: Annotated[
        list[Path] | None,
        typer.Option("--result", metavar="FILE", help="What another program calculated (.npz); may be repeated."),
    ] = None,
    growth: Annotated[
        bool, typer.Option("--growth", help="Also with more histories, voxels and threads; takes some minutes.")
    ] = False,
    cold: Annotated[
        bool, typer.Option("--cold", help="Hide compiled code, so that the first call is that of a first run.")
    ] = False,
    threads: ThreadsOption = None,
    device: Annotated[
        str, typer.Option("--device", "--processor", metavar="NAME",
                          help="What follows the photons: cpu, or cuda for an NVIDIA GPU.")
    ] = "cpu",
    seed: SeedOption = 1,
    as_json: JsonOption = False,
) -> None:
    """Time until the mean uncertainty 20-40 mm from the source is 1 %, for each mode, on fixed scenes.

    A polyetherimide sphere of 20 mm radius in water, bone and lung to one side, 50 kV; the same with the device's own
    spectrum; a point source of 30 keV in water. Beside them other programs on the same scenes.
    """
    from openiort.app.bench_screen import show_bench
    from openiort.app.progress_screen import ProgressScreen
    from openiort.dose.benchmark import measure_preview, mode_names
    from openiort.dose.benchmark_case import check_count
    from openiort.dose.benchmark_programs import program_speed, read_result
    from openiort.dose.modes import checked_mode
    from openiort.dose.processors import check_processor, runs_on
    from openiort.dose.threads import check_threads
    from openiort.plan.run_limits import check_seed

    names = ([name for name in mode_names() if runs_on(device, name)] if modes is None
             else [_measurable(checked_mode(name).name) for name in modes.split(",")])
    for name in names:
        check_processor(device, name)
    check_threads(threads)
    check_seed(seed)
    check_count(count)
    others = [program_speed(read_result(file), str(file)) for file in result or ()]
    with ProgressScreen() as progress:
        cases = _measure_cases(names, progress, cold=cold, count=count, threads=threads, seed=seed,
                               processor=device)
        grown = _measure_growth(seed, threads, progress) if growth else {}
        programs = _measure_programs(others, progress, count=count, threads=threads, seed=seed)
        progress("bench", None, "preview")
        preview_s, whole_s = measure_preview(threads=threads)
    record = bench_record(count, cases, grown, programs) | {
        "device": device, "preview_wall_s": preview_s, "preview_whole_grid_wall_s": whole_s}
    if as_json:
        print_json(record)
    else:
        show_bench(record)


def _measurable(name: str) -> str:
    """A mode whose uncertainty falls with time.

    Raises:
        InputError: it has none.
    """
    from openiort.core.errors import InputError
    from openiort.dose.benchmark import mode_names

    if name not in mode_names():
        raise InputError(f"mode '{name}' has no time to 1 %", where="--modes", allowed=", ".join(mode_names()),
                         fix="leave it out: it is measured in any case")
    return name


def _measure_cases(names: list[str], progress: Progress, *, cold: bool, **options: Any) -> dict[str, list[ModeSpeed]]:
    """Speeds by name of the case: all modes in the benchmark, the quick ones in the others."""
    from openiort.dose.benchmark import QUICK, BenchmarkRun, measure_apart
    from openiort.dose.benchmark_case import CASES, SLABS

    runs = [BenchmarkRun(name, case, **options) for case in CASES for name in names
            if case == SLABS.name or name in QUICK]
    found: dict[str, list[ModeSpeed]] = {case: [] for case in CASES}
    for number, run in enumerate(runs):
        progress("bench", number / len(runs), f"{run.mode}, {run.case}")
        found[run.case].append(measure_apart(run, cold=cold and run.case == SLABS.name))
    return found


def _measure_growth(seed: int, threads: int | None, progress: Progress) -> dict[str, list[ModeSpeed]]:
    """Speeds by what changes; what several ask for is measured once."""
    from openiort.dose.benchmark import measure_apart
    from openiort.dose.benchmark_growth import growth_runs

    asked = growth_runs(seed, threads)
    runs = list(dict.fromkeys(run for some in asked.values() for run in some))
    done: dict[BenchmarkRun, ModeSpeed] = {}
    for number, run in enumerate(runs):
        progress("growth", number / len(runs), f"{run.count} voxels a side, {run.wanted_percent:g} %")
        done[run] = measure_apart(run)
    return {name: [done[run] for run in some] for name, some in asked.items()}


def _measure_programs(others: list[ProgramSpeed], progress: Progress, *, count: int, threads: int | None,
                      seed: int) -> list[ProgramSpeed]:
    """Other programs: published, from files, and ompmc where it is installed."""
    from openiort.dose.benchmark_case import LINE_WATER, SLABS
    from openiort.dose.benchmark_ompmc import has_ompmc, run_ompmc
    from openiort.dose.benchmark_programs import program_speed, published_speeds

    speeds = published_speeds() + others
    if has_ompmc():
        for case in (SLABS.name, LINE_WATER.name):
            progress("bench", None, f"ompmc, {case}")
            try:
                speeds.append(program_speed(run_ompmc(case, count, threads=threads, seed=seed)))
            except Exception as error:  # another program's failure must not lose what was measured of ours
                typer.echo(f"ompmc failed in {case}: {type(error).__name__}: {error}", err=True)
    return speeds


def bench_record(count: int, cases: dict[str, list[ModeSpeed]], grown: dict[str, list[ModeSpeed]],
                 programs: list[ProgramSpeed]) -> dict[str, Any]:
    """What `--json` prints: the benchmark's modes under `modes`, the other scenes under their names."""
    from openiort.dose.benchmark import ratio_to_track_length
    from openiort.dose.benchmark_case import DEVICE_SLABS, LINE_WATER, SLABS
    from openiort.dose.benchmark_ompmc import has_ompmc

    ratios = ratio_to_track_length(cases[SLABS.name])
    modes = {speed.run.mode: _record(speed) | {"ratio_to_track_length": ratios[speed.run.mode]}
             for speed in cases[SLABS.name]}
    others = {key: {speed.run.mode: _record(speed) for speed in cases[case.name]}
              for key, case in (("device_spectrum", DEVICE_SLABS), ("water_30_keV", LINE_WATER))}
    return machine() | {"voxels": count, "modes": modes} | others | {
        "programs": [_program_record(speed, cases[speed.case]) for speed in programs],
        "ompmc_found": has_ompmc(),
        "growth": {name: [_grown_record(speed) for speed in speeds] for name, speeds in grown.items()}}


def machine() -> dict[str, Any]:
    """What it was measured on."""
    return {"machine": platform.node(), "processor": _processor(), "cores": os.cpu_count(),
            "python": platform.python_version()}


def _processor() -> str:
    try:
        with open("/proc/cpuinfo", encoding="ascii", errors="replace") as file:  # noqa: PTH123
            return next(line.split(":", 1)[1].strip() for line in file if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def _record(speed: ModeSpeed) -> dict[str, Any]:
    return {"cpu_s_to_1_percent": speed.cpu_s, "wall_s_to_1_percent": speed.wall_s,
            "peak_memory_mb": speed.peak_memory_mb, "reached_percent": speed.reached_percent,
            "spread_percent": speed.spread_percent, "histories": speed.histories, "first_call_s": speed.first_call_s}


def _grown_record(speed: ModeSpeed) -> dict[str, Any]:
    run = speed.run
    return {"voxels": run.count, "threads": run.threads, "wanted_percent": run.wanted_percent, "cpu_s": speed.cpu_s,
            "wall_s": speed.wall_s, "histories": speed.histories, "peak_memory_mb": speed.peak_memory_mb}


def _program_record(speed: ProgramSpeed, ours: list[ModeSpeed]) -> dict[str, Any]:
    """`ratio`: how many times longer the program takes than each of our modes in the same scene and cube.

    Processor seconds against processor seconds: none for a mode whose photons were followed on a GPU.
    """
    from openiort.dose.processors import CPU

    ratio = {own.run.mode: speed.cpu_s_to_1_percent / own.cpu_s for own in ours
             if own.run.count == speed.count and own.run.processor == CPU}
    return {"program": speed.program, "version": speed.version, "cross_sections": speed.cross_sections,
            "case": speed.case, "cpu_s_to_1_percent": speed.cpu_s_to_1_percent,
            "spread_percent": speed.spread_percent, "histories": speed.histories, "ratio": ratio}
