"""The example of docs/device.md as a site's folder, and changes to it."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path

from openiort.device.read_site import read_site
from openiort.device.site_tables import SiteTables

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "site_device"
TODAY = datetime.date(2026, 11, 25)


def example_files() -> dict[str, str]:
    return {path.name: path.read_text() for path in EXAMPLE.iterdir()}


def changed_column(text: str, column: str, change: Callable[[dict[str, float]], float]) -> str:
    """The CSV with one column changed; the change is told the numbers of the row by column."""
    head = [line for line in text.splitlines() if line.startswith("#")]
    titles, *rows = [line.split(",") for line in text.splitlines() if not line.startswith("#")]
    for row in rows:
        row[titles.index(column)] = f"{change(dict(zip(titles, map(float, row), strict=True))):.6g}"
    return "\n".join([*head, ",".join(titles), *(",".join(row) for row in rows)]) + "\n"


def only_spheres(text: str, *diameters_mm: int) -> str:
    """transfer.csv with these spheres alone."""
    kept = [line for line in text.splitlines() if not line[:1].isdigit() or int(line.split(",")[0]) in diameters_mm]
    return "\n".join(kept) + "\n"


def second_scale(files: dict[str, str], scale: str, factor: float) -> dict[str, str]:
    """A bare-probe table on another scale, an invented factor above the first."""
    bare = changed_column(files["bare_probe.csv"], "Gy_per_min", lambda row: factor * row["Gy_per_min"])
    name = f"bare_probe_{scale.replace(' ', '_')}.csv"
    return files | {name: bare.replace("# scale: Monte Carlo", f"# scale: {scale}")}


def tables_of(files: dict[str, str]) -> SiteTables:
    return read_site(files, today=TODAY)


def write(files: dict[str, str], folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text)
    return folder
