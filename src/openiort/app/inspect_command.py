"""`openiort inspect`: what a CT holds and what was found in it."""

from __future__ import annotations

import json
from pathlib import Path

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from openiort.app.progress_screen import ProgressScreen


def inspect(
    folder: Path = typer.Argument(..., help="Folder with one CT series (DICOM)."),
    as_json: bool = typer.Option(False, "--json", help="One JSON object on stdout."),
) -> None:
    """Show grid, structures and tissues of a CT."""
    from openiort.dicom.read_patient import read_patient

    progress = ProgressScreen()
    patient = read_patient(folder, progress=progress)
    progress.done()
    grid = patient.image.grid
    corners = grid.corners_mm()
    found = {
        "pseudonym": patient.pseudonym,
        "shape_zyx": list(grid.shape),
        "spacing_mm": list(grid.spacing_mm),
        "lowest_corner_mm": corners.min(axis=0).tolist(),
        "highest_corner_mm": corners.max(axis=0).tolist(),
        "structures": {
            name: {"volume_cc": float(s.mask.sum()) * grid.voxel_volume_cc, "origin": s.origin,
                   "cut_by_scan": s.cut_by_scan}
            for name, s in patient.structures.items()
        },
        "tissue_fractions_of_body": patient.tissues.volume_fractions(patient.structure("body").mask),
        "notes": list(patient.notes),
    }
    if as_json:
        print(json.dumps(found))
    else:
        _show(found)


def _show(found: dict[str, object]) -> None:
    console = Console()
    for key in ("pseudonym", "shape_zyx", "spacing_mm", "lowest_corner_mm", "highest_corner_mm"):
        console.print(f"{key}: {escape(str(found[key]))}")
    table = Table("structure", "volume_cc", "origin", "cut by scan")
    for name, entry in found["structures"].items():  # type: ignore[attr-defined]
        table.add_row(name, f"{entry['volume_cc']:.1f}", entry["origin"], "yes" if entry["cut_by_scan"] else "no")
    console.print(table)
    shares = found["tissue_fractions_of_body"].items()  # type: ignore[attr-defined]
    console.print("tissues of the body: " + ", ".join(f"{name} {100 * share:.1f} %" for name, share in shares))
    for note in found["notes"]:  # type: ignore[attr-defined]
        console.print(f"note: {escape(note)}")
