"""The CT slices among the files of a folder, as heads: the rest is left out with a note."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pydicom
from pydicom.dataset import Dataset
from pydicom.filereader import read_file_meta_info, read_partial
from pydicom.uid import (
    UID,
    CTImageStorage,
    DeflatedExplicitVRLittleEndian,
    EnhancedCTImageStorage,
    LegacyConvertedEnhancedCTImageStorage,
)

from openiort.core.errors import InputError
from openiort.core.progress import Progress, silent
from openiort.dicom.ct_slice import CTSlice, ct_slice, is_localizer
from openiort.dicom.find_files import FOLDER_ALLOWED, FoundFiles
from openiort.dicom.one_series import one_series
from openiort.dicom.tag_values import text

MAX_FILE_BYTES = 512 * 2**20
MODALITY_TAG = 0x0008_0060
MARK_AT, MARK = 128, b"DICM"
MULTI_FRAME_CT = (EnhancedCTImageStorage, LegacyConvertedEnhancedCTImageStorage)


@dataclass(slots=True)
class _Sorted:
    """What the files turned out to be, filled one file at a time."""

    slices: list[CTSlice] = field(default_factory=list)
    others: Counter[str] = field(default_factory=Counter)
    not_dicom: int = 0
    multi_frame: str = ""


def find_slices(found: FoundFiles, progress: Progress = silent) -> tuple[list[CTSlice], tuple[str, ...]]:
    """Heads of the slices of the one CT series, and notes on what was skipped, free of names and paths.

    Raises:
        InputError: a damaged file, no CT slice, several series or patients, a slice without what the stack needs.
    """
    content = _Sorted()
    for number, path in enumerate(found.files):
        progress("looking through the folder", number / len(found.files), f"file {number + 1} of {len(found.files)}")
        _sort_in(content, path, found.name(path))
    if not content.slices:
        raise _no_ct(content, found)
    return one_series(content.slices), _notes(content, found.skipped)


def damaged(name: str, why: str) -> InputError:
    """The error for a file that breaks off or is not what it says."""
    return InputError(
        f"file '{name}' is damaged or truncated: {why}",
        where=name,
        allowed="whole DICOM files",
        fix="copy or export this file again",
    )


def _sort_in(content: _Sorted, path: Path, name: str) -> None:
    if not _has_mark(path, name):
        content.not_dicom += 1
        return
    head = _guarded(read_file_meta_info, path, name)
    sop_class = UID(text(head, "MediaStorageSOPClassUID"))
    if sop_class in MULTI_FRAME_CT:
        content.multi_frame = name
        content.others["multi-frame CT"] += 1
    elif sop_class != CTImageStorage and sop_class.name != sop_class:
        content.others[_modality(path, head)] += 1
    else:  # CT, or a class that the standard does not know: a private one, or a name cut short
        _sort_in_ct(content, _head(path, name, head), path, name, sop_class)


def _sort_in_ct(content: _Sorted, dataset: Dataset, path: Path, name: str, announced: UID) -> None:
    sop_class = text(dataset, "SOPClassUID")
    if not sop_class or (announced == CTImageStorage and sop_class != CTImageStorage):
        raise damaged(name, "it ends before it says what it is, or contradicts its own head")
    if sop_class != CTImageStorage:
        content.others[_short(text(dataset, "Modality"))] += 1
    elif is_localizer(dataset):
        content.others["localizer"] += 1
    else:
        content.slices.append(ct_slice(dataset, path, name))


def _has_mark(path: Path, name: str) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(MARK_AT + len(MARK))[MARK_AT:] == MARK
    except OSError as error:
        raise InputError(
            f"file '{name}' cannot be read: {error.strerror or error}",
            where=name,
            allowed="files that you may read",
            fix="correct its permissions or copy the CT elsewhere",
        ) from error


def _is_deflated(file_head: Dataset) -> bool:
    """Such a file is unpacked as a whole on reading: a few kilobytes could become terabytes."""
    return text(file_head, "TransferSyntaxUID") == DeflatedExplicitVRLittleEndian


def _head(path: Path, name: str, file_head: Dataset) -> Dataset:
    if _is_deflated(file_head):
        raise InputError(
            f"file '{name}' is deflated as a whole, which is not read here",
            where=f"{name}, TransferSyntaxUID",
            allowed="uncompressed CT slices",
            fix="export the series uncompressed (Explicit VR Little Endian)",
        )
    megabytes = path.stat().st_size / 2**20
    if megabytes > MAX_FILE_BYTES / 2**20:
        raise InputError(
            f"file '{name}' is too large for one CT slice: {megabytes:.0f} MB",
            where=name,
            allowed=f"at most {MAX_FILE_BYTES // 2**20} MB",
            fix="export the series as one slice a file",
        )
    return _guarded(lambda file: pydicom.dcmread(file, stop_before_pixels=True), path, name)


def _guarded(read: Callable[[Path], Dataset], path: Path, name: str) -> Dataset:
    """Call a reader of pydicom; whatever it raises on a malformed file becomes one clear error."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return read(path)
        except Exception as error:  # almost anything
            raise damaged(name, f"{type(error).__name__} while reading its head") from error


def _modality(path: Path, file_head: Dataset) -> str:
    """Modality of a file that is skipped anyway, so any fault of it is passed over."""
    if _is_deflated(file_head):
        return "unknown"
    try:
        with warnings.catch_warnings(), path.open("rb") as file:
            warnings.simplefilter("ignore")
            return _short(text(read_partial(file, lambda tag, vr, length: int(tag) > MODALITY_TAG), "Modality"))
    except Exception:
        return "unknown"


def _short(modality: str) -> str:
    """A modality as DICOM has them; anything else could carry text that is not ours to repeat."""
    known = modality.isalnum() and modality.isascii() and modality.isupper() and len(modality) <= 9
    return modality if known else "unknown"


def _no_ct(content: _Sorted, found: FoundFiles) -> InputError:
    if content.multi_frame:
        return InputError(
            "enhanced (multi-frame) CT cannot be read yet",
            where=content.multi_frame,
            allowed="CT Image Storage, one slice a file",
            fix="export the series as single slices",
        )
    seen = [f"{count} {kind}" for kind, count in sorted(content.others.items())]
    seen += [f"{content.not_dicom} not DICOM"] * bool(content.not_dicom)
    return InputError(
        f"folder '{found.folder}' holds no CT slices; found: {', '.join(seen)}",
        where=str(found.folder),
        allowed=FOLDER_ALLOWED,
        fix="give the folder of the planning CT (CT Image Storage)",
    )


def _notes(content: _Sorted, links: int) -> tuple[str, ...]:
    # what becomes of structure sets is told where they are chosen
    others = sorted((kind, count) for kind, count in content.others.items() if kind != "RTSTRUCT")
    notes = [f"{count} DICOM file(s) beside the CT skipped ({kind})" for kind, count in others]
    notes += [f"{content.not_dicom} file(s) that are not DICOM skipped"] * bool(content.not_dicom)
    notes += [f"{links} link(s) or special file(s) not followed"] * bool(links)
    return tuple(notes)
