"""The CT slices among the files of a folder, as heads: the rest is left out with a note."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from pydicom.dataset import Dataset
from pydicom.filereader import read_partial
from pydicom.uid import UID, CTImageStorage

from openiort.core.errors import InputError
from openiort.core.progress import Progress, silent
from openiort.dicom.choose_series import FoundSeries, choose_series, is_wanted
from openiort.dicom.copies import without_copies
from openiort.dicom.ct_slice import CTSlice, ct_slice, is_localizer
from openiort.dicom.find_files import FOLDER_ALLOWED, FoundFiles
from openiort.dicom.multi_frame import frame_heads
from openiort.dicom.one_series import one_patient, one_series
from openiort.dicom.read_file import MULTI_FRAME_CT, damaged, has_mark, is_deflated, read_file_head, read_head
from openiort.dicom.tag_values import text, uid

CT_CLASSES = (CTImageStorage, *MULTI_FRAME_CT)
MODALITY_TAG = 0x0008_0060


@dataclass(slots=True)
class _Content:
    """What the files turned out to be, filled one file at a time."""

    wanted: str | None
    series: dict[str, FoundSeries] = field(default_factory=dict)
    others: Counter[str] = field(default_factory=Counter)
    not_dicom: int = 0


def find_slices(
    found: FoundFiles, progress: Progress = silent, *, series: str | None = None
) -> tuple[list[CTSlice], tuple[str, ...]]:
    """Heads of the slices of one CT series, and notes on what was skipped, free of names and paths.

    Args:
        found: the files.
        progress: told what is being done.
        series: SeriesInstanceUID or SeriesNumber of the one to read; None where there is only one.

    Raises:
        InputError: a damaged file, no CT slice, several series or patients, a slice without what the stack needs.
    """
    content = _Content(series)
    for number, path in enumerate(found.files):
        progress("looking through the folder", number / len(found.files), f"file {number + 1} of {len(found.files)}")
        _sort_in(content, path, found.name(path))
    if not content.series:
        raise _no_ct(content, found)
    if series is None:
        one_patient([one for each in content.series.values() for one in each.slices])
    chosen = choose_series(content.series.values(), series)
    if chosen.fault:
        raise chosen.fault
    slices, copies = without_copies(chosen.slices)
    return one_series(slices), (*_notes(content, found.skipped), *copies)


def _sort_in(content: _Content, path: Path, name: str) -> None:
    if not has_mark(path, name):
        content.not_dicom += 1
        return
    head = read_file_head(path, name)
    sop_class = UID(text(head, "MediaStorageSOPClassUID"))
    if sop_class not in CT_CLASSES and sop_class.name != sop_class:
        content.others[_modality(path, head)] += 1
    else:  # CT, or a class that the standard does not know: a private one, or a name cut short
        _sort_in_ct(content, read_head(path, name, head), path, name, sop_class)


def _sort_in_ct(content: _Content, dataset: Dataset, path: Path, name: str, announced: UID) -> None:
    sop_class = text(dataset, "SOPClassUID")
    if not sop_class or (announced in CT_CLASSES and sop_class != announced):
        raise damaged(name, "it ends before it says what it is, or contradicts its own head")
    if sop_class not in CT_CLASSES:
        content.others[_short(text(dataset, "Modality"))] += 1
    elif is_localizer(dataset):
        content.others["localizer"] += 1
    else:
        _add(content, dataset, path, name, multi_frame=sop_class in MULTI_FRAME_CT)


def _add(content: _Content, dataset: Dataset, path: Path, name: str, *, multi_frame: bool) -> None:
    """Put a file into its series; what is wrong with a series that is not read is of no interest."""
    identifier = uid(dataset, "SeriesInstanceUID", name)
    number = text(dataset, "SeriesNumber")
    series = content.series.setdefault(
        identifier, FoundSeries(identifier, number, text(dataset, "SeriesDescription"), name)
    )
    if content.wanted is not None and not is_wanted(identifier, number, content.wanted):
        series.count += 1
        return
    try:
        slices = _frames(dataset, path, name) if multi_frame else [ct_slice(dataset, path, name)]
    except InputError as fault:
        series.fault = series.fault or fault
        slices = []
    series.slices += slices
    series.count += max(len(slices), 1)


def _frames(dataset: Dataset, path: Path, name: str) -> list[CTSlice]:
    return [ct_slice(head, path, name, frame) for frame, head in enumerate(frame_heads(dataset, name))]


def _modality(path: Path, file_head: Dataset) -> str:
    """Modality of a file that is skipped anyway, so any fault of it is passed over."""
    if is_deflated(file_head):
        return "unknown"
    try:
        with path.open("rb") as file:
            return _short(text(read_partial(file, lambda tag, vr, length: int(tag) > MODALITY_TAG), "Modality"))
    except Exception:
        return "unknown"


def _short(modality: str) -> str:
    """A modality as DICOM has them; anything else could carry text that is not ours to repeat."""
    known = modality.isalnum() and modality.isascii() and modality.isupper() and len(modality) <= 9
    return modality if known else "unknown"


def _no_ct(content: _Content, found: FoundFiles) -> InputError:
    seen = [f"{count} {kind}" for kind, count in sorted(content.others.items())]
    seen += [f"{content.not_dicom} not DICOM"] * bool(content.not_dicom)
    return InputError(
        f"folder '{found.folder}' holds no CT slices; found: {', '.join(seen)}",
        where=str(found.folder),
        allowed=FOLDER_ALLOWED,
        fix="give the folder of the planning CT (CT Image Storage or Enhanced CT Image Storage)",
    )


def _notes(content: _Content, links: int) -> tuple[str, ...]:
    # what becomes of structure sets is told where they are chosen
    others = sorted((kind, count) for kind, count in content.others.items() if kind != "RTSTRUCT")
    notes = [f"{count} DICOM file(s) beside the CT skipped ({kind})" for kind, count in others]
    left_out = len(content.series) - 1
    notes += [f"{left_out} other CT series in the folder not read"] * bool(left_out)
    notes += [f"{content.not_dicom} file(s) that are not DICOM skipped"] * bool(content.not_dicom)
    notes += [f"{links} link(s) or special file(s) not followed"] * bool(links)
    return tuple(notes)
