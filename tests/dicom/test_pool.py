"""Whatever DICOM file comes, alone, among all others or made out to be CT: a scan or one clear error, and soon."""

from __future__ import annotations

import resource
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
from pydicom.uid import CTImageStorage

from openiort.core.errors import InputError
from openiort.dicom.read_ct import TURNED, CTScan, read_ct
from openiort.dicom.read_patient import read_patient
from tests.dicom.pool import NOT_INSTALLED, has_pydicom_data, pool

POOL = pool()
LONGEST_s, MORE_MEMORY_kB = 30.0, 2 * 2**20
# What a CT slice has and these files may lack.
PLANE = {
    "PixelSpacing": ["1", "1"], "ImageOrientationPatient": ["1", "0", "0", "0", "1", "0"], "RescaleSlope": "1",
    "RescaleIntercept": "-1024", "FrameOfReferenceUID": "1.2.3", "StudyInstanceUID": "1.2.4",
    "SeriesInstanceUID": "1.2.5",
}  # fmt: skip


@pytest.fixture(autouse=True)
def bounded() -> Iterator[None]:
    """Neither much time nor much memory, whatever the file says of itself."""
    begin, before_kB = time.monotonic(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    yield
    assert time.monotonic() - begin < LONGEST_s
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before_kB < MORE_MEMORY_kB


def scan_or_error(folder: Path) -> CTScan | InputError:
    """Anything else than these two ends the test."""
    try:
        return read_ct(folder)
    except InputError as error:
        assert error.what and error.where and error.allowed and error.fix
        return error


def test_pool_is_there() -> None:
    assert len(POOL) > 100


def test_pydicom_data_is_in_the_pool() -> None:
    if not has_pydicom_data():
        pytest.skip(NOT_INSTALLED)
    assert "eCT_Supplemental.dcm" in {path.name for path in POOL}


@pytest.mark.parametrize("path", POOL, ids=lambda path: path.name)
def test_file_alone(tmp_path: Path, path: Path) -> None:
    shutil.copy(path, tmp_path)
    try:
        read_patient(tmp_path)
    except InputError as error:
        assert error.what and error.where and error.allowed and error.fix


def test_all_in_one_folder(tmp_path: Path) -> None:
    for number, path in enumerate(POOL):
        (tmp_path / str(number)).mkdir()
        shutil.copy(path, tmp_path / str(number))
    assert isinstance(scan_or_error(tmp_path), InputError)


def as_ct(path: Path, folder: Path) -> bool:
    """Three CT slices that lie above each other, with the pixels of any file; whether it has any."""
    try:
        dataset = pydicom.dcmread(path)
        if "PixelData" not in dataset:
            return False
        for number in range(3):
            _make_out(dataset, number)
            dataset.save_as(folder / f"{number}.dcm")
    except Exception:  # not even pydicom can read or write it
        return False
    return True


def _make_out(dataset: Any, number: int) -> None:
    dataset.SOPClassUID = dataset.file_meta.MediaStorageSOPClassUID = CTImageStorage
    dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = f"1.2.6.{number}"
    dataset.ImagePositionPatient = ["0", "0", str(5 * number)]
    for keyword, value in PLANE.items():
        if not dataset.get(keyword):
            setattr(dataset, keyword, value)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("path", POOL, ids=lambda path: path.name)
def test_file_made_out_to_be_ct(tmp_path: Path, path: Path) -> None:
    """The values of those that can be read are compared with pydicom's own, times slope plus intercept."""
    if not as_ct(path, tmp_path):
        return
    found = scan_or_error(tmp_path)
    if isinstance(found, CTScan):
        dataset = pydicom.dcmread(path)
        slope, intercept = dataset.get("RescaleSlope") or 1, dataset.get("RescaleIntercept") or -1024
        expected = dataset.pixel_array.astype(float) * float(slope) + float(intercept)
        if TURNED not in found.notes and found.image.grid.shape[1:] == expected.shape:
            kept = (found.image.hounsfield[1] != -1000) & (expected > -1999)
            np.testing.assert_allclose(found.image.hounsfield[1][kept], expected[kept], rtol=1e-6)
            assert kept.any()


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", ["693_J2KR.dcm", "693_J2KI.dcm", "693_UNCI.dcm"])
def test_one_image_in_several_syntaxes(tmp_path: Path, name: str) -> None:
    """693_UNCR holds the pixels of the lossless 693_J2KR, 693_UNCI those of 693_J2KI, which is lossy."""
    if not has_pydicom_data():
        pytest.skip(NOT_INSTALLED)
    other = {"693_J2KR.dcm": "693_UNCR.dcm"}.get(name, "693_UNCI.dcm")
    scans = []
    for number, each in enumerate((name, other)):
        (tmp_path / str(number)).mkdir()
        assert as_ct(Path(pydicom.data.get_testdata_file(each)), tmp_path / str(number))  # type: ignore[arg-type]
        scan = scan_or_error(tmp_path / str(number))
        assert isinstance(scan, CTScan)
        scans.append(scan.image.hounsfield)
    np.testing.assert_array_equal(scans[0], scans[1])
