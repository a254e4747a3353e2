"""A folder of DICOM files in, one CT in Hounsfield units in patient coordinates out."""

from __future__ import annotations

import hashlib
import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydicom.uid import UID

from openiort.core.axis_order import AxisOrder, axis_order
from openiort.core.progress import Progress, silent
from openiort.dicom.ct_slice import CTSlice
from openiort.dicom.decoder import Decoder
from openiort.dicom.find_files import find_files
from openiort.dicom.find_slices import find_slices
from openiort.dicom.hounsfield import read_pixels
from openiort.dicom.stack import stack
from openiort.patient.identity import SourceIdentity
from openiort.patient.image import CTImage

TURNED = "the slices were not stored along the patient's axes left, back, head: the CT was turned into them"


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


def read_ct(folder: str | Path, progress: Progress = silent, *, series: str | None = None) -> CTScan:
    """Read one CT series in a folder, at any depth.

    Slices are put in order by position along their normal, never by name or number; then the array is turned, by right
    angles only, so that its axes lie along the patient's as nearly as they can. However she lay in the scanner and
    whatever plane the slices show, the same anatomy gives the same array.

    Args:
        folder: where to look.
        progress: told what is being done.
        series: SeriesInstanceUID or SeriesNumber; needed where the folder holds several.

    Raises:
        InputError: anything that makes the series unusable; the error names the file.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pydicom's remarks on values that are checked here anyway
        return _read(Path(folder), progress, series)


def _read(folder: Path, progress: Progress, series: str | None) -> CTScan:
    slices, notes = find_slices(find_files(folder), progress, series=series)
    ordered, stored = stack(slices)
    order = axis_order(stored.direction)
    grid = order.grid(stored)
    values_HU = np.empty(grid.shape, np.float32)
    input_sha256, pixel_notes = _fill(order.as_stored(values_HU), ordered, progress)
    turned = () if order.is_as_stored else (TURNED,)
    image = CTImage(values_HU, grid, *_references(ordered, order))
    return CTScan(image, ordered[0].identity, input_sha256, (*notes, *pixel_notes, *turned))


def _references(ordered: list[CTSlice], order: AxisOrder) -> tuple[tuple[str, ...], tuple[int, ...], str]:
    """Identifiers of the slices' files, frames in them, and their class.

    None at all where an identifier is missing, is none, or names two files, or where files are of several classes.
    """
    uids = tuple(one.sop_instance_uid for one in ordered)
    files = {(one.sop_instance_uid, one.path) for one in ordered}
    classes = {one.sop_class_uid for one in ordered}
    if len(set(uids)) != len(files) or len(classes) > 1 or not all(UID(uid).is_valid for uid in uids):
        return (), (), ""
    frames = tuple(one.frame + 1 for one in ordered if one.frame is not None)
    return order.along_z(uids), order.along_z(frames), classes.pop()


def _fill(values_HU: NDArray[np.float32], ordered: list[CTSlice], progress: Progress) -> tuple[str, tuple[str, ...]]:
    """Put every slice into its place; the hash over the files, and what was noticed."""
    files: dict[Path, list[int]] = {}
    for number, one in enumerate(ordered):
        files.setdefault(one.path, []).append(number)
    hashes: set[tuple[Path, bytes]] = set()
    notes: set[str] = set()
    done = 0
    with Decoder() as decoder:
        for path, numbers in files.items():
            for number, pixels in zip(numbers, read_pixels([ordered[n] for n in numbers], decoder), strict=True):
                progress("reading the CT", done / len(ordered), f"slice {done + 1} of {len(ordered)}")
                values_HU[number] = pixels.values_HU
                hashes.add((path, pixels.file_sha256))
                notes |= pixels.notes
                done += 1
    whole = hashlib.sha256(b"".join(sorted(sha256 for _, sha256 in hashes)))
    return whole.hexdigest(), tuple(sorted(notes))
