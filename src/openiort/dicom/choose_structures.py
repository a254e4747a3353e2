"""Which structure set belongs to a CT: the one asked for, or the one that lies among its files."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from pathlib import Path

from pydicom.filereader import read_file_meta_info
from pydicom.uid import RTStructureSetStorage

from openiort.core.errors import InputError
from openiort.dicom.find_files import find_files
from openiort.dicom.input_places import known_place, remember_place
from openiort.dicom.read_structures import StructureSet, read_structures
from openiort.dicom.tag_values import text
from openiort.patient.contours import ContouredROI
from openiort.patient.identity import SourceIdentity

NONE = "none"
BY_HASH = "sha256:"
# The class of a file stands within its first lines (PS3.10, 7.1); reading no more keeps thousands of slices quick.
HEAD_BYTES = 2048
CLASS = RTStructureSetStorage.encode()


@dataclass(frozen=True, slots=True)
class FoundStructures:
    """Structure sets that may belong to a CT.

    Attributes:
        sets: all that were found, or the one that was asked for.
        is_asked: whether somebody named it.
    """

    sets: tuple[StructureSet, ...]
    is_asked: bool


@dataclass(frozen=True, slots=True)
class UsedStructures:
    """The structures to use.

    Attributes:
        rois: in the CT's frame of reference; none where there is no structure set.
        file_sha256: of the structure set; empty where there is none.
        notes: what was decided.
    """

    rois: tuple[ContouredROI, ...] = ()
    file_sha256: bytes = b""
    notes: tuple[str, ...] = ()

    @property
    def asked_again(self) -> str:
        """What asks for exactly these structures again, free of names and paths."""
        return f"{BY_HASH}{self.file_sha256.hex()}" if self.file_sha256 else NONE


def find_structures(folder: str | Path, asked: str | Path | None) -> FoundStructures:
    """Read the structure sets that may be meant.

    Args:
        folder: of the CT.
        asked: a file; `none` for no structures; None to look among the CT's files; `sha256:` and a hash for the
            structure set with it, among the CT's files or where it was read last.

    Raises:
        InputError: a structure set cannot be read, or there is no such file.
    """
    if asked is not None and str(asked) == NONE:
        return FoundStructures((), True)
    if asked is not None and str(asked).startswith(BY_HASH):
        return FoundStructures((_by_hash(folder, str(asked).removeprefix(BY_HASH)),), True)
    if asked is not None:
        return FoundStructures((_asked(Path(asked).expanduser()),), True)
    return FoundStructures(tuple(read_structures(path, name) for path, name in _structure_sets(folder)), False)


def use_structures(found: FoundStructures, identity: SourceIdentity) -> UsedStructures:
    """The one structure set drawn in the CT's frame of reference.

    Raises:
        InputError: several belong to it; the one asked for does not, or belongs to another patient.
    """
    frame = identity.frame_of_reference_uid
    belonging = [one for one in found.sets if any(roi.frame_of_reference_uid == frame for roi in one.rois)]
    if len(belonging) > 1:
        raise _several(belonging)
    if not belonging:
        if found.is_asked and found.sets:
            raise _foreign(found.sets[0]) if found.sets[0].rois else _empty(found.sets[0])
        return UsedStructures(notes=_unused(len(found.sets)))
    chosen = belonging[0]
    _check_patient(chosen, identity)
    own = tuple(roi for roi in chosen.rois if roi.frame_of_reference_uid == frame)
    if found.is_asked and not any(roi.has_volume for roi in own):
        raise _empty(chosen)
    notes = [*_unused(len(found.sets) - 1), *_notes(chosen, len(own), identity)]
    return UsedStructures(own, chosen.file_sha256, tuple(notes))


def _structure_sets(folder: str | Path) -> list[tuple[Path, str]]:
    """Files and the names that messages show."""
    found = find_files(folder)
    return [(path, found.name(path)) for path in found.files if _is_structure_set(path)]


def _by_hash(folder: str | Path, digest: str) -> StructureSet:
    last = known_place(digest)
    beside = sorted(path for path in last.iterdir() if path.is_file()) if last else []
    there = [(path, path.name) for path in beside if _is_structure_set(path)]
    for path, name in [*_structure_sets(folder), *there]:
        one = read_structures(path, name)
        if one.file_sha256.hex() == digest:
            return one
    raise InputError(
        "it is not known where the structure set lies",
        where="--structures (structures)",
        allowed=f"the structure set with {BY_HASH}{digest[:12]}...",
        fix="put it beside the CT",
    )


def _asked(path: Path) -> StructureSet:
    try:
        is_file = path.is_file()
    except (OSError, ValueError):
        is_file = False
    if not is_file:
        raise InputError(
            f"structure set '{path}' does not exist or is no file",
            where="--structures (structures)",
            allowed=f"an RT Structure Set file, or {NONE}",
            fix="check the path",
        )
    one = read_structures(path, path.name)
    remember_place(one.file_sha256.hex(), path.parent)
    return one


def _is_structure_set(path: Path) -> bool:
    """Whether a file says so in its head; any fault of it is told by the reader of the CT."""
    try:
        with path.open("rb") as file:
            head = file.read(HEAD_BYTES)
        if head[128:132] != b"DICM" or CLASS not in head:
            return False
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return text(read_file_meta_info(path), "MediaStorageSOPClassUID") == RTStructureSetStorage
    except Exception:  # pydicom raises almost anything on a malformed file
        return False


def _unused(count: int) -> tuple[str, ...]:
    if not count:
        return ()
    return (f"{count} structure set(s) of another frame of reference beside the CT not used",)


def _notes(chosen: StructureSet, own: int, identity: SourceIdentity) -> list[str]:
    solid = sum(roi.has_volume for roi in chosen.rois)
    notes = [f"structures of an RT Structure Set are used ({solid} with contours); look at them"]
    if len(chosen.rois) > own:
        notes.append(f"{len(chosen.rois) - own} structure(s) of another frame of reference left out")
    if chosen.series_uids and identity.series_instance_uid not in chosen.series_uids:
        notes.append("the structures were drawn on another series of the same frame of reference")
    return notes


def _check_patient(chosen: StructureSet, identity: SourceIdentity) -> None:
    if chosen.patient_id and identity.patient_id and chosen.patient_id != identity.patient_id:
        raise InputError(
            "the structure set belongs to another patient than the CT (PatientID differs)",
            where=chosen.file_name,
            allowed="structures of this patient",
            fix="give the structures of this CT, or plan without them (--structures none)",
        )


def _several(belonging: list[StructureSet]) -> InputError:
    lines = [
        f"{one.file_name}: '{one.label}'{one.date and ' of ' + one.date}, {len(one.rois)} structures"
        for one in belonging
    ]
    return InputError(
        f"{len(belonging)} structure sets belong to this CT:\n    " + "\n    ".join(lines),
        where="FOLDER",
        allowed="one structure set",
        fix=f"choose one by --structures FILE, or leave them all out by --structures {NONE}",
    )


def _foreign(one: StructureSet) -> InputError:
    return InputError(
        "the contours of the structure set lie in another frame of reference than the CT",
        where=f"{one.file_name}, ReferencedFrameOfReferenceUID",
        allowed="contours with the CT's FrameOfReferenceUID: others lie elsewhere in her",
        fix="export the structures of this CT; a registration to another scan is not applied here",
    )


def _empty(one: StructureSet) -> InputError:
    return InputError(
        "the structure set is empty: it holds no closed contour",
        where=one.file_name,
        allowed="at least one structure with closed planar contours",
        fix=f"export the structures again, or plan without them (--structures {NONE})",
    )
