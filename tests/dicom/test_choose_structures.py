"""Which structure set is used, and what is said of the others."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from openiort.core.errors import InputError
from openiort.dicom.choose_structures import UsedStructures, find_structures, use_structures
from tests.dicom.small_ct import IDENTITY, small_ct
from tests.dicom.small_structures import square, structure_set, write

OTHER = "1.2.99"
ONE = {"Heart": [square(-124.0)]}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    small_ct(tmp_path / "ct")
    return tmp_path / "ct"


def used(folder: Path, asked: str | Path | None = None) -> UsedStructures:
    return use_structures(find_structures(folder, asked), IDENTITY)


def error_of(folder: Path, asked: str | Path | None = None) -> InputError:
    with pytest.raises(InputError) as caught:
        used(folder, asked)
    error = caught.value
    assert error.what and error.where and error.allowed and error.fix
    assert IDENTITY.patient_id not in str(error)
    return error


def test_none_there(folder: Path) -> None:
    assert used(folder) == UsedStructures()


def test_one_among_the_files_is_used(folder: Path) -> None:
    write(structure_set(ONE | {"Empty": []}), folder / "deep" / "rtss.dcm")
    found = used(folder)
    assert [roi.name for roi in found.rois] == ["Heart", "Empty"]
    assert found.notes == ("structures of an RT Structure Set are used (1 with contours); look at them",)
    assert len(found.file_sha256) == 32


def test_none_is_used_when_asked_for_none(folder: Path) -> None:
    write(structure_set(ONE), folder / "rtss.dcm")
    (folder / "broken.dcm").write_bytes((folder / "rtss.dcm").read_bytes()[:900])
    assert used(folder, "none") == UsedStructures()


def test_several_are_listed_and_one_can_be_chosen(folder: Path) -> None:
    write(structure_set(ONE, label="first"), folder / "a.dcm")
    chosen = write(structure_set({"Liver": [square(-124.0)]}, label="second"), folder / "b.dcm")
    error = error_of(folder)
    assert "2 structure sets" in error.what
    assert "a.dcm: 'first' of 20260103, 1 structures" in error.what
    assert "b.dcm: 'second'" in error.what
    assert "--structures" in error.fix
    assert [roi.name for roi in used(folder, chosen).rois] == ["Liver"]
    assert [roi.name for roi in used(folder, str(chosen)).rois] == ["Liver"]


def test_other_frame_beside_the_ct_is_passed_over_with_a_note(folder: Path) -> None:
    write(structure_set(ONE, frame=OTHER), folder / "rtss.dcm")
    assert used(folder) == UsedStructures(
        notes=("1 structure set(s) of another frame of reference beside the CT not used",)
    )
    write(structure_set(ONE), folder / "own.dcm")
    assert len(used(folder).rois) == 1
    assert len(used(folder).notes) == 2


def test_other_frame_that_was_asked_for_is_an_error(folder: Path, tmp_path: Path) -> None:
    asked = write(structure_set(ONE, frame=OTHER), tmp_path / "rtss.dcm")
    error = error_of(folder, asked)
    assert "another frame of reference" in error.what
    assert "FrameOfReferenceUID" in error.where


def test_single_structures_of_another_frame_are_left_out(folder: Path) -> None:
    dataset = structure_set(ONE | {"PET": [square(-124.0)]})
    dataset.StructureSetROISequence[1].ReferencedFrameOfReferenceUID = OTHER
    write(dataset, folder / "rtss.dcm")
    found = used(folder)
    assert [roi.name for roi in found.rois] == ["Heart"]
    assert "1 structure(s) of another frame of reference left out" in found.notes


def test_other_patient_is_an_error(folder: Path) -> None:
    write(structure_set(ONE, patient_id="0815"), folder / "rtss.dcm")
    error = error_of(folder)
    assert "another patient" in error.what
    assert "0815" not in str(error)


def test_patient_without_number_is_not_compared(folder: Path) -> None:
    write(structure_set(ONE, patient_id=""), folder / "rtss.dcm")
    assert used(folder).rois
    assert use_structures(find_structures(folder, None), replace(IDENTITY, patient_id="")).rois


def test_another_series_of_the_same_frame_is_said(folder: Path) -> None:
    write(structure_set(ONE, series="1.7.7"), folder / "rtss.dcm")
    assert "another series" in used(folder).notes[-1]


@pytest.mark.parametrize("rois", [{}, {"Areola": []}, {"Clip": [("POINT", square(-124.0)[:1])]}])
def test_nothing_drawn(folder: Path, tmp_path: Path, rois: dict) -> None:
    path = write(structure_set(rois), tmp_path / "rtss.dcm")
    error = error_of(folder, path)
    assert (error.what, error.where) == ("the structure set is empty: it holds no closed contour", "rtss.dcm")
    write(structure_set(rois), folder / "rtss.dcm")
    assert not any(roi.has_volume for roi in used(folder).rois)


@pytest.mark.parametrize("asked", ["nowhere.dcm", "x" * 5000, "", "a\0b"])
def test_file_that_is_not_there(folder: Path, asked: str) -> None:
    assert "does not exist" in error_of(folder, asked).what


def test_folder_or_ct_instead_of_a_file(folder: Path) -> None:
    assert "is no file" in error_of(folder, folder).what
    assert "is no RT Structure Set" in error_of(folder, folder / "CT.0001.dcm").what


def test_damaged_one_beside_the_ct_is_an_error(folder: Path) -> None:
    path = write(structure_set(ONE), folder / "rtss.dcm")
    path.write_bytes(path.read_bytes()[:-60])
    error = error_of(folder)
    assert "rtss.dcm" in error.where
    assert "damaged" in error.what + error.fix


def test_ct_slices_that_name_the_class_are_no_structure_sets(folder: Path) -> None:
    """The identifier of the class can stand anywhere in the first lines of a file."""
    path = folder / "CT.0001.dcm"
    content = bytearray(path.read_bytes())
    content[:40] = b"1.2.840.10008.5.1.4.1.1.481.3".ljust(40, b"\0")
    path.write_bytes(bytes(content))
    assert find_structures(folder, None).sets == ()


def test_the_same_structures_can_be_asked_for_again_by_their_hash(folder: Path, tmp_path: Path) -> None:
    asked = write(structure_set(ONE), tmp_path / "elsewhere" / "Anna.dcm")
    first = used(folder, asked)
    again = used(folder, first.asked_again)
    assert again.file_sha256 == first.file_sha256
    assert "Anna" not in first.asked_again
    asked.unlink()
    assert "not known" in error_of(folder, first.asked_again).what
    write(structure_set(ONE), folder / "same.dcm")
    write(structure_set({"Liver": [square(-124.0)]}), folder / "another.dcm")  # two: alone an error
    assert used(folder, first.asked_again).file_sha256 == first.file_sha256


def test_no_structures_are_asked_for_again_as_none(folder: Path) -> None:
    assert used(folder).asked_again == "none"
