"""`openiort replay`: plan once more exactly as a saved plan was, and say whether the same comes out."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from inspect import signature
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from openiort.app.shared_options import JsonOption, ThreadsOption, print_json
from openiort.core.errors import InputError

if TYPE_CHECKING:
    from openiort.core.progress import Progress
    from openiort.patient.patient import Patient
    from openiort.plan.plan import Plan
    from openiort.report.saved_plan import SavedPlan

DIFFERENT_CODE = 1
Result = TypeVar("Result")


def replay_command(
    folder: Annotated[Path, typer.Argument(metavar="PLAN", help="Folder of a plan.")],
    ct: Annotated[
        Path | None, typer.Option("--ct", help="Folder of its CT; where it was read last time, if left out.")
    ] = None,
    threads: ThreadsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Plan again from the same input with the same options and seed; exit code 1 if anything differs."""
    from openiort.app.diff_command import difference_record, show_difference
    from openiort.app.progress_screen import ProgressScreen
    from openiort.plan.make_plan import make_plan
    from openiort.report.plan_difference import plan_difference
    from openiort.report.saved_plan import read_plan

    saved = read_plan(folder)
    with ProgressScreen() as progress:
        patient = same_patient(saved, ct, progress)
        plan = asked_again(make_plan, saved.options["plan"], patient=patient, progress=progress, threads=threads)
        found = plan_difference(saved, _as_saved(plan, saved.water_dose is not None))
    if saved.options["plan"].get("processor") == "cuda":
        typer.echo("made on a GPU: the last bits of its doses change from run to run", err=True)
    if as_json:
        print_json(difference_record(found))
    else:
        show_difference(found, str(folder), "replayed now")
    if not found.is_same:
        raise typer.Exit(DIFFERENT_CODE)


def same_patient(saved: SavedPlan, ct: Path | None, progress: Progress) -> Patient:
    """The patient of a saved plan, read anew, or the layered phantom made anew.

    Raises:
        InputError: her CT is not known here, or is another one; an option is missing or unknown.
    """
    from openiort.dicom.input_places import known_place
    from openiort.dicom.read_patient import read_patient
    from openiort.patient.layered_patient import layered_patient
    from openiort.report.output_folder import DEMO_CT

    if "layers" in saved.options["patient"]:
        return asked_again(layered_patient, saved.options["patient"]["layers"])
    sha256 = str(saved.record["provenance"]["input_sha256"])
    options = {key: value for key, value in saved.options["patient"].items() if key != "from"}
    beside = saved.folder / DEMO_CT
    place = ct or (beside if beside.is_dir() else known_place(sha256))
    if place is None:
        raise InputError("it is not known where the CT of this plan lies", where="--ct",
                         allowed="the folder that it was planned on", fix="give it by --ct FOLDER")
    patient = asked_again(read_patient, options, folder=place, progress=progress)
    if patient.input_sha256 != sha256:
        raise InputError("the CT is not the one that was planned on: its hash differs", where="--ct",
                         allowed=f"the CT with input_sha256 {sha256[:12]}...", fix="give the folder of that CT")
    return patient


def asked_again(function: Callable[..., Result], options: Mapping[str, Any], **others: Any) -> Result:
    """Call it with saved options, whose types `read_record` has checked.

    Raises:
        InputError: one is missing or unknown.
    """
    try:
        signature(function).bind(**options, **others)
    except TypeError as error:
        raise InputError(f"the plan cannot be made again: {str(error).split('() ')[-1]}", where="plan.json, options",
                         allowed="the options that OpenIORT wrote there",
                         fix="restore the folder, or use the version of OpenIORT that wrote it") from error
    return function(**options, **others)


def _as_saved(plan: Plan, dose_to_water: bool) -> SavedPlan:
    """The plan as it would be read back, without its figures and page."""
    from openiort.dicom.plan_files import DOSE, DOSE_TO_WATER, write_plan_files
    from openiort.dicom.read_dose import read_dose
    from openiort.dicom.write_plan import NONE
    from openiort.plan.plan_record import plan_record
    from openiort.report.saved_plan import SavedPlan

    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        write_plan_files(place, plan, rtplan=NONE, dose_to_water=dose_to_water)
        water_dose = read_dose(place / DOSE_TO_WATER) if dose_to_water else None
        return SavedPlan(place, plan_record(plan), read_dose(place / DOSE), water_dose)
