"""A plan as a folder of files: record, dose, DVH table, page and pictures.

`dose.dcm` and `report.pdf` carry the name the clinic knows her by, unless de-identified; the others never do. A folder
with a name in it can be entered by its owner only (mode 700, those two files 600); a de-identified one is as any other.
"""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from openiort.core.progress import Progress, silent
from openiort.dicom.write_dose import write_dose
from openiort.plan.plan import Plan
from openiort.plan.plan_record import plan_record
from openiort.report.depth_dose_figure import depth_dose_figure
from openiort.report.dvh_figure import dvh_figure
from openiort.report.dvh_table import dvh_table
from openiort.report.figure_style import drawing, png, svg
from openiort.report.output_folder import RECORD, check_output_folder, write_folder
from openiort.report.plan_page import plan_page
from openiort.report.plane_figure import plane_figure

__all__ = ["check_output_folder", "save_plan"]

STEP = "report"
NAMED_FILES = ("dose.dcm", "report.pdf")
OWNER_ONLY_FILE = 0o600
BYTES_PER_VOXEL, BYTES_BESIDE_THE_DOSE = 4, 6_000_000


def save_plan(plan: Plan, folder: str | Path, *, deidentify: bool = False, force: bool = False,
              progress: Progress = silent, add: Callable[[Path], None] | None = None) -> dict[str, str]:
    """Write all files of a plan, or none.

    Args:
        plan: what to write.
        folder: new or empty; folders above it are made as needed.
        deidentify: no name, number or date of the clinic's in any file.
        force: replace an earlier plan in the folder; a folder with anything else in it is never replaced.
        progress: told which file is being made.
        add: writes more into the folder it is given, before that becomes the plan's.

    Returns:
        File name -> SHA-256, `plan.json` included; `plan.json` holds the same for the others.

    Raises:
        InputError: the folder cannot be used, the disk is full, no permission; nothing is left behind then.
    """
    files: dict[str, str] = {}

    def fill(beside: Path) -> None:
        _write_files(plan, beside, deidentify, progress)
        files.update({path.name: _sha256(path) for path in sorted(beside.iterdir())})
        record = plan_record(plan) | {"files": dict(files)}
        text = json.dumps(record, allow_nan=False, ensure_ascii=False, indent=1)
        (beside / RECORD).write_text(text + "\n", encoding="utf-8")
        files[RECORD] = _sha256(beside / RECORD)
        if add:
            add(beside)

    needed_bytes = plan.fine_dose.grid.voxel_count * BYTES_PER_VOXEL + BYTES_BESIDE_THE_DOSE
    write_folder(folder, fill, force=force, private=not deidentify, needed_bytes=needed_bytes)
    progress(STEP, 1.0)
    return files


def _write_files(plan: Plan, folder: Path, deidentify: bool, progress: Progress) -> None:
    progress(STEP, 0.0, "dose.dcm")
    write_dose(folder / "dose.dcm", plan.fine_dose, plan.patient.identity, description=_description(plan),
               deidentify_as=plan.patient.pseudonym if deidentify else None)
    (folder / "dvh.csv").write_text(dvh_table(plan), encoding="utf-8")
    progress(STEP, 0.3, "pictures")
    figures = {"planes": plane_figure(plan), "depth_dose": depth_dose_figure(plan), "dvh": dvh_figure(plan)}
    with drawing():
        for name, figure in figures.items():
            (folder / f"{name}.png").write_bytes(png(figure))
        drawings = {name: svg(figure) for name, figure in figures.items()}
    progress(STEP, 0.8, "report.pdf")
    # a date of treatment is her data as well
    made = None if deidentify else datetime.datetime.now().astimezone().replace(microsecond=0)
    (folder / "report.pdf").write_bytes(plan_page(plan, deidentify=deidentify, figures=drawings, made=made))
    if not deidentify:
        for name in NAMED_FILES:
            (folder / name).chmod(OWNER_ONLY_FILE)


def _description(plan: Plan) -> str:
    asked: Any = plan.prescription
    return f"OpenIORT D_m,m, {plan.applicator.diameter_mm:g} mm sphere, {asked.dose_Gy:g} Gy at {asked.depth_mm:g} mm"


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
