"""A folder of DICOM files in, one CT in Hounsfield units in patient coordinates out."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydicom.uid import UID

from openiort.core.progress import Progress, silent
from openiort.dicom.ct_slice import CTSlice
from openiort.dicom.find_files import find_files
from openiort.dicom.find_slices import find_slices
from openiort.dicom.hounsfield import read_pixels
from openiort.dicom.stack import stack
from openiort.patient.identity import SourceIdentity
from openiort.patient.image import CTImage


@dataclass(frozen=True, slots=True)
class CTScan:
    """One CT series as read.

    Attributes:
        image: Hounsfield units on their grid.
        identity: whom it belongs to.
        input_sha256: hash over the slices' files, whatever their names and order.
        notes: what was skipped or noticed, free of names and paths.
    """

    image: CTImage
    identity: SourceIdentity
    input_sha256: str
    notes: tuple[str, ...]


def read_ct(folder: str | Path, progress: Progress = silent) -> CTScan:
    """Read the one CT series in a folder, at any depth.

    Slices are put in order by position along their normal, never by name or number.

    Raises:
        InputError: anything that makes the series unusable; the error names the file.
    """
    slices, notes = find_slices(find_files(folder), progress)
    ordered, grid = stack(slices)
    values_HU, input_sha256, pixel_notes = _read_all(ordered, progress)
    image = CTImage(values_HU, grid, _slice_uids(ordered))
    return CTScan(image, ordered[0].identity, input_sha256, notes + pixel_notes)


def _slice_uids(ordered: list[CTSlice]) -> tuple[str, ...]:
    """Identifiers of the slices; none at all where one is missing, no identifier, or there twice."""
    uids = tuple(one.sop_instance_uid for one in ordered)
    usable = len(set(uids)) == len(uids) and all(UID(uid).is_valid for uid in uids)
    return uids if usable else ()


def _read_all(ordered: list[CTSlice], progress: Progress) -> tuple[NDArray[np.float32], str, tuple[str, ...]]:
    values_HU = np.empty((len(ordered), ordered[0].rows, ordered[0].columns), np.float32)
    hashes: list[bytes] = []
    notes: set[str] = set()
    for number, one in enumerate(ordered):
        progress("reading the CT", number / len(ordered), f"slice {number + 1} of {len(ordered)}")
        pixels = read_pixels(one)
        values_HU[number] = pixels.values_HU
        hashes.append(pixels.file_sha256)
        notes |= pixels.notes
    return values_HU, hashlib.sha256(b"".join(sorted(hashes))).hexdigest(), tuple(sorted(notes))
