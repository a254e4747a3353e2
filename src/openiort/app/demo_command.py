"""`openiort demo`: a virtual patient, written as DICOM, planned by the same path as a real one, and compared."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from openiort.app.plan_command import plan_and_save, show_result
from openiort.app.shared_options import JsonOption, SeedOption, ThreadsOption
from openiort.core.errors import InputError
from openiort.core.progress import Progress

if TYPE_CHECKING:
    from openiort.patient.patient import Patient
    from openiort.patient.virtual_parameters import VirtualPatient
    from openiort.plan.plan import Plan

MARK_TEXT = "made by `openiort demo`, which replaces this folder when it is run again\n"
LUMP, CONTOURS = "GTV", "RTSTRUCT.dcm"
DEVICE, DOSE_Gy, UNCERTAINTY_percent = "generic-50kv", 20.0, 1.0
NEEDS_TANGENTS = "needs tangents: `make demo-ebrt`"
DESCRIPTION = "virtual patient, not a real woman"
# the usual size first; a smaller one where the breast of another seed has no room for it
APPLICATORS_mm = (40.0, 35.0, 30.0)


def demo_command(
    out: Annotated[Path, typer.Option("--out", help="Folder to write; an earlier demo in it is replaced.")] = Path(
        "demo-out"
    ),
    seed: SeedOption = 1,
    threads: ThreadsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Plan a virtual patient: her CT and contours as DICOM, the plan and its pictures in one folder."""
    from openiort.app.first_run import first_run
    from openiort.app.progress_screen import ProgressScreen
    from openiort.dose.threads import check_threads
    from openiort.patient.virtual_patient import VirtualPatient
    from openiort.plan.run_limits import check_run
    from openiort.report.output_folder import DEMO_COMPARISON, DEMO_CT, DEMO_MARK

    out = out.expanduser()
    replaces = check_demo_folder(out)
    check_run(UNCERTAINTY_percent, seed)
    check_threads(threads)
    woman = VirtualPatient(seed=seed, tumour_state="lump")
    with ProgressScreen() as progress, first_run(progress) as compiling, _folder_beside(out) as beside:
        patient = _through_dicom(woman, beside / DEMO_CT, progress)
        asked = {
            "device": DEVICE, "applicator_mm": largest_that_fits_mm(patient, woman.tumour_centre_mm),
            "at_mm": woman.tumour_centre_mm, "dose_Gy": DOSE_Gy, "uncertainty_percent": UNCERTAINTY_percent,
            "seed": seed, "threads": threads, "lump": LUMP,
        }  # fmt: skip

        def add(plan: Plan, folder: Path) -> None:
            (beside / DEMO_CT).rename(folder / DEMO_CT)
            (folder / DEMO_MARK).write_text(MARK_TEXT)
            added[DEMO_COMPARISON] = _compare(plan, folder / DEMO_COMPARISON, progress)

        added = {DEMO_CT: patient.input_sha256}

        compiling.wait(progress)
        plan, files = plan_and_save(patient, asked, out, progress, deidentify=False, force=replaces, add=add)
    show_result(plan, {**files, **added}, out, as_json)


def check_demo_folder(out: Path) -> bool:
    """Whether there is an earlier demo to replace.

    Raises:
        InputError: the folder holds something that no demo made, or cannot be written.
    """
    from openiort.core.output_file import cannot_write
    from openiort.report.output_folder import DEMO_MARK, WHERE, check_output_folder

    try:
        is_demo = (out / DEMO_MARK).is_file()
        is_foreign = not is_demo and out.is_dir() and any(out.iterdir())
    except OSError as error:
        raise cannot_write(error, out, where=WHERE) from error
    if is_foreign:
        raise InputError(
            f"output folder '{out}' is not empty, and no demo made what is in it",
            where="--out",
            allowed="a new or empty folder, or that of an earlier demo",
            fix="choose another name",
        )
    check_output_folder(out, force=is_demo)
    return is_demo


def largest_that_fits_mm(patient: Patient, centre_mm: tuple[float, float, float]) -> float:
    """Diameter of the largest sphere of the demo that may lie at that place."""
    from openiort.plan.placement import check_placement

    for diameter_mm in APPLICATORS_mm[:-1]:
        try:
            check_placement(patient, centre_mm, diameter_mm / 2)
        except InputError:
            continue
        return diameter_mm
    return APPLICATORS_mm[-1]


def _compare(plan: Plan, folder: Path, progress: Progress) -> str:
    """Write the plan next to the usual treatment into a new folder; the SHA-256 of its record."""
    from openiort.plan.comparison import STEP, compare_treatments
    from openiort.report.comparison_folder import RECORD, write_comparison
    from openiort.report.file_hashes import path_sha256

    found = compare_treatments(plan, needs=NEEDS_TANGENTS, progress=progress)
    progress(STEP, None, "page and figures")
    folder.mkdir()
    write_comparison(found.sides, plan.patient.pseudonym, found.notes, found.provenance, folder, found)
    return path_sha256(folder / RECORD)


@contextmanager
def _folder_beside(out: Path) -> Iterator[Path]:
    """A folder on the same disk, so that the CT can be renamed into its place at the end."""
    try:
        out.absolute().parent.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(prefix=f".{out.name}.", dir=out.absolute().parent))
    except OSError as error:
        raise InputError(
            f"cannot write beside '{out}': {error.strerror}", where="--out", allowed="a folder that you may write to",
            fix="choose another place",
        ) from error
    try:
        yield beside
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _through_dicom(woman: VirtualPatient, folder: Path, progress: Progress) -> Patient:
    from openiort.dicom.read_patient import read_patient
    from openiort.dicom.write_ct import write_ct, written_identifiers
    from openiort.dicom.write_structures import write_contours
    from openiort.patient.identity import SourceIdentity
    from openiort.patient.image import CTImage
    from openiort.patient.virtual_contours import virtual_contours
    from openiort.patient.virtual_patient import virtual_image

    progress("drawing the virtual patient")
    name = SourceIdentity(patient_name="Virtual^Patient", patient_id=f"VIRTUAL-{woman.seed}", sex="F")
    image = virtual_image(woman)
    write_ct(image, name, folder, description=DESCRIPTION, progress=progress)
    owner, slice_uids = written_identifiers(image, name, DESCRIPTION)
    progress("drawing her contours")
    write_contours(folder / CONTOURS, virtual_contours(woman, image.grid).values(),
                   CTImage(image.hounsfield, image.grid, slice_uids), owner, description=DESCRIPTION)
    return read_patient(folder, progress=progress)
