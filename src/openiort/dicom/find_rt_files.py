"""Which files of a folder are dose, plan, structures and registration of a planning system."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from pathlib import Path

from pydicom.uid import RTDoseStorage, RTPlanStorage, RTStructureSetStorage, SpatialRegistrationStorage

from openiort.core.errors import InputError
from openiort.dicom.find_files import find_files
from openiort.dicom.read_file import has_mark, read_file_head
from openiort.dicom.tag_values import text

KINDS: dict[str, str] = {RTDoseStorage: "RT Dose", RTPlanStorage: "RT Plan", RTStructureSetStorage: "RT Structure Set",
         SpatialRegistrationStorage: "Spatial Registration"}  # fmt: skip
MOST_OF_A_KIND = 500


@dataclass(frozen=True, slots=True)
class RTFile:
    """A file, and its name as messages show it."""

    path: Path
    name: str


@dataclass(frozen=True, slots=True)
class RTFiles:
    """What was found in a folder, sorted by name.

    Attributes:
        doses: RT Dose.
        plans: RT Plan.
        structures: RT Structure Set.
        registrations: Spatial Registration.
        others: how many other files lie beside, which are not read.
    """

    doses: tuple[RTFile, ...]
    plans: tuple[RTFile, ...]
    structures: tuple[RTFile, ...]
    registrations: tuple[RTFile, ...]
    others: int


def find_rt_files(folder: str | Path) -> RTFiles:
    """Sort the files of a folder, however deep, by the kind that their heads say.

    Raises:
        InputError: the folder cannot be read, a file's head is damaged, or there are too many of a kind.
    """
    found = find_files(folder)
    sorted_files: dict[str, list[RTFile]] = {kind: [] for kind in KINDS}
    others = found.skipped
    for path in found.files:
        kind = _kind(path, found.name(path))
        if kind in sorted_files:
            sorted_files[kind].append(RTFile(path, found.name(path)))
        else:
            others += 1
    for kind, files in sorted_files.items():
        if len(files) > MOST_OF_A_KIND:
            raise InputError(f"folder holds {len(files)} {KINDS[kind]} files", where=str(found.folder),
                             allowed=f"at most {MOST_OF_A_KIND}", fix="name the folder of one plan")
    doses, plans, structures, registrations = (tuple(files) for files in sorted_files.values())
    return RTFiles(doses, plans, structures, registrations, others)


def _kind(path: Path, name: str) -> str:
    if not has_mark(path, name):
        return ""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return text(read_file_head(path, name), "MediaStorageSOPClassUID")
