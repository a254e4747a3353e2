"""`openiort plan`: read a CT, or make a layered phantom, plan on it, write the folder, show the result."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from openiort.app.layers_options import (
    BreastOption,
    LayersOption,
    MuscleOption,
    RibOption,
    check_source,
    patient_of_layers,
)
from openiort.app.shared_options import (
    JsonOption,
    MaxMinutesOption,
    ModeOption,
    ProcessorOption,
    SeedOption,
    SeriesOption,
    SkinOption,
    StructuresOption,
    ThreadsOption,
    UncertaintyOption,
    YesOption,
    parse_point_mm,
    print_json,
)

if TYPE_CHECKING:
    from openiort.app.progress_screen import ProgressScreen
    from openiort.patient.patient import Patient
    from openiort.plan.plan import Plan

STOP_CODE = 1


def plan_command(
    applicator_mm: Annotated[float, typer.Option("--applicator", help="Diameter of the sphere, mm.")],
    dose_Gy: Annotated[float, typer.Option("--dose", help="Prescribed dose to water in water, Gy.")],
    folder: Annotated[
        Path | None, typer.Argument(metavar="FOLDER", help="Folder with the DICOM files of one CT series.")
    ] = None,
    at: Annotated[
        str | None, typer.Option("--at", metavar="X,Y,Z", help="Its centre, DICOM patient coordinates, mm.")
    ] = None,
    layers: LayersOption = None,
    breast: BreastOption = None,
    muscle_mm: MuscleOption = None,
    rib_mm: RibOption = None,
    depth_mm: Annotated[float, typer.Option("--depth", help="Depth of the prescription from the surface, mm.")] = 0.0,
    device: Annotated[str, typer.Option("--device", help="See `openiort device list`.")] = "generic-50kv",
    dose_scale: Annotated[
        str | None, typer.Option("--dose-scale", help="Scale on which the dose is meant; the device's own if left out.")
    ] = None,
    out: Annotated[Path, typer.Option("--out", help="Folder to write.")] = Path("plan-out"),
    mode: ModeOption = "accurate",
    uncertainty_percent: UncertaintyOption = 1.0,
    max_minutes: MaxMinutesOption = 10.0,
    yes: YesOption = False,
    series: SeriesOption = None,
    lump_volume_cc: Annotated[
        float | None,
        typer.Option("--lump-volume-cc", help="Volume of the lump that is out; the tissue gives way to the sphere."),
    ] = None,
    lump: Annotated[
        str | None,
        typer.Option("--lump", metavar="ROI", help="The same, as a contoured structure; its middle is --at's default."),
    ] = None,
    goals: Annotated[
        Path | None,
        typer.Option("--goals", help="File of goals, one a line: skin D0.2cc < 12 Gy; the program's own if left out."),
    ] = None,
    seed: SeedOption = 1,
    structures: StructuresOption = None,
    skin_mm: SkinOption = 2.0,
    threads: ThreadsOption = None,
    processor: ProcessorOption = "cpu",
    deidentify: Annotated[
        bool, typer.Option("--deidentify", help="Pseudonym instead of name and number in DICOM and PDF too.")
    ] = False,
    rtplan: Annotated[
        str, typer.Option("--rtplan", metavar="KIND", help="RT Plan file to write: beams, brachy or none.")
    ] = "beams",
    dose_to_water: Annotated[
        bool, typer.Option("--dose-to-water", help="Write D_w as dose_to_water.dcm as well.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace an earlier plan in the folder.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Plan a spherical applicator on a CT, or without one on layers."""
    from openiort.app.first_run import first_run
    from openiort.app.progress_screen import ProgressScreen

    check_source(folder, layers, only_ct={"--at": at, "--series": series, "--structures": structures,
                                          "--lump-volume-cc": lump_volume_cc, "--lump": lump},
                 only_layers={"--breast": breast, "--muscle-mm": muscle_mm, "--rib-mm": rib_mm})
    asked = {
        "device": device, "applicator_mm": applicator_mm, "at_mm": parse_point_mm(at) if at is not None else None,
        "dose_Gy": dose_Gy, "depth_mm": depth_mm, "dose_scale": dose_scale, "mode": mode,
        "uncertainty_percent": uncertainty_percent, "max_minutes": None if yes else max_minutes, "seed": seed,
        "threads": threads, "processor": processor, "lump_volume_cc": lump_volume_cc, "lump": lump,
    } | goals_of(goals)
    check_before_reading(asked, out, force=force, skin_mm=skin_mm, rtplan=rtplan)
    with ProgressScreen() as progress, first_run(progress) as compiling:
        if layers is None:
            patient = patient_of_ct(folder, progress, series=series, structures=structures, skin_mm=skin_mm)
        else:
            patient = patient_of_layers(layers, breast, applicator_mm=applicator_mm, skin_thickness_mm=skin_mm,
                                        muscle_mm=muscle_mm, rib_mm=rib_mm)
        compiling.wait(progress)
        plan, files = plan_and_save(patient, asked, out, progress, deidentify=deidentify, force=force,
                                    rtplan=rtplan, dose_to_water=dose_to_water)
    show_result(plan, files, out, as_json)


