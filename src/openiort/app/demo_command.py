"""`openiort demo`: a virtual patient, written as DICOM and planned like a real one."""

from __future__ import annotations

import shutil
from pathlib import Path

import typer

from openiort.app.progress_screen import ProgressScreen
from openiort.core.errors import InputError

MARK = ".openiort-demo"
APPLICATOR_mm, DOSE_Gy = 40.0, 20.0


def demo(
    out: Path = typer.Option(Path("demo-out"), help="Folder to write."),
    seed: int = typer.Option(1, help="Of the virtual patient and the random numbers."),
    as_json: bool = typer.Option(False, "--json", help="One JSON object on stdout."),
) -> None:
    """Plan a virtual patient: the CT goes to OUT/ct, the plan to OUT/plan."""
    from openiort.app.plan_command import plan_and_save
    from openiort.dicom.read_patient import read_patient
    from openiort.dicom.write_ct import write_ct
    from openiort.patient.identity import SourceIdentity
    from openiort.patient.virtual_patient import VirtualPatient, virtual_image

    _clear(out)
    progress = ProgressScreen()
    progress("virtual patient", None, "drawing her chest")
    woman = VirtualPatient(seed=seed)
    identity = SourceIdentity(patient_name="Virtual^Patient", patient_id=f"VIRTUAL-{seed}", sex="F")
    write_ct(virtual_image(woman), identity, out / "ct", description="virtual patient")
    patient = read_patient(out / "ct", progress=progress)
    progress("compiling", None, "the first run compiles the dose engine, about a minute")
    plan_and_save(patient, out / "plan", progress, deidentify=False, force=True, as_json=as_json,
                  applicator_mm=APPLICATOR_mm, at_mm=woman.tumour_centre_mm, dose_Gy=DOSE_Gy, seed=seed)


def _clear(out: Path) -> None:
    """Make the folder, or empty it if an earlier demo made it; never touch anything else."""
    if out.exists() and any(out.iterdir()):
        if not (out / MARK).is_file():
            raise InputError(f"folder '{out}' is not empty and no demo made it", where="--out",
                             allowed="a new or empty folder", fix="choose another name")
        shutil.rmtree(out)
    out.mkdir(parents=True, exist_ok=True)
    (out / MARK).write_text("made by `openiort demo`, which may replace this folder\n")
