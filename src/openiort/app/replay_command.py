"""`openiort replay`: plan once more exactly as a saved plan was, and say whether the same comes out."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from openiort.app.shared_options import JsonOption, ThreadsOption, print_json
from openiort.core.errors import InputError

if TYPE_CHECKING:
    from openiort.core.progress import Progress
    from openiort.patient.patient import Patient
    from openiort.plan.plan import Plan
    from openiort.report.saved_plan import SavedPlan

DIFFERENT_CODE = 1


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
        plan = make_plan(patient, progress=progress, threads=threads, **saved.options["plan"])
        found = plan_difference(saved, _as_saved(plan))
    if as_json:
        print_json(difference_record(found))
    else:
        show_difference(found, str(folder), "replayed now")
    if not found.is_same:
        raise typer.Exit(DIFFERENT_CODE)


def same_patient(saved: SavedPlan, ct: Path | None, progress: Progress) -> Patient:
    """The patient of a saved plan, read anew, or the layered phantom made anew.

    Raises:
        InputError: her CT is not known here, or is another one.
    """
    from openiort.dicom.input_places import known_place
    from openiort.dicom.read_patient import read_patient
    from openiort.patient.layered_patient import layered_patient
    from openiort.report.output_folder import DEMO_CT

    if "layers" in saved.options["patient"]:
        return layered_patient(**saved.options["patient"]["layers"])
    sha256 = str(saved.record["provenance"]["input_sha256"])
    options = {key: value for key, value in saved.options["patient"].items() if key != "from"}
    beside = saved.folder / DEMO_CT
    place = ct or (beside if beside.is_dir() else known_place(sha256))
    if place is None:
        raise InputError("it is not known where the CT of this plan lies", where="--ct",
                         allowed="the folder that it was planned on", fix="give it by --ct FOLDER")
    patient = read_patient(place, progress=progress, **options)
    if patient.input_sha256 != sha256:
        raise InputError("the CT is not the one that was planned on: its hash differs", where="--ct",
                         allowed=f"the CT with input_sha256 {sha256[:12]}...", fix="give the folder of that CT")
    return patient


def _as_saved(plan: Plan) -> SavedPlan:
    """The plan as it would be read back, without its figures and page."""
    from openiort.dicom.read_dose import read_dose
    from openiort.dicom.write_dose import write_dose
    from openiort.plan.plan_record import plan_record
    from openiort.report.saved_plan import DOSE, SavedPlan

    with tempfile.TemporaryDirectory() as place:
        file = Path(place) / DOSE
        write_dose(file, plan.fine_dose, plan.patient.identity, description="replayed")
        record: dict[str, Any] = plan_record(plan)
        return SavedPlan(Path(place), record, read_dose(file))