def patient_of_ct(folder: Path | None, progress: ProgressScreen, **options: Any) -> Patient:
    """Read the CT; options are those of `read_patient`."""
    from openiort.dicom.read_patient import read_patient

    return read_patient(folder or Path(), progress=progress, **options)


def goals_of(file: Path | None) -> dict[str, Any]:
    """The goals of a file as an argument of `make_plan`; none for those of the program."""
    if file is None:
        return {}
    from openiort.plan.goals import read_goals

    return {"goals": read_goals(file)}


def check_before_reading(asked: dict[str, Any], out: Path, *, force: bool, skin_mm: float, rtplan: str) -> None:
    """Raise what can be seen to be wrong before the CT is read; `asked` are the arguments of `make_plan`."""
    from openiort.device.catalogue import read_device
    from openiort.dicom.write_plan import check_kind
    from openiort.dose.threads import check_threads
    from openiort.patient.anatomy import check_thickness
    from openiort.plan.lump import check_lump_options
    from openiort.plan.placement import point_mm
    from openiort.plan.prescription import check_reach, prescribe
    from openiort.plan.run_limits import check_run
    from openiort.report.output_folder import check_output_folder

    device = read_device(asked["device"])
    applicator = device.applicator(asked["applicator_mm"])
    check_reach(device, applicator, prescribe(device, asked["dose_Gy"], asked["depth_mm"], asked["dose_scale"]))
    if asked["at_mm"] is not None:
        point_mm(asked["at_mm"])
    check_lump_options(asked["lump_volume_cc"], asked["lump"], applicator.radius_mm)
    check_run(asked["uncertainty_percent"], asked["seed"], asked["mode"], asked["max_minutes"],
              asked["processor"])
    check_threads(asked["threads"])
    check_thickness("skin_mm", skin_mm)
    check_kind(rtplan)
    check_output_folder(out, force=force)


def plan_and_save(
    patient: Patient, asked: dict[str, Any], out: Path, progress: ProgressScreen, *, deidentify: bool, force: bool,
    add: Callable[[Plan, Path], None] | None = None, **written: Any,
) -> tuple[Plan, dict[str, str]]:
    """Plan and write; `add` is told the plan too, it and what else is to be written are as in `save_plan`."""
    from openiort.plan.make_plan import make_plan
    from openiort.report.plan_folder import save_plan

    plan = make_plan(patient, progress=progress, **asked)
    return plan, save_plan(plan, out, deidentify=deidentify, force=force, progress=progress,
                           add=partial(add, plan) if add else None, **written)


def show_result(plan: Plan, files: dict[str, str], out: Path, as_json: bool) -> None:
    """Print the plan; a second check that says stop ends the program with code 1, the files being written."""
    from openiort.app.plan_screen import show_plan
    from openiort.plan.plan_record import plan_record

    if as_json:
        print_json(plan_record(plan) | {"files": files})
    else:
        show_plan(plan, files, out)
    if plan.second_check.verdict == "stop":
        raise typer.Exit(STOP_CODE)
