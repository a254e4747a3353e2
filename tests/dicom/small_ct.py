"""A CT of a few voxels, written as DICOM, and ways to damage it."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
from numpy.typing import NDArray

from openiort.core.grid import Grid
from openiort.dicom.write_ct import write_ct
from openiort.patient.identity import SourceIdentity
from openiort.patient.image import CTImage

SHAPE = (5, 6, 8)
SPACING_mm = (1.25, 1.5, 3.0)
ORIGIN_mm = (-10.5, 22.25, -130.0)
IDENTITY = SourceIdentity(
    patient_name="Test^Anna=安娜",
    patient_id="4711",
    birth_date="19600229",
    sex="F",
    study_instance_uid="1.2.3.4",
    series_instance_uid="1.2.3.4.1",
    frame_of_reference_uid="1.2.3.4.2",
    study_date="20260102",
    study_time="101500",
    study_id="S1",
    accession_number="A1",
    referring_physician="Doc^Tor",
)


def small_image(direction: NDArray[np.float64] | None = None) -> CTImage:
    """Each voxel has a value of its own, from -1000 to 1000 HU, so that any mix-up of axes shows."""
    count = int(np.prod(SHAPE))
    values_HU = np.rint(np.linspace(-1000, 1000, count)).reshape(SHAPE).astype(np.float32)
    return CTImage(values_HU, Grid(ORIGIN_mm, SPACING_mm, SHAPE, np.eye(3) if direction is None else direction))


def small_ct(folder: Path, identity: SourceIdentity = IDENTITY) -> list[Path]:
    return write_ct(small_image(), identity, folder, description="small")


def change(path: Path, edit: Callable[[Any], None]) -> None:
    """Edit the tags of a written slice, without pydicom's objections to nonsense."""
    with warnings.catch_warnings(), pydicom.config.disable_value_validation():
        warnings.simplefilter("ignore")
        dataset = pydicom.dcmread(path)
        edit(dataset)
        dataset.save_as(path, enforce_file_format=False)


def set_tags(path: Path, **tags: Any) -> None:
    """Give tags other values; None deletes."""

    def edit(dataset: Any) -> None:
        for keyword, value in tags.items():
            if value is None:
                delattr(dataset, keyword)
            else:
                setattr(dataset, keyword, value)

    change(path, edit)
