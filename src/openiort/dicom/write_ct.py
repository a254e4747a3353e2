"""A CT as DICOM files, one slice each: how the virtual patient reaches the program by the same door as a real one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import FileDataset
from pydicom.uid import UID, CTImageStorage

from openiort.core.errors import InputError
from openiort.core.grid import Grid
from openiort.core.progress import Progress, silent
from openiort.dicom.deidentified import add_owner
from openiort.dicom.rt_file import reference
from openiort.dicom.written_dataset import (
    add_description,
    decimal,
    decimals,
    new_dataset,
    new_uid,
    save,
    with_uids,
)
from openiort.patient.identity import SourceIdentity
from openiort.patient.image import CTImage

INTERCEPT_HU = -1024
STORED_RANGE = np.iinfo(np.int16)


def write_ct(
    image: CTImage,
    identity: SourceIdentity,
    folder: str | Path,
    *,
    description: str,
    derivation: str = "",
    source_uids: Sequence[str] = (),
    deidentify_as: str | None = None,
    progress: Progress = silent,
) -> list[Path]:
    """Write an image as CT Image Storage, files `CT.0001.dcm` and on, Hounsfield units rounded to whole numbers.

    Args:
        image: what to write.
        identity: whom it belongs to; identifiers that are empty are made from the image and the rest.
        folder: made if it is not there; must be empty.
        description: of the series.
        derivation: how the image came about, if it was made from another one.
        source_uids: SOP Instance UIDs of the CT slices that each slice was made from, if they are known.
        deidentify_as: the pseudonym that takes the place of name and number.
        progress: told what is being done.

    Returns:
        The files, by rising position along the slice normal.

    Raises:
        InputError: the folder holds something already or cannot be written.
    """
    target = _empty_folder(Path(folder))
    stored = _stored(image)
    whole = _with_uids(identity, stored, image.grid, description)
    paths = []
    for index in range(image.grid.shape[0]):
        progress("writing the CT", index / image.grid.shape[0])
        dataset = _slice(stored[index], image.grid, index, whole, deidentify_as)
        add_description(dataset, description)
        if derivation:
            dataset.DerivationDescription = derivation
        if source_uids:
            dataset.SourceImageSequence = [reference(CTImageStorage, source_uids[index])]
        path = target / f"CT.{index + 1:04d}.dcm"
        save(dataset, path)
        paths.append(path)
    return paths


def _empty_folder(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        occupied = any(folder.iterdir())
    except OSError as error:
        raise InputError(
            f"cannot write: {error.strerror or error}",
            where=str(folder),
            allowed="a folder that you may write",
            fix="choose another output folder",
        ) from error
    if occupied:
        raise InputError(
            "folder for the CT is not empty",
            where=str(folder),
            allowed="an empty folder: slices of two scans must not mix",
            fix="empty it or choose another one",
        )
    return folder


def _stored(image: CTImage) -> NDArray[np.int16]:
    stored = np.rint(image.hounsfield) - INTERCEPT_HU
    if not np.isfinite(stored).all() or stored.min() < STORED_RANGE.min or stored.max() > STORED_RANGE.max:
        raise ValueError("Hounsfield units do not fit into 16 bits")
    return stored.astype("<i2")


def written_identifiers(
    image: CTImage, identity: SourceIdentity, description: str
) -> tuple[SourceIdentity, tuple[str, ...]]:
    """Identity and SOP Instance UIDs of the slices as `write_ct` writes them, for files that refer to that CT."""
    stored = _stored(image)
    whole = _with_uids(identity, stored, image.grid, description)
    return whole, tuple(_instance_uid(whole, index, one) for index, one in enumerate(stored))


def _with_uids(identity: SourceIdentity, stored: NDArray[np.int16], grid: Grid, description: str) -> SourceIdentity:
    return with_uids(identity, stored.tobytes(), repr(identity), repr(grid), description)


def _instance_uid(identity: SourceIdentity, index: int, stored: NDArray[np.int16]) -> UID:
    return new_uid(identity.series_instance_uid, str(index), stored.tobytes())


def _slice(stored: NDArray[np.int16], grid: Grid, index: int, identity: SourceIdentity,
           deidentify_as: str | None) -> FileDataset:
    dataset = new_dataset(CTImageStorage, _instance_uid(identity, index, stored), "CT")
    add_owner(dataset, identity, deidentify_as)
    dataset.SeriesInstanceUID = identity.series_instance_uid
    dataset.SeriesNumber = 1
    dataset.Laterality = ""  # required where the body part may be a paired one; empty is allowed
    dataset.AcquisitionNumber = 1
    dataset.InstanceNumber = index + 1
    # no scanner made it: derived, and not a patient's examination
    dataset.ImageType = ["DERIVED", "SECONDARY", "AXIAL"]
    dataset.KVP = None
    dataset.PatientPosition = patient_position(grid)
    _add_plane(dataset, grid, index)
    _add_pixels(dataset, stored)
    return dataset


def patient_position(grid: Grid) -> str:
    """How she would have lain in a scanner that stores its slices along these axes; empty for any other plane.

    A scanner's columns run down and its slices into the gantry; what of her is down and what comes first names the
    position (PS3.3, C.7.3.1.1.2).
    """
    down, into = grid.direction[:, 1], grid.direction[:, 2]
    if not (np.isclose(np.abs(into[2]), 1.0) and np.isclose(np.abs(down[:2]).max(), 1.0)):
        return ""
    first = "HF" if into[2] > 0 else "FF"
    sides = {(0, 1): "S", (0, -1): "P", (1, 0): "DL", (-1, 0): "DR"}
    return first + sides[round(float(down[0])), round(float(down[1]))]


def _add_plane(dataset: FileDataset, grid: Grid, index: int) -> None:
    dataset.ImagePositionPatient = decimals(grid.to_points_mm(np.array([index, 0, 0])))
    dataset.ImageOrientationPatient = decimals(grid.direction[:, :2].T.ravel())
    # PixelSpacing is between rows first (PS3.3, 10.7.1.3)
    dataset.PixelSpacing = decimals((grid.spacing_mm[1], grid.spacing_mm[0]))
    dataset.SliceThickness = decimal(grid.spacing_mm[2])


def _add_pixels(dataset: FileDataset, stored: NDArray[np.int16]) -> None:
    dataset.SamplesPerPixel = 1
    dataset.PhotometricInterpretation = "MONOCHROME2"
    dataset.Rows, dataset.Columns = stored.shape
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit = 16, 16, 15
    dataset.PixelRepresentation = 1
    dataset.RescaleIntercept, dataset.RescaleSlope, dataset.RescaleType = INTERCEPT_HU, 1, "HU"
    dataset.PixelData = stored.tobytes()
