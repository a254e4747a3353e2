"""Each fault of a folder gives one clear error that names the place; what is harmless is skipped with a note."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
from pydicom.uid import RTDoseStorage

from openiort.core.errors import InputError
from openiort.dicom.read_ct import read_ct
from tests.dicom.small_ct import IDENTITY, change, set_tags, small_ct


def error_of(folder: Path) -> InputError:
    with pytest.raises(InputError) as caught:
        read_ct(folder)
    error = caught.value
    assert error.what and error.where and error.allowed and error.fix
    assert IDENTITY.patient_id not in str(error)
    assert "Anna" not in str(error)
    return error


@pytest.fixture
def paths(tmp_path: Path) -> list[Path]:
    return small_ct(tmp_path / "ct")


@pytest.fixture
def folder(paths: list[Path]) -> Path:
    return paths[0].parent


def shift(path: Path, x: float = 0.0, y: float = 0.0, z: float = 0.0) -> None:
    position = np.add(np.array(pydicom.dcmread(path).ImagePositionPatient, float), (x, y, z))
    set_tags(path, ImagePositionPatient=[f"{value:.6g}" for value in position])


# --- the folder


def test_folder_that_is_not_there(tmp_path: Path) -> None:
    assert "does not exist" in error_of(tmp_path / "nowhere").what


def test_file_instead_of_a_folder(paths: list[Path]) -> None:
    assert "is a file" in error_of(paths[0]).what


def test_empty_folder(tmp_path: Path) -> None:
    assert "is empty" in error_of(tmp_path).what


def test_name_that_no_system_has() -> None:
    assert "does not exist" in error_of(Path("x" * 5000)).what


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_folder_that_may_not_be_read(folder: Path) -> None:
    folder.chmod(0)
    try:
        assert "cannot be read" in error_of(folder).what
    finally:
        folder.chmod(0o700)


def test_file_that_may_not_be_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path, *arguments: Any, **options: Any) -> Any:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "open", refuse)
    assert "Permission denied" in error_of(folder).what


def test_links_are_not_followed(folder: Path, tmp_path: Path) -> None:
    """An upload must not make the program read files of the machine that it lies on."""
    elsewhere = small_ct(tmp_path / "elsewhere", replace(IDENTITY, patient_id="other", series_instance_uid="1.9"))
    (folder / "file").symlink_to(elsewhere[0])
    (folder / "folder").symlink_to(elsewhere[0].parent)
    (folder / "circle").symlink_to(folder)
    os.mkfifo(folder / "pipe")
    assert read_ct(folder).notes == ("4 link(s) or special file(s) not followed",)


def test_text_and_other_dicom_are_skipped_with_a_note(folder: Path, paths: list[Path]) -> None:
    (folder / "Anna Test 4711.txt").write_text("hello")
    (folder / "empty").write_bytes(b"")
    copy = folder / "dose.dcm"
    shutil.copy(paths[0], copy)
    change(copy, lambda d: (setattr(d, "SOPClassUID", RTDoseStorage), setattr(d, "Modality", "RTDOSE"),
                            setattr(d.file_meta, "MediaStorageSOPClassUID", RTDoseStorage)))
    assert read_ct(folder).notes == (
        "1 DICOM file(s) beside the CT skipped (RTDOSE)",
        "2 file(s) that are not DICOM skipped",
    )


def test_localizer_is_skipped(folder: Path, paths: list[Path]) -> None:
    shutil.copy(paths[0], folder / "scout.dcm")
    set_tags(folder / "scout.dcm", ImageType=["ORIGINAL", "PRIMARY", "LOCALIZER"], ImagePositionPatient=None)
    scan = read_ct(folder)
    assert scan.image.grid.shape[0] == 5
    assert scan.notes == ("1 DICOM file(s) beside the CT skipped (localizer)",)


def test_folder_without_ct_says_what_there_is(tmp_path: Path, shared_data: Path) -> None:
    for name in ("rtdose.dcm", "rtplan.dcm", "rtss.dcm"):
        shutil.copy(shared_data / "breast_boost" / name, tmp_path / name)
    assert "1 RTDOSE, 1 RTPLAN, 1 RTSTRUCT" in error_of(tmp_path).what


# --- what belongs together


@pytest.mark.parametrize("other", [{"patient_id": "0815"}, {"patient_name": "Test^Berta"}, {"birth_date": "19700101"}])
def test_mixed_patients(tmp_path: Path, other: dict[str, str]) -> None:
    small_ct(tmp_path / "a")
    for path in small_ct(tmp_path / "b", replace(IDENTITY, **other))[1:]:
        path.unlink()
    error = error_of(tmp_path)
    assert "several patients" in error.what
    assert "CT.0001.dcm" in error.where


@pytest.mark.parametrize("keyword", ["StudyInstanceUID", "FrameOfReferenceUID"])
def test_one_slice_of_another_frame_or_study(folder: Path, paths: list[Path], keyword: str) -> None:
    set_tags(paths[2], **{keyword: "1.2.99"})
    error = error_of(folder)
    assert keyword in error.what
    assert "CT.0003.dcm" in error.where


@pytest.mark.parametrize("kept", [1, 2])
def test_too_few_slices(folder: Path, paths: list[Path], kept: int) -> None:
    for path in paths[kept:]:
        path.unlink()
    assert f"has {kept} slice" in error_of(folder).what


# --- the stack


def test_missing_slice_is_named_by_its_position(folder: Path, paths: list[Path]) -> None:
    paths[2].unlink()
    error = error_of(folder)
    assert "1 slice missing at position -124.00 mm" in error.what  # origin -130 mm, every 3 mm, third slice
    assert error.where == "between CT.0002.dcm and CT.0004.dcm"


def test_missing_slice_of_three(folder: Path, paths: list[Path]) -> None:
    for number in (1, 4):
        paths[number].unlink()  # left: -130, -124, -121
    assert "missing at position -127.00 mm" in error_of(folder).what


def test_uneven_spacing(folder: Path, paths: list[Path]) -> None:
    shift(paths[4], z=1.0)
    error = error_of(folder)
    assert "usually 3.00 mm, but 4.00 mm after position -121.00 mm" in error.what
    assert "CT.0005.dcm" in error.where


def test_rounded_positions_are_even(folder: Path, paths: list[Path]) -> None:
    """1.25 mm written as 1.2 and 1.3: what scanners do, and no fault."""
    for number, path in enumerate(paths):
        position = pydicom.dcmread(path).ImagePositionPatient
        set_tags(path, ImagePositionPatient=[position[0], position[1], f"{1.25 * number:.1f}"])
    assert read_ct(folder).image.grid.spacing_mm[2] == pytest.approx(1.25, abs=0.02)


def test_two_slices_at_one_place(folder: Path, paths: list[Path]) -> None:
    shutil.copy(paths[1], folder / "copy.dcm")
    set_tags(folder / "copy.dcm", KVP="80")
    error = error_of(folder)
    assert "same position, -127.00 mm" in error.what
    assert "copy.dcm" in error.where


def test_exact_copies_are_left_out(folder: Path, paths: list[Path]) -> None:
    whole = read_ct(folder)
    for number in (1, 3):
        shutil.copy(paths[number], folder / f"copy {number}.dcm")
    again = read_ct(folder)
    assert again.notes == ("2 file(s) that are exact copies of another one left out",)
    assert again.input_sha256 == whole.input_sha256


def test_two_phases_in_one_series(folder: Path, paths: list[Path]) -> None:
    for path in paths:
        shutil.copy(path, folder / f"late {path.name}")
        set_tags(folder / f"late {path.name}", SOPInstanceUID=f"1.2.9.{path.name[5:7]}1")
    assert "2 slices at each of its 5 positions" in error_of(folder).what


def test_tilted_gantry_seen_in_the_positions(folder: Path, paths: list[Path]) -> None:
    for number, path in enumerate(paths):
        shift(path, y=3.0 * number * np.tan(np.radians(10.0)))
    assert "tilted gantry (10.0 degrees)" in error_of(folder).what


def test_tilted_gantry_seen_in_the_orientation(folder: Path, paths: list[Path]) -> None:
    """Slices turned by 15 degrees about x, positions still along the table: as scanners write a tilt."""
    c, s = f"{np.cos(np.radians(15)):.8f}", f"{np.sin(np.radians(15)):.8f}"
    for path in paths:
        set_tags(path, ImageOrientationPatient=["1", "0", "0", "0", c, s])
    assert "tilted gantry (15.0 degrees)" in error_of(folder).what


def test_tilted_gantry_said_by_the_scanner(folder: Path, paths: list[Path]) -> None:
    for path in paths:
        set_tags(path, GantryDetectorTilt="-12.5")
    error = error_of(folder)
    assert "tilted gantry (-12.5 degrees)" in error.what
    assert "GantryDetectorTilt" in error.where


def test_slice_shifted_in_its_plane(folder: Path, paths: list[Path]) -> None:
    shift(paths[2], x=2.0)
    error = error_of(folder)
    assert "shifted by 2.00 mm" in error.what
    assert "CT.0003.dcm" in error.where


@pytest.mark.parametrize(
    ("tags", "said"),
    [
        ({"ImageOrientationPatient": ["0", "1", "0", "-1", "0", "0"]}, "ImageOrientationPatient"),
        ({"PixelSpacing": ["1.4", "1.25"]}, "PixelSpacing"),
        ({"Rows": 8, "Columns": 6}, "8 x 6 pixels"),
    ],
)
def test_slices_that_differ(folder: Path, paths: list[Path], tags: dict[str, Any], said: str) -> None:
    set_tags(paths[3], **tags)
    error = error_of(folder)
    assert said in error.what
    assert "CT.0004.dcm" in error.where


# --- single files


@pytest.mark.parametrize("share", [0.3, 0.9, 0.99])
def test_truncated_file_is_named(folder: Path, paths: list[Path], share: float) -> None:
    content = paths[3].read_bytes()
    paths[3].write_bytes(content[: int(len(content) * share)])
    assert "CT.0004.dcm" in error_of(folder).where


def test_every_length_of_a_truncated_file_is_an_error(folder: Path, paths: list[Path]) -> None:
    """Wherever a file is cut after its mark, the error names it; never a traceback, never silence."""
    content = paths[0].read_bytes()
    for length in range(132, len(content), 17):
        paths[0].write_bytes(content[:length])
        assert "CT.0001.dcm" in error_of(folder).where, length


@pytest.mark.parametrize(
    "keyword",
    [
        "Rows", "Columns", "PixelSpacing", "ImagePositionPatient", "ImageOrientationPatient", "RescaleSlope",
        "RescaleIntercept", "BitsAllocated", "BitsStored", "PixelRepresentation", "SamplesPerPixel",
        "SeriesInstanceUID", "StudyInstanceUID", "FrameOfReferenceUID", "PixelData", "PhotometricInterpretation",
    ],
)
def test_required_tag_that_is_missing(folder: Path, paths: list[Path], keyword: str) -> None:
    set_tags(paths[1], **{keyword: None})
    error = error_of(folder)
    assert keyword in error.what or "pixel data" in error.what
    assert error.where == "CT.0002.dcm"


@pytest.mark.parametrize(
    ("keyword", "value"),
    [
        ("PixelSpacing", ["0", "1"]),
        ("PixelSpacing", ["-1", "1"]),
        ("PixelSpacing", ["1"]),
        ("ImageOrientationPatient", ["1", "0", "0", "1", "0", "0"]),
        ("ImageOrientationPatient", ["2", "0", "0", "0", "2", "0"]),
        ("ImagePositionPatient", ["1e9", "0", "0"]),
        ("Rows", 5000),
        ("SeriesInstanceUID", "../../etc/passwd"),
    ],
)
def test_value_that_cannot_be(folder: Path, paths: list[Path], keyword: str, value: Any) -> None:
    for path in paths:
        set_tags(path, **{keyword: value})
    assert keyword in error_of(folder).what


def test_pixels_of_an_unknown_kind(folder: Path, paths: list[Path]) -> None:
    """One byte of their value representation changed: only then does pydicom look at it, and raises."""
    content = paths[1].read_bytes()
    pixels = bytes.fromhex("e07f1000")
    assert content.count(pixels + b"OW") == 1
    paths[1].write_bytes(content.replace(pixels + b"OW", pixels + b"Ou"))
    assert error_of(folder).where == "CT.0002.dcm"


def test_random_bytes_after_the_mark(folder: Path) -> None:
    (folder / "noise").write_bytes(b"\0" * 128 + b"DICM" + np.random.default_rng(1).bytes(4000))
    assert "noise" in error_of(folder).where
