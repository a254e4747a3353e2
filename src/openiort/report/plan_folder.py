"""A plan as a folder of files: record, DICOM, DVH table, page and pictures.

DICOM files and `report.pdf` carry the name the clinic knows her by, unless de-identified; the others never do. A folder
with a name in it can be entered by its owner only (mode 700, those files 600); a de-identified one is as any other.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable
from pathlib import Path

from openiort.core.progress import Progress, silent
from openiort.dicom.plan_files import DICOM_NAMES, MOVED_CT, write_plan_files
from openiort.plan.plan import Plan
from openiort.plan.plan_record import plan_record
from openiort.report.dvh_table import dvh_table
from openiort.report.figure_style import drawing, png, svg
from openiort.report.file_hashes import hashes, path_sha256
from openiort.report.insertion_figure import insertion_figure
from openiort.report.output_folder import RECORD, check_output_folder, write_folder
from openiort.report.plan_figures import plan_figures
from openiort.report.plan_page import plan_page

__all__ = ["check_output_folder", "save_plan"]

STEP = "report"
NAMED_FILES = (*DICOM_NAMES, "report.pdf")
OWNER_ONLY_FILE = 0o600
BYTES_PER_VOXEL, BYTES_BESIDE_THE_DOSE, BYTES_PER_CT_VOXEL = 4, 12_000_000, 2


def save_plan(plan: Plan, folder: str | Path, *, deidentify: bool = False, force: bool = False, rtplan: str = "beams",
              dose_to_water: bool = False, progress: Progress = silent,
              add: Callable[[Path], None] | None = None) -> dict[str, str]:
    """Write all files of a plan, or none.

    Args:
        plan: what to write.
        folder: new or empty; folders above it are made as needed.
        deidentify: no name, number or date of the clinic's in any file.
        force: replace an earlier plan in the folder; a folder with anything else in it is never replaced.
        rtplan: kind of `plan.dcm`: `beams`, `brachy`, or `none` for no such file (docs/dicom_conformance.md).
        dose_to_water: whether to write `dose_to_water.dcm` as well.
        progress: told which file is being made.
        add: writes more into the folder it is given, before that becomes the plan's.

    Returns:
        File name -> SHA-256, `plan.json` included; `plan.json` holds the same for the others.

    Raises:
        InputError: the folder cannot be used, the disk is full, no permission; nothing is left behind then.
    """
    files: dict[str, str] = {}

    def fill(beside: Path) -> None:
        progress(STEP, 0.0, "DICOM")
        write_plan_files(beside, plan, rtplan=rtplan, dose_to_water=dose_to_water, deidentify=deidentify)
        _write_files(plan, beside, deidentify, progress)
        files.update(hashes(beside))
        record = plan_record(plan) | {"files": dict(files)}
        text = json.dumps(record, allow_nan=False, ensure_ascii=False, indent=1)
        (beside / RECORD).write_text(text + "\n", encoding="utf-8")
        files[RECORD] = path_sha256(beside / RECORD)
        if add:
            add(beside)

    needed_bytes = plan.fine_dose.grid.voxel_count * BYTES_PER_VOXEL * (1 + dose_to_water) + BYTES_BESIDE_THE_DOSE
    if plan.patient_before is not None:
        needed_bytes += plan.patient.image.grid.voxel_count * BYTES_PER_CT_VOXEL
    write_folder(folder, fill, force=force, private=not deidentify, needed_bytes=needed_bytes)
    progress(STEP, 1.0)
    return files


def _write_files(plan: Plan, folder: Path, deidentify: bool, progress: Progress) -> None:
    (folder / "dvh.csv").write_text(dvh_table(plan), encoding="utf-8")
    progress(STEP, 0.3, "pictures")
    figures = plan_figures(plan)
    if plan.patient_before is not None:
        figures["insertion"] = insertion_figure(plan)
    with drawing():
        for name, figure in figures.items():
            (folder / f"{name}.png").write_bytes(png(figure))
        drawings = {name: svg(figure) for name, figure in figures.items()}
    progress(STEP, 0.8, "report.pdf")
    # a date of treatment is her data as well
    made = None if deidentify else datetime.datetime.now().astimezone().replace(microsecond=0)
    (folder / "report.pdf").write_bytes(plan_page(plan, deidentify=deidentify, figures=drawings, made=made))
    if not deidentify:
        for path in (*(folder / name for name in NAMED_FILES), *(folder / MOVED_CT).glob("*")):
            if path.exists():
                path.chmod(OWNER_ONLY_FILE)
