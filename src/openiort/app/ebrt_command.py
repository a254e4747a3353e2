"""`openiort ebrt`: the usual treatment: its schedules, and its dose on a CT."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from openiort.app.shared_options import (
    CTFolder,
    JsonOption,
    SeedOption,
    SeriesOption,
    StructuresOption,
    print_json,
)

if TYPE_CHECKING:
    from openiort.external.external_dose import ExternalDose
    from openiort.patient.patient import Patient

ebrt_commands = typer.Typer(help="The usual treatment: external-beam radiotherapy.", no_args_is_help=True)
PICTURE_OPTION = "--picture"
ABOUT_TIME = "about 6 minutes of one core at 2 %, 1 at 5 %; 5 more the first time on a machine"


@ebrt_commands.command("schedules")
def schedules_command(as_json: JsonOption = False) -> None:
    """List the schedules: dose, fractions, visits, days from first to last."""
    from openiort.app.ebrt_screen import show_schedules
    from openiort.external.schedule import find_schedule, schedule_names

    found = [find_schedule(name) for name in schedule_names()]
    if as_json:
        print_json([{**asdict(each), "visits": each.visits, "overall_days": each.overall_days,
                     "is_confirmed": each.is_confirmed} for each in found])
    else:
        show_schedules(found)


@ebrt_commands.command("tangents")
def tangents_command(
    folder: CTFolder,
    schedule: Annotated[str, typer.Option("--schedule", metavar="NAME", help="Of the whole breast.")] = "40/15",
    side: Annotated[
        str | None, typer.Option("--side", help="left or right; not needed where one breast is drawn.")
    ] = None,
    uncertainty_percent: Annotated[
        float, typer.Option("--uncertainty", help="Standard uncertainty to reach, mean over the breast, percent.")
    ] = 2.0,
    seed: SeedOption = 1,
    threads: Annotated[int, typer.Option("--threads", min=1, max=64, help="Segments calculated at a time.")] = 2,
    picture: Annotated[
        Path | None, typer.Option(PICTURE_OPTION, help="Draw isodoses and fields into this PNG file.")
    ] = None,
    structures: StructuresOption = None,
    series: SeriesOption = None,
    force: Annotated[bool, typer.Option("--force", help="Replace an earlier picture.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Set up two tangential fields on a CT and calculate their dose by Monte Carlo (the extra `ebrt`)."""
    from openiort.app.ebrt_screen import show_tangents
    from openiort.app.progress_screen import ProgressScreen
    from openiort.core.output_file import check_output_file
    from openiort.dicom.read_patient import read_patient
    from openiort.external.organ_doses import organ_doses, without_figures
    from openiort.external.pyradmc_engine import check_installed
    from openiort.external.schedule import find_schedule
    from openiort.external.tangent_dose import tangent_dose

    asked = find_schedule(schedule)
    check_installed()
    if picture:
        check_output_file(picture, option=PICTURE_OPTION, force=force)
    with ProgressScreen() as progress:
        progress("tangents", None, ABOUT_TIME)
        patient = read_patient(folder, series=series, structures=structures, progress=progress)
        dose = tangent_dose(patient, asked, side=side, uncertainty_percent=uncertainty_percent, seed=seed,
                            threads=threads, progress=progress)
        if picture:
            progress("drawing", None, picture.name)
            _save_picture(patient, dose, picture, force=force)
    organs = dict(organ_doses(patient, dose))
    without = without_figures(patient, organs)
    if as_json:
        print_json({**_record(dose, organs), "without_figures": list(without)})
    else:
        show_tangents(dose, organs, without, picture)


def _record(dose: ExternalDose, organs: dict[str, dict[str, float]]) -> dict[str, Any]:
    return {"schedule": dose.schedule.name, "total_dose_Gy": dose.schedule.total_dose_Gy, "fractions": dose.fractions,
            "medium": dose.medium, "notes": list(dose.notes), "organs": organs, "provenance": dict(dose.provenance)}


def _save_picture(patient: Patient, dose: ExternalDose, file: Path, *, force: bool) -> None:
    from openiort.core.output_file import write_output_file
    from openiort.report.external_figure import external_figure
    from openiort.report.figure_style import drawing, png

    name = f"{dose.provenance['side']} breast"
    with drawing():
        content = png(external_figure(patient, dose, name if name in patient.structures else None))
    write_output_file(file, content, option=PICTURE_OPTION, force=force)
