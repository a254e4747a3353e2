"""`openiort bench dose`: speed and memory of the dose engine on this machine."""

from __future__ import annotations

import os
import platform
from typing import TYPE_CHECKING, Annotated, Any

import typer

from openiort.app.shared_options import JsonOption, SeedOption, ThreadsOption, print_json
from openiort.core.errors import InputError

if TYPE_CHECKING:
    from openiort.dose.benchmark import ModeSpeed

COUNT, LEAST_COUNT, MOST_COUNT = 128, 96, 256

bench_commands = typer.Typer(no_args_is_help=True, help="Measure speed and memory on this machine.")


@bench_commands.command("dose")
def bench_dose(
    modes: Annotated[
        str | None, typer.Option("--modes", metavar="A,B", help="Modes to measure, with commas; all if left out.")
    ] = None,
    count: Annotated[int, typer.Option("--voxels", help="Voxels a side, of 1 mm.")] = COUNT,
    threads: ThreadsOption = None,
    seed: SeedOption = 1,
    as_json: JsonOption = False,
) -> None:
    """Time until the mean uncertainty 20-40 mm from the source is 1 %, for each mode, on one fixed scene.

    A polyetherimide sphere of 20 mm radius in water, bone and lung to one side, 50 kV.
    """
    from openiort.app.progress_screen import ProgressScreen
    from openiort.dose.benchmark import measure_apart, measure_preview, mode_names, ratio_to_track_length
    from openiort.dose.modes import checked_mode
    from openiort.dose.threads import check_threads

    names = mode_names() if modes is None else [checked_mode(name).name for name in modes.split(",") if name]
    check_threads(threads)
    check_count(count)
    speeds = []
    with ProgressScreen() as progress:
        for number, name in enumerate(names):
            progress("bench", number / len(names), name)
            speeds.append(measure_apart(name, count=count, threads=threads, seed=seed))
        progress("bench", None, "preview")
        preview_s, whole_s = measure_preview(threads=threads)
    ratios = ratio_to_track_length(speeds)
    if as_json:
        print_json(machine() | {"voxels": count, "modes": {s.mode: _record(s, ratios[s.mode]) for s in speeds},
                                "preview_wall_s": preview_s, "preview_whole_grid_wall_s": whole_s})
    else:
        _show(speeds, ratios)
        typer.echo(f"preview of a moved applicator: {preview_s:.3f} s (three planes, 2 mm within 60 mm); "
                   f"{whole_s:.3f} s (1 mm within 60 mm)")


def check_count(count: int) -> None:
    """Refuse a grid that does not hold what is measured.

    Raises:
        InputError: too few or too many voxels, or an odd number.
    """
    if not (LEAST_COUNT <= count <= MOST_COUNT and count % 2 == 0):
        raise InputError(f"{count} voxels a side cannot be measured", where="--voxels",
                         allowed=f"even, {LEAST_COUNT} to {MOST_COUNT}", fix=f"{COUNT} is the default")


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


def _record(speed: ModeSpeed, ratio: float | None) -> dict[str, Any]:
    return {"cpu_s_to_1_percent": speed.cpu_s_to_1_percent, "wall_s_to_1_percent": speed.wall_s_to_1_percent,
            "ratio_to_track_length": ratio, "peak_memory_mb": speed.peak_memory_mb,
            "reached_percent": speed.reached_percent, "histories": speed.histories}


def _show(speeds: list[ModeSpeed], ratios: dict[str, float | None]) -> None:
    from rich.table import Table

    from openiort.app.console import wide_console

    about = machine()
    table = Table(title=f"Time to 1 % on {about['machine']}: {about['processor']}, {about['cores']} cores")
    for title in ("mode", "CPU s", "wall s", "against track length", "memory (MB)", "measured at"):
        table.add_column(title, justify="left" if title == "mode" else "right")
    for speed in speeds:
        ratio = ratios[speed.mode]
        table.add_row(speed.mode, f"{speed.cpu_s_to_1_percent:.1f}", f"{speed.wall_s_to_1_percent:.1f}",
                      "-" if ratio is None else f"{ratio:.1f} x", f"{speed.peak_memory_mb:.0f}",
                      f"{speed.reached_percent:.2f} %")
    wide_console().print(table)
