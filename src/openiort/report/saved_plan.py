"""A plan's folder read back: its record, its dose, and whether its files are still those that were written."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openiort.core.errors import InputError
from openiort.dicom.read_dose import ReadDose, read_dose
from openiort.plan.plan_record import FORMAT, PROGRAM
from openiort.report.file_hashes import path_sha256
from openiort.report.output_folder import RECORD

DOSE = "dose.dcm"
MAX_RECORD_BYTES = 50_000_000
WHERE = "PLAN (folder)"
ALLOWED = "a folder that OpenIORT wrote (`openiort plan ... --out FOLDER`)"


@dataclass(frozen=True, slots=True)
class SavedPlan:
    """What a plan's folder holds.

    Attributes:
        folder: where it is.
        record: the content of `plan.json`.
        dose: D_m,m on the 1 mm grid, as `dose.dcm` holds it.
    """

    folder: Path
    record: Mapping[str, Any]
    dose: ReadDose

    @property
    def treatment_time_s(self) -> float:
        """As planned."""
        return float(self.record["treatment_time_s"])

    @property
    def options(self) -> Mapping[str, Mapping[str, Any]]:
        """What was asked: `patient` by the arguments of her reader, `plan` by those of `make_plan`."""
        options: Mapping[str, Mapping[str, Any]] = self.record["options"]
        return options

    def dvh(self, structure: str) -> Mapping[str, Any]:
        """The figures of a structure's DVH, by their names in `plan.json` (`D2cc_Gy`, `V90_percent`, ...).

        Raises:
            InputError: there is none of that name; the error lists what there is.
        """
        figures: Mapping[str, Mapping[str, Any]] = self.record["dvh"]
        if structure not in figures:
            raise InputError(f"structure '{structure}' is unknown", where="structure name", allowed=", ".join(figures),
                             fix="choose one of these")
        return figures[structure]


def read_plan(folder: str | Path) -> SavedPlan:
    """Read a plan's folder back and check it against the hashes in its record.

    Args:
        folder: as `save_plan` wrote it; files that people added are ignored.

    Raises:
        InputError: no plan is there, a file is missing or has been changed, or a newer version wrote it.
    """
    place = Path(folder).expanduser()
    record = read_record(place)
    for name, sha256 in record["files"].items():
        _check_file(place / Path(name).name, sha256)
    return SavedPlan(place, record, read_dose(place / DOSE))


def read_record(place: Path) -> dict[str, Any]:
    """The content of a folder's `plan.json`.

    Raises:
        InputError: none is there, or it is none of ours, or of a newer format.
    """
    file = place / RECORD
    try:
        if file.stat().st_size > MAX_RECORD_BYTES:
            raise ValueError("it is too large")
        record = json.loads(file.read_text(encoding="utf-8"))
        if not isinstance(record, dict) or record.get("program") != PROGRAM:
            raise ValueError("OpenIORT did not write it")
        if not isinstance(record.get("files"), dict) or not isinstance(record.get("options"), dict):
            raise ValueError("it is incomplete")
    except (OSError, ValueError) as error:
        why = (error.strerror or "it cannot be read") if isinstance(error, OSError) else str(error)
        raise InputError(f"no plan can be read from {place}: {RECORD}: {why}", where=WHERE, allowed=ALLOWED,
                         fix="give the folder of a plan") from error
    if record.get("format") != FORMAT:
        raise InputError(f"the plan in {place} has format {record.get('format')}", where=WHERE,
                         allowed=f"format {FORMAT}", fix="use the version of OpenIORT that wrote it")
    return record


def _check_file(file: Path, sha256: str) -> None:
    try:
        found = path_sha256(file)
    except OSError as error:
        raise InputError(f"{file.name} of the plan cannot be read: {error.strerror or error}", where=str(file.parent),
                         allowed="all files that plan.json lists", fix="restore the folder") from error
    if found != sha256:
        raise InputError(f"{file.name} of the plan is not the file that was written", where=str(file.parent),
                         allowed="files unchanged since the plan was made: their hashes stand in plan.json",
                         fix="restore the folder, or plan anew")
