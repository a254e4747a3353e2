"""Written CT slices conform to the standard and are the same for the same input."""

from __future__ import annotations

import errno
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
from pydicom.dataset import FileDataset

from openiort.core.errors import InputError
from openiort.core.grid import Grid
from openiort.dicom.read_ct import read_ct
from openiort.dicom.write_ct import write_ct
from openiort.patient.identity import SourceIdentity
from openiort.patient.image import CTImage
from tests.dicom.small_ct import IDENTITY, small_ct, small_image
from tests.required_tools import require_tool

# What PS3.3 requires in table A.3-1 (CT Image): type 1 must have a value, type 2 must be there.
TYPE_1 = [
    "SOPClassUID", "SOPInstanceUID", "StudyInstanceUID", "SeriesInstanceUID", "FrameOfReferenceUID", "Modality",
    "ImageType", "PixelSpacing", "ImageOrientationPatient", "ImagePositionPatient", "SamplesPerPixel",
    "PhotometricInterpretation", "Rows", "Columns", "BitsAllocated", "BitsStored", "HighBit",
    "PixelRepresentation", "RescaleIntercept", "RescaleSlope", "PixelData",
]
TYPE_2 = [
    "PatientName", "PatientID", "PatientBirthDate", "PatientSex", "StudyDate", "StudyTime",
    "ReferringPhysicianName", "StudyID", "AccessionNumber", "SeriesNumber", "PositionReferenceIndicator",
    "Manufacturer", "InstanceNumber", "SliceThickness", "KVP", "AcquisitionNumber", "PatientPosition",
]


def test_required_attributes(tmp_path: Path) -> None:
    tags = pydicom.dcmread(small_ct(tmp_path)[0])
    assert [keyword for keyword in TYPE_1 if tags.get(keyword) in (None, "")] == []
    assert [keyword for keyword in TYPE_2 if keyword not in tags] == []
    assert tags.file_meta.TransferSyntaxUID.name == "Explicit VR Little Endian"
    assert (tags.RescaleSlope, tags.RescaleIntercept, tags.BitsAllocated, tags.PixelRepresentation) == (1, -1024, 16, 1)


def test_names_and_order(tmp_path: Path) -> None:
    paths = small_ct(tmp_path)
    assert [path.name for path in paths] == [f"CT.{number:04d}.dcm" for number in range(1, 6)]
    heights = [float(pydicom.dcmread(path).ImagePositionPatient[2]) for path in paths]
    assert heights == [-130.0, -127.0, -124.0, -121.0, -118.0]  # origin and spacing of small_ct


def test_equal_input_gives_equal_files(tmp_path: Path) -> None:
    anonymous = SourceIdentity(patient_id="V1")
    first = write_ct(small_image(), anonymous, tmp_path / "a", description="x")
    second = write_ct(small_image(), anonymous, tmp_path / "b", description="x")
    other = write_ct(small_image(), replace(anonymous, patient_id="V2"), tmp_path / "c", description="x")
    assert [p.read_bytes() for p in first] == [p.read_bytes() for p in second]
    assert pydicom.dcmread(first[0]).StudyInstanceUID != pydicom.dcmread(other[0]).StudyInstanceUID
    uids = {pydicom.dcmread(path).SOPInstanceUID for path in (*first, *other)}
    assert len(uids) == 10  # 2 x 5 slices


def test_long_and_awkward_values_still_make_a_legal_file(tmp_path: Path) -> None:
    grid = Grid((-123.456789012345, 1 / 3, -1e-9), (1 / 3, 2 / 3, 1.1), (3, 2, 2))
    image = CTImage(np.zeros((3, 2, 2), np.float32), grid)
    awkward = SourceIdentity(
        patient_name="A" * 100 + "\n\\", patient_id="7" * 90, birth_date="about 1950", sex="?", study_id="S" * 40
    )
    tags = pydicom.dcmread(write_ct(image, awkward, tmp_path, description="d" * 200)[0])
    texts = [str(value) for k in ("ImagePositionPatient", "PixelSpacing") for value in tags[k].value]
    assert max(map(len, texts)) <= 16  # decimal string, PS3.5, 6.2
    assert (len(tags.PatientID), len(tags.StudyID), len(tags.SeriesDescription)) == (64, 16, 64)  # LO, SH, LO
    assert (tags.PatientBirthDate, tags.PatientSex) == ("", "")
    assert read_ct(tmp_path).image.grid.spacing_mm == pytest.approx(grid.spacing_mm)


def test_folder_that_holds_something(tmp_path: Path) -> None:
    small_ct(tmp_path)
    with pytest.raises(InputError, match="not empty"):
        small_ct(tmp_path)


def test_numbers_that_do_not_fit(tmp_path: Path) -> None:
    image = CTImage(np.full((3, 2, 2), 40_000, np.float32), Grid((0, 0, 0), (1, 1, 1), (3, 2, 2)))
    with pytest.raises(ValueError, match="16 bits"):
        write_ct(image, IDENTITY, tmp_path, description="x")


def test_full_disk_leaves_no_half_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(dataset: Any, path: Path, **options: Any) -> None:
        Path(path).write_bytes(b"half")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(FileDataset, "save_as", full)
    with pytest.raises(InputError, match="No space left"):
        small_ct(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_dciodvfy_finds_no_error(tmp_path: Path) -> None:
    path = small_ct(tmp_path)[0]
    report = subprocess.run([require_tool("dciodvfy"), str(path)], capture_output=True, text=True).stderr
    assert "CTImage" in report
    assert [line for line in report.splitlines() if line.startswith("Error")] == []
