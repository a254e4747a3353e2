"""`openiort inspect`: what a CT holds and what was found in it, before anything is planned."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from openiort.app.shared_options import (
    CTFolder,
    JsonOption,
    SeriesOption,
    SkinOption,
    StructuresOption,
    parse_point_mm,
    print_json,
)

if TYPE_CHECKING:
    from openiort.patient.patient import Patient

PICTURE_OPTION = "--picture"


def inspect_command(
    folder: CTFolder,
    picture: Annotated[
        Path | None, typer.Option(PICTURE_OPTION, help="Draw CT and tissues on three planes into this PNG file.")
    ] = None,
    at: Annotated[
        str, typer.Option("--at", metavar="X,Y,Z", help="Point of the planes, mm; the middle of the body if left out.")
    ] = "",
    structures: StructuresOption = None,
    series: SeriesOption = None,
    skin_mm: SkinOption = 2.0,
    force: Annotated[bool, typer.Option("--force", help="Replace an earlier picture.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Show the grid of a CT and the structures and tissues found in it."""
    from openiort.app.progress_screen import ProgressScreen
    from openiort.core.output_file import check_output_file
    from openiort.dicom.read_patient import read_patient

    if picture:
        check_output_file(picture, option=PICTURE_OPTION, force=force)
    at_mm = parse_point_mm(at) if at else None
    with ProgressScreen() as progress:
        patient = read_patient(folder, series=series, structures=structures, skin_mm=skin_mm, progress=progress)
        if picture:
            progress("drawing", None, picture.name)
            save_tissue_picture(patient, picture, at_mm, force=force)
    found = inspection(patient)
    if as_json:
        print_json(found)
    else:
        _show(found)


def save_tissue_picture(
    patient: Patient, file: Path, at_mm: tuple[float, float, float] | None, *, force: bool = False
) -> None:
    """Draw the tissue map as PNG.

    Raises:
        InputError: the file cannot be written, or exists and `force` is not given.
    """
    from openiort.core.output_file import write_output_file
    from openiort.report.figure_style import drawing, png
    from openiort.report.tissue_figure import tissue_figure

    with drawing():
        content = png(tissue_figure(patient, at_mm))
    write_output_file(file, content, option=PICTURE_OPTION, force=force)


def inspection(patient: Patient) -> dict[str, Any]:
    """All that is shown, ready for JSON; the patient is named by her pseudonym only."""
    grid, image = patient.image.grid, patient.image
    corners_mm = grid.corners_mm()
    structures = {
        name: {
            "volume_cc": round(structure.volume_cc(grid), 3),
            "origin": structure.origin,
            "cut_by_scan": structure.cut_by_scan,
        }
        for name, structure in patient.structures.items()
    }
    fractions = patient.tissues.volume_fractions(patient.structure("body").mask)
    return {
        "pseudonym": patient.pseudonym,
        "shape_zyx": list(grid.shape),
        "spacing_mm": list(grid.spacing_mm),
        "origin_mm": list(grid.origin_mm),
        "direction": grid.direction.tolist(),
        "lowest_corner_mm": corners_mm.min(axis=0).tolist(),
        "highest_corner_mm": corners_mm.max(axis=0).tolist(),
        "lowest_HU": float(image.hounsfield.min()),
        "highest_HU": float(image.hounsfield.max()),
        "structures": structures,
        "tissue_volume_fractions_of_body": {name: round(share, 6) for name, share in fractions.items()},
        "notes": list(patient.notes),
        "input_sha256": patient.input_sha256,
    }


def _show(found: dict[str, Any]) -> None:
    from rich.markup import escape
    from rich.table import Table

    from openiort.app.console import wide_console
    from openiort.app.plan_screen import LONGEST_NAME
    from openiort.report.plain_text import plain_text

    console = wide_console()
    nz, ny, nx = found["shape_zyx"]
    spacing = " x ".join(f"{value:.4g}" for value in found["spacing_mm"])
    console.print(f"patient [bold]{found['pseudonym']}[/]: {nx} x {ny} x {nz} voxels of {spacing} mm")
    for axis, low, high in zip("xyz", found["lowest_corner_mm"], found["highest_corner_mm"], strict=True):
        console.print(f"  {axis} from {low:.1f} to {high:.1f} mm")
    console.print(f"  CT numbers from {found['lowest_HU']:g} to {found['highest_HU']:g} HU\n")
    table = Table("structure", "volume (cc)", "found", "cut by the scan")
    table.columns[1].justify = "right"
    for name, entry in found["structures"].items():
        cut = "yes" if entry["cut_by_scan"] else "no"
        table.add_row(escape(plain_text(name, LONGEST_NAME)), f"{entry['volume_cc']:.1f}", entry["origin"], cut)
    console.print(table)
    table = Table("tissue", "share of the body (%)")
    table.columns[1].justify = "right"
    for name, share in sorted(found["tissue_volume_fractions_of_body"].items(), key=lambda item: -item[1]):
        table.add_row(escape(plain_text(name, LONGEST_NAME)), f"{100 * share:.1f}")
    console.print(table)
    for note in found["notes"]:
        console.print(f"note: {escape(plain_text(note))}")
