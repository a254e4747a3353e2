"""The folder of one plan: written beside its place and renamed, so that nothing half-written is ever left."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from openiort.core.errors import InputError
from openiort.core.progress import Progress, silent
from openiort.dicom.write_dose import write_dose
from openiort.plan.plan import Plan
from openiort.plan.plan_record import plan_record
from openiort.report.dvh_table import dvh_table
from openiort.report.figure_style import png
from openiort.report.plane_figure import plane_figure

RECORD = "plan.json"
MARK = "not a medical device"


def check_output_folder(folder: str | Path, *, force: bool = False) -> Path:
    """The folder as a path, if a plan may be written there.

    Raises:
        InputError: it is a file, cannot be written, or is not empty; with `force` only a folder that holds a plan
            written by this program may be replaced.
    """
    place = Path(folder).expanduser().absolute()
    where = "--out (folder)"
    if place.exists() and not place.is_dir():
        raise InputError(f"output '{folder}' is a file", where=where, allowed="a folder", fix="choose another name")
    if place.exists() and any(place.iterdir()):
        if not force:
            raise InputError(f"output folder '{folder}' is not empty", where=where, allowed="a new or empty folder",
                             fix="choose another name, or --force to replace a plan")
        if not (place / RECORD).is_file():
            raise InputError(f"output folder '{folder}' holds no {RECORD}: it is not a plan's and is not replaced",
                             where=where, allowed="a folder that a plan was written to", fix="choose another name")
    parent = next(p for p in (place.parent, *place.parents) if p.exists())
    if not os.access(parent, os.W_OK | os.X_OK):
        raise InputError(f"no permission to write into '{parent}'", where=where, fix="choose another place")
    return place


def save_plan(plan: Plan, folder: str | Path, *, deidentify: bool = False, force: bool = False,
              progress: Progress = silent) -> dict[str, str]:
    """Write plan.json, dose.dcm, dvh.csv and planes.png.

    Args:
        plan: what to write.
        folder: new, empty, or with `force` one that holds an earlier plan.
        deidentify: leave the clinic's name and numbers out of the DICOM too.
        force: replace an earlier plan.
        progress: told what is being written.

    Returns:
        kind -> file name.

    Raises:
        InputError: the folder cannot be used, the disk is full, no permission; nothing is left behind then.
    """
    place = check_output_folder(folder, force=force)
    with _writable(place):
        place.parent.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(prefix=f".{place.name}.", dir=place.parent))  # private: mode 0700
        try:
            files = _write(plan, beside, deidentify, progress)
            _put(beside, place)
        except BaseException:
            shutil.rmtree(beside, ignore_errors=True)
            raise
    return files


def _write(plan: Plan, beside: Path, deidentify: bool, progress: Progress) -> dict[str, str]:
    progress("writing", 0.0, "dose.dcm")
    asked = plan.prescription
    description = f"IORT {asked.dose_Gy:g} Gy at {asked.depth_mm:g} mm, {plan.applicator.diameter_mm:g} mm sphere"
    write_dose(beside / "dose.dcm", plan.fine_dose, plan.patient.identity, description=description,
               deidentify_as=plan.patient.pseudonym if deidentify else None)
    (beside / "dvh.csv").write_text(dvh_table(plan))
    progress("writing", 0.4, "planes.png")
    (beside / "planes.png").write_bytes(png(plane_figure(plan)))
    files = {"dose": "dose.dcm", "dvh": "dvh.csv", "planes": "planes.png"}
    hashes = {name: hashlib.sha256((beside / name).read_bytes()).hexdigest() for name in files.values()}
    record = plan_record(plan) | {"files": hashes}
    (beside / RECORD).write_text(json.dumps(record, indent=1, allow_nan=False) + "\n")
    return files | {"record": RECORD}


def _put(beside: Path, place: Path) -> None:
    """Rename the finished folder to its place; an earlier plan goes only when the new one is there."""
    if not place.exists():
        beside.rename(place)
        return
    old = Path(tempfile.mkdtemp(prefix=f".{place.name}.old.", dir=place.parent))
    place.rename(old / "plan")
    try:
        beside.rename(place)
    except OSError:
        (old / "plan").rename(place)
        raise
    shutil.rmtree(old, ignore_errors=True)


@contextmanager
def _writable(place: Path) -> Iterator[None]:
    """Turn what the disk says into an InputError."""
    try:
        yield
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        raise InputError(f"cannot write to '{place}': {error.strerror}", where="--out (folder)",
                         fix="free 50 MB or choose another disk" if full else "choose another place") from error
