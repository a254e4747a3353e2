"""Several CT series in one folder: listed when none is chosen, read when one is."""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from openiort.core.errors import InputError
from openiort.dicom.read_ct import read_ct
from openiort.dicom.read_patient import read_patient
from openiort.dicom.write_ct import write_ct
from openiort.patient.image import CTImage
from tests.dicom.small_ct import IDENTITY, set_tags, small_ct, small_image
from tests.dicom.test_read_patient import cylinder

SOFT, LUNG = "1.2.3.4.1", "1.2.3.4.9"  # SeriesInstanceUID; the first is that of small_ct
LUNG_HASHED = f"sha256:{hashlib.sha256(LUNG.encode()).hexdigest()[:16]}"  # as a plan records it


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Series 1 and series 7, the second 100 HU denser."""
    small_ct(tmp_path / "a")
    image = CTImage(small_image().hounsfield + 100, small_image().grid)
    paths = write_ct(image, replace(IDENTITY, series_instance_uid=LUNG), tmp_path / "b", description="lung kernel")
    for path in paths:
        set_tags(path, SeriesNumber=7)
    return tmp_path


def error_of(folder: Path, series: str | None = None) -> InputError:
    with pytest.raises(InputError) as caught:
        read_ct(folder, series=series)
    error = caught.value
    assert error.what and error.where and error.allowed and error.fix
    return error


def set_all(folder: Path, **tags: Any) -> None:
    for path in folder.iterdir():
        set_tags(path, **tags)


def test_they_are_listed_and_the_error_says_how_to_choose(folder: Path) -> None:
    set_all(folder / "b", SeriesDescription="lung kernel")
    (folder / "b" / "CT.0005.dcm").unlink()
    error = error_of(folder)
    assert error.what.splitlines() == [
        "2 CT series in one folder:",
        "    --series 1: 5 slices, 'small', first file a/CT.0001.dcm",
        "    --series 7: 4 slices, 'lung kernel', first file b/CT.0001.dcm",
    ]
    assert "--series 1" in error.fix
    assert 'series="1"' in error.fix


@pytest.mark.parametrize("wanted", ["7", "007", " 7 ", LUNG, LUNG_HASHED])
def test_one_is_read_by_number_or_identifier(folder: Path, wanted: str) -> None:
    scan = read_ct(folder, series=wanted)
    np.testing.assert_array_equal(scan.image.hounsfield, small_image().hounsfield + 100)
    assert scan.identity.series_instance_uid == LUNG
    assert "1 other CT series in the folder not read" in scan.notes


def test_the_only_one_may_be_named(tmp_path: Path) -> None:
    small_ct(tmp_path / "ct")
    assert read_ct(tmp_path / "ct", series="1").notes == ()


def test_plan_records_the_choice_but_no_identifier(tmp_path: Path) -> None:
    for name, uid in (("a", SOFT), ("b", LUNG)):
        write_ct(cylinder(), replace(IDENTITY, series_instance_uid=uid), tmp_path / name, description=name)
    patient = read_patient(tmp_path, series=LUNG)
    assert LUNG not in str(patient.options)
    again = read_patient(tmp_path, series=str(patient.options["series"]))
    assert again.input_sha256 == patient.input_sha256
    assert again.options == patient.options


@pytest.mark.parametrize("wanted", ["8", "1.2.3", "", "lung kernel"])
def test_one_that_is_not_there(folder: Path, wanted: str) -> None:
    error = error_of(folder, wanted)
    assert f"no CT series is '{wanted}'" in error.what
    assert "--series 7: 5 slices" in error.what
    assert "--series" in error.where


def test_number_that_two_series_have(folder: Path) -> None:
    set_all(folder / "b", SeriesNumber=1)
    assert f"--series {LUNG}: 5 slices" in error_of(folder).what
    assert "2 CT series have the number '1'" in error_of(folder, "1").what
    assert read_ct(folder, series=SOFT).identity.series_instance_uid == SOFT


def test_series_without_a_number(folder: Path) -> None:
    set_all(folder / "b", SeriesNumber=None)
    assert f"--series {LUNG}: 5 slices" in error_of(folder).what
    assert read_ct(folder, series=LUNG).identity.series_instance_uid == LUNG


def test_what_is_wrong_with_another_series_does_not_matter(folder: Path) -> None:
    """A page of doses kept as a CT image, without a place in the patient; slices of another patient."""
    shutil.copy(folder / "a" / "CT.0001.dcm", folder / "page.dcm")
    set_tags(folder / "page.dcm", SeriesInstanceUID="1.2.3.4.99", SeriesNumber=999, ImagePositionPatient=None,
             SeriesDescription="dose report", ImageType=["DERIVED", "SECONDARY", "OTHER"])  # fmt: skip
    set_all(folder / "b", PatientID="0815", PatientName="Other^Woman")
    assert read_ct(folder, series="1").identity == IDENTITY
    set_all(folder / "b", PatientID=IDENTITY.patient_id, PatientName=IDENTITY.patient_name)
    assert "--series 999: 1 slice, 'dose report', first file page.dcm, not usable" in error_of(folder).what
    assert "ImagePositionPatient is missing" in error_of(folder, "999").what


def test_localizers_of_other_series_need_no_choice(tmp_path: Path) -> None:
    small_ct(tmp_path / "a")
    for path in small_ct(tmp_path / "scout", replace(IDENTITY, series_instance_uid="1.2.3.4.8"))[2:]:
        path.unlink()
    set_all(tmp_path / "scout", ImageType=["ORIGINAL", "PRIMARY", "LOCALIZER"], SeriesNumber=2)
    scan = read_ct(tmp_path)
    assert scan.notes == ("2 DICOM file(s) beside the CT skipped (localizer)",)
    assert "no CT series is '2'" in error_of(tmp_path, "2").what


def test_derived_planes_are_a_series_of_their_own(tmp_path: Path) -> None:
    """A sagittal reformat beside the axial slices: either can be read, and both lie at the same place."""
    small_ct(tmp_path / "axial")
    values = small_image().hounsfield.transpose(2, 0, 1)[:, ::-1]  # slices along x, rows towards the feet
    grid = small_image().grid
    x, y, z = map(float, grid.to_points_mm(np.array([grid.shape[0] - 1, 0, 0])))
    sx, sy, sz = grid.spacing_mm
    nz, ny, nx = grid.shape
    # rows run to her back, columns to her feet, slices to her right: so the first slice is the leftmost
    direction = np.array([[0.0, 0.0, -1.0], [1.0, 0.0, 0.0], [0.0, -1.0, 0.0]])
    image = CTImage(values[::-1], type(grid)((x + (nx - 1) * sx, y, z), (sy, sz, sx), (nx, nz, ny), direction))
    paths = write_ct(image, replace(IDENTITY, series_instance_uid=LUNG), tmp_path / "sagittal", description="mpr")
    for path in paths:
        set_tags(path, SeriesNumber=3, ImageType=["DERIVED", "SECONDARY", "REFORMATTED"])
    for wanted in ("1", "3"):
        scan = read_ct(tmp_path, series=wanted)
        np.testing.assert_array_equal(scan.image.hounsfield, small_image().hounsfield)
        np.testing.assert_allclose(scan.image.grid.corners_mm(), grid.corners_mm(), atol=1e-9)
