"""A plan's folder read back: its record, its dose, and whether its files are still those that were written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openiort.core.errors import InputError
from openiort.dicom.plan_files import DOSE, DOSE_TO_WATER
from openiort.dicom.read_dose import ReadDose, read_dose
from openiort.report.file_hashes import path_sha256
from openiort.report.saved_record import read_record


@dataclass(frozen=True, slots=True)
class SavedPlan:
    """What a plan's folder holds.

    Attributes:
        folder: where it is.
        record: the content of `plan.json`.
        dose: D_m,m on the 1 mm grid, as `dose.dcm` holds it.
        water_dose: D_w, as `dose_to_water.dcm` holds it; None where that was not written.
    """

    folder: Path
    record: Mapping[str, Any]
    dose: ReadDose
    water_dose: ReadDose | None = None

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
        InputError: no plan is there, its record or a file is missing or has been changed, or a newer version wrote it.
    """
    record = read_record(Path(folder))
    place, files = Path(folder).expanduser(), record["files"]
    for name, sha256 in files.items():
        _check_file(place / name, sha256)
    water_dose = read_dose(place / DOSE_TO_WATER) if DOSE_TO_WATER in files else None
    return SavedPlan(place, record, read_dose(place / DOSE), water_dose)


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
