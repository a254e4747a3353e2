"""The CT slices among the files of a folder, as heads: the rest is left out with a note."""

from __future__ import annotations

import warnings
from collections import Counter

import pydicom
from pydicom.dataset import Dataset
from pydicom.errors import InvalidDicomError

from openiort.core.errors import InputError
from openiort.core.progress import Progress, silent
from openiort.dicom.ct_slice import CTSlice, ct_slice, is_localizer
from openiort.dicom.find_files import FOLDER_ALLOWED, FoundFiles
from openiort.dicom.one_series import one_series
from openiort.dicom.tag_values import text

CT_IMAGE_STORAGE = "1.2.840.10008.5.1.4.1.1.2"


def find_slices(found: FoundFiles, progress: Progress = silent) -> tuple[list[CTSlice], tuple[str, ...]]:
    """Heads of the slices of the one CT series, and notes on what was skipped, free of names and paths.

    Raises:
        InputError: a damaged file, no CT slice, several series or patients, a slice without what the stack needs.
    """
    slices: list[CTSlice] = []
    others: Counter[str] = Counter()
    not_dicom = 0
    for number, path in enumerate(found.files):
        progress("looking through the folder", number / len(found.files), f"file {number + 1} of {len(found.files)}")
        name = found.name(path)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                dataset = pydicom.dcmread(path, stop_before_pixels=True)
            except InvalidDicomError:
                not_dicom += 1
                continue
            except Exception as error:  # pydicom raises almost anything on a malformed file
                raise damaged(name, f"{type(error).__name__} while reading its head") from error
            if not len(dataset):
                raise damaged(name, "it ends after the DICOM preamble")
            if text(dataset, "SOPClassUID") != CT_IMAGE_STORAGE:
                others[_kind(dataset)] += 1
            elif is_localizer(dataset):
                others["localizer"] += 1
            else:
                slices.append(ct_slice(dataset, path, name))
    if not slices:
        raise _no_ct(found, others, not_dicom)
    return one_series(slices), _notes(others, not_dicom, found.skipped)


def damaged(name: str, why: str) -> InputError:
    """The error for a file that is cut off or broken."""
    return InputError(
        f"file '{name}' is damaged or cut off: {why}",
        where=name,
        allowed="whole DICOM files",
        fix="copy or export this file again",
    )


def _kind(dataset: Dataset) -> str:
    """Modality as a short word; anything else could carry text that is not ours to repeat."""
    modality = text(dataset, "Modality")
    return modality if modality.isalnum() and len(modality) <= 16 else "unknown"


def _no_ct(found: FoundFiles, others: Counter[str], not_dicom: int) -> InputError:
    seen = [f"{count} {kind}" for kind, count in sorted(others.items())]
    seen += [f"{not_dicom} not DICOM"] * bool(not_dicom)
    return InputError(
        f"folder '{found.folder}' holds no CT slices: {', '.join(seen)}",
        where=str(found.folder),
        allowed=FOLDER_ALLOWED,
        fix="give the folder of the planning CT (CT Image Storage)",
    )


def _notes(others: Counter[str], not_dicom: int, links: int) -> tuple[str, ...]:
    notes = [f"{count} DICOM file(s) beside the CT skipped ({kind})" for kind, count in sorted(others.items())]
    notes += [f"{not_dicom} file(s) that are not DICOM skipped"] * bool(not_dicom)
    notes += [f"{links} link(s) or special file(s) not followed"] * bool(links)
    return tuple(notes)
