"""`openiort plan`: read a CT, plan, write the folder, show the result."""

from __future__ import annotations

import json
from pathlib import Path

import typer

from openiort.app.progress_screen import ProgressScreen
from openiort.core.errors import InputError


def parse_point(text: str) -> tuple[float, float, float]:
    """Three numbers x,y,z.

    Raises:
        InputError: anything else.
    """
    try:
        x, y, z = (float(part) for part in text.split(","))
    except ValueError:
        raise InputError(f"'{text}' is not a point", where="--at", allowed="three numbers x,y,z in mm",
                         fix="for instance --at=-88.2,-222.9,-587.0") from None
    return x, y, z


def plan(
    folder: Path = typer.Argument(..., help="Folder with one CT series (DICOM)."),
    device: str = typer.Option("generic-50kv", help="Device, see `openiort device list`."),
    applicator: float = typer.Option(..., help="Diameter of the sphere in mm."),
    at: str = typer.Option(..., help="Centre of the sphere x,y,z in mm, DICOM patient coordinates."),
    dose: float = typer.Option(..., help="Dose to water in Gy."),
    depth: float = typer.Option(0.0, help="Depth of the prescription from the applicator's surface in mm, 0-30."),
    dose_scale: str = typer.Option("", help="Dose scale; the device's own if left out."),
    out: Path = typer.Option(Path("plan"), help="Folder to write."),
    uncertainty: float = typer.Option(3.0, help="Mean standard uncertainty in the 0-10 mm shell to reach, percent."),
    seed: int = typer.Option(1, help="Of the random numbers."),
    skin_mm: float = typer.Option(2.0, "--skin-mm", help="Thickness of the skin shell in mm."),
    threads: int = typer.Option(0, help="Threads to use; 0 for all."),
    deidentify: bool = typer.Option(False, "--deidentify", help="No name in the DICOM either."),
    force: bool = typer.Option(False, "--force", help="Replace an earlier plan."),
    as_json: bool = typer.Option(False, "--json", help="One JSON object on stdout."),
) -> None:
    """Plan a spherical applicator on a CT."""
    from openiort.dicom.read_patient import read_patient
    from openiort.report.plan_folder import check_output_folder

    point = parse_point(at)
    check_output_folder(out, force=force)
    progress = ProgressScreen()
    patient = read_patient(folder, skin_mm=skin_mm, progress=progress)
    plan_and_save(patient, out, progress, device=device, applicator_mm=applicator, at_mm=point, dose_Gy=dose,
                  depth_mm=depth, dose_scale=dose_scale or None, uncertainty_percent=uncertainty, seed=seed,
                  threads=threads or None, deidentify=deidentify, force=force, as_json=as_json)


def plan_and_save(patient: object, out: Path, progress: ProgressScreen, *, deidentify: bool, force: bool,
                  as_json: bool, **asked: object) -> None:
    """Plan, write, show; ends the program with 1 when the second check says stop."""
    from openiort.app.plan_screen import show_plan
    from openiort.plan.make_plan import make_plan
    from openiort.plan.plan_record import plan_record
    from openiort.report.plan_folder import save_plan

    made = make_plan(patient, progress=progress, **asked)  # type: ignore[arg-type]
    files = save_plan(made, out, deidentify=deidentify, force=force, progress=progress)
    progress.done()
    if as_json:
        print(json.dumps(plan_record(made) | {"files": files}, allow_nan=False))
    else:
        show_plan(made, files, str(out))
    if made.second_check.verdict == "stop":
        raise typer.Exit(1)
