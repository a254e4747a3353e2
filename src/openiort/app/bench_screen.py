"""What `openiort bench dose` shows: a table of the modes, one of other programs, and how the time grows."""

from __future__ import annotations

from typing import Any

import typer
from rich.table import Table

from openiort.app.console import wide_console

SCENES = (("modes", "sphere, bone and lung, 50 kV"), ("device_spectrum", "the same, the device's spectrum"),
          ("water_30_keV", "point source of 30 keV in water"))
MICROSECONDS_PER_SECOND = 1e6
RATIOS = ("accurate", "fast")


def show_bench(record: dict[str, Any]) -> None:
    """Print what `bench_record` holds."""
    from openiort.dose.benchmark_ompmc import NOT_FOUND

    console = wide_console()
    console.print(_modes(record))
    console.print(_programs(record["programs"]))
    if not record["ompmc_found"]:
        typer.echo(NOT_FOUND)
    if record["growth"]:
        console.print(_growth(record["growth"]))
    typer.echo(f"preview of a moved applicator: {record['preview_wall_s']:.3f} s (three planes, 2 mm within 60 mm); "
               f"{record['preview_whole_grid_wall_s']:.3f} s (1 mm within 60 mm)")


def _table(title: str, *columns: str, words: int = 1) -> Table:
    """A table whose first `words` columns are text, the others numbers."""
    table = Table(title=title)
    for number, name in enumerate(columns):
        table.add_column(name, justify="left" if number < words else "right")
    return table


def _modes(record: dict[str, Any]) -> Table:
    table = _table(f"Time to 1 % on {record['machine']}: {record['processor']}, {record['cores']} cores"
                   f"{', photons on a GPU (CUDA)' if record['device'] == 'cuda' else ''}",
                   "scene", "mode", "CPU s", "wall s", "against track length", "memory (MB)", "first call (s)",
                   "measured at", "by symmetry", words=2)
    for key, scene in SCENES:
        for mode, speed in record[key].items():
            ratio = speed.get("ratio_to_track_length")
            table.add_row(scene, mode, f"{speed['cpu_s_to_1_percent']:.1f}", f"{speed['wall_s_to_1_percent']:.1f}",
                          "-" if ratio is None else f"{ratio:.1f} x", f"{speed['peak_memory_mb']:.0f}",
                          f"{speed['first_call_s']:.1f}", f"{speed['reached_percent']:.2f} %",
                          f"{speed['spread_percent']:.2f} %")
    return table


def _programs(programs: list[dict[str, Any]]) -> Table:
    table = _table("Other programs, and how many times longer they take than ours", "program", "scene",
                   "cross sections", "CPU s to 1 %", "by symmetry", *RATIOS, words=3)
    for speed in programs:
        spread = speed["spread_percent"]
        ratios = [f"{speed['ratio'][mode]:.0f} x" if mode in speed["ratio"] else "-" for mode in RATIOS]
        table.add_row(f"{speed['program']} {speed['version']}", speed["case"], speed["cross_sections"],
                      f"{speed['cpu_s_to_1_percent']:.0f}", "published" if spread is None else f"{spread:.2f} %",
                      *ratios)
    return table


def _growth(growth: dict[str, list[dict[str, Any]]]) -> Table:
    """A history's cost is that since the row above: the same in all rows where time grows in proportion."""
    table = _table("How the time grows (accurate)", "by", "voxels a side", "threads", "to", "histories", "CPU s",
                   "wall s", "CPU us a history", "memory (MB)")
    for name, speeds in growth.items():
        before: dict[str, Any] | None = None
        for speed in speeds:
            cost = _cost(before, speed) if name == "histories" and before else "-"
            table.add_row(name, str(speed["voxels"]), str(speed["threads"] or "all"),
                          f"{speed['wanted_percent']:g} %", str(speed["histories"]), f"{speed['cpu_s']:.1f}",
                          f"{speed['wall_s']:.1f}", cost, f"{speed['peak_memory_mb']:.0f}")
            before = speed
    return table


def _cost(before: dict[str, Any], after: dict[str, Any]) -> str:
    more_s, more = after["cpu_s"] - before["cpu_s"], after["histories"] - before["histories"]
    return f"{MICROSECONDS_PER_SECOND * more_s / more:.1f}"
