"""A structure set as written comes back; each fault is one clear error that names the place."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydicom import config
from pydicom.uid import CTImageStorage, DeflatedExplicitVRLittleEndian, ImplicitVRLittleEndian

from openiort.core.errors import InputError
from openiort.dicom import read_structures as module
from openiort.dicom.read_structures import StructureSet, read_structures
from tests.dicom.small_structures import FRAME, contours, square, structure_set, write

POINT = np.array([[1.5, -2.25, 3.0]])


def sample() -> Any:
    return structure_set({
        "Heart": [square(3.0), square(0.0), square(0.0, 5.0)],
        "Areola": [],
        "Clip": [("POINT", POINT)],
        "Wire": [("OPEN_PLANAR", square(0.0)), ("OPEN_NONPLANAR", square(1.0)), square(0.0)[:2]],
        "XOR": [("CLOSEDPLANAR_XOR", square(0.0))],
    })  # fmt: skip


def read(dataset: Any, folder: Path) -> StructureSet:
    return read_structures(write(dataset, folder / "rtss.dcm"), "rtss.dcm")


def error_of(dataset: Any, folder: Path) -> InputError:
    with pytest.raises(InputError) as caught, config.disable_value_validation():
        read(dataset, folder)
    error = caught.value
    assert error.what and error.where and error.allowed and error.fix
    assert "rtss.dcm" in error.where
    return error


@pytest.mark.parametrize("syntax", [None, ImplicitVRLittleEndian])
def test_what_was_written_comes_back(tmp_path: Path, syntax: Any) -> None:
    dataset = sample()
    dataset.file_meta.TransferSyntaxUID = syntax or dataset.file_meta.TransferSyntaxUID
    found = read(dataset, tmp_path)
    assert (found.label, found.date, found.patient_id) == ("CT_1", "20260103", "4711")
    assert found.series_uids == {"1.2.3.4.1"}
    heart, areola, clip, wire, xor = found.rois
    assert [roi.name for roi in found.rois] == ["Heart", "Areola", "Clip", "Wire", "XOR"]
    assert {roi.frame_of_reference_uid for roi in found.rois} == {FRAME}
    np.testing.assert_array_equal(heart.contours[1], square(0.0))
    assert len(heart.contours) == 3
    assert not areola.has_volume
    np.testing.assert_array_equal(clip.points, POINT)
    assert not clip.has_volume
    assert (wire.open_lines, wire.too_short, wire.has_volume) == (2, 1, False)
    assert xor.has_volume
    assert len(found.file_sha256) == 32


def test_roi_without_an_entry_of_contours_is_empty(tmp_path: Path) -> None:
    dataset = sample()
    del dataset.ROIContourSequence[0]
    assert not read(dataset, tmp_path).rois[0].has_volume
    del dataset.ROIContourSequence
    assert not any(roi.has_volume for roi in read(dataset, tmp_path).rois)


def test_no_roi_at_all(tmp_path: Path) -> None:
    assert read(structure_set({}), tmp_path).rois == ()


def test_name_that_is_missing_or_holds_control_characters(tmp_path: Path) -> None:
    dataset = sample()
    with config.disable_value_validation():
        dataset.StructureSetROISequence[0].ROIName = "Heart\x07[31m \t  of\nAnna"
        del dataset.StructureSetROISequence[1].ROIName
        names = [roi.name for roi in read(dataset, tmp_path).rois]
    assert names[:2] == ["Heart [31m of Anna", "ROI 2"]


def test_name_longer_than_allowed_is_read_without_a_remark(tmp_path: Path) -> None:
    """LO has 64 characters (PS3.5, 6.2); pydicom's warning would show where it is installed."""
    dataset = sample()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        dataset.StructureSetROISequence[0].ROIName = "Heart " * 20 + "end"
        path = write(dataset, tmp_path / "rtss.dcm")
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        assert read_structures(path, "rtss.dcm").rois[0].name == "Heart " * 20 + "end"
    assert said == []


def test_numbers_with_blanks_and_exponents(tmp_path: Path) -> None:
    dataset = sample()
    data = ["-2.0e1 ", " 0", "3.0", "+5", "1E+1", "3", "0.0", "0.5", "3.00"]
    with config.disable_value_validation():
        contours(dataset)[0].ContourData = data
        contours(dataset)[0].NumberOfContourPoints = 3
        found = read(dataset, tmp_path).rois[0].contours[0]
    np.testing.assert_array_equal(found, [[-20, 0, 3], [5, 10, 3], [0, 0.5, 3]])


# --- faults of the values


def set_data(values: Any) -> Callable[[Any], None]:
    # as text, so that pydicom does not look at the numbers on writing
    return lambda dataset: contours(dataset)[0].add_new(0x3006_0050, "LO", values)


FAULTS: dict[str, tuple[Callable[[Any], Any], str]] = {
    "not a multiple of three": (set_data(["1"] * 11), "not made of x, y, z"),
    "fewer points than announced": (set_data(["1"] * 9), "announces 4 points and has 3"),
    "text for a number": (set_data(["1", "2", "three"]), "ContourData"),
    "not a number": (set_data(["nan"] * 12), "ContourData"),
    "infinite": (set_data(["inf"] * 12), "ContourData"),
    "far away": (set_data(["1e9"] * 12), "ContourData"),
    "no data": (lambda d: delattr(contours(d)[0], "ContourData"), "ContourData is missing"),
    "unknown type": (lambda d: setattr(contours(d)[0], "ContourGeometricType", "SPHERE"), "ContourGeometricType"),
    "no type": (lambda d: delattr(contours(d)[0], "ContourGeometricType"), "ContourGeometricType"),
    "number twice": (lambda d: setattr(d.StructureSetROISequence[1], "ROINumber", 1), "two ROIs have the number 1"),
    "contours twice": (lambda d: setattr(d.ROIContourSequence[1], "ReferencedROINumber", 1), "come twice"),
    "no ROI of that number": (lambda d: setattr(d.ROIContourSequence[0], "ReferencedROINumber", 99), "without an ROI"),
    "no number": (lambda d: delattr(d.StructureSetROISequence[0], "ROINumber"), "ROINumber is missing"),
    "negative number": (lambda d: setattr(d.StructureSetROISequence[0], "ROINumber", -1), "ROINumber"),
    "no frame": (
        lambda d: delattr(d.StructureSetROISequence[0], "ReferencedFrameOfReferenceUID"),
        "ReferencedFrameOfReferenceUID is missing",
    ),
    "frame that is none": (
        lambda d: setattr(d.StructureSetROISequence[0], "ReferencedFrameOfReferenceUID", "../etc"),
        "ReferencedFrameOfReferenceUID",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_value_that_cannot_be(tmp_path: Path, fault: str) -> None:
    damage, said = FAULTS[fault]
    dataset = sample()
    with config.disable_value_validation(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        damage(dataset)
    assert said in error_of(dataset, tmp_path).what


@pytest.mark.parametrize(("limit", "said"), [("MAX_ROIS", "ROIs"), ("MAX_CONTOURS", "contours"), ("MAX_POINTS", "")])
def test_more_than_anybody_draws(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str, said: str) -> None:
    monkeypatch.setattr(module, limit, 4)
    assert said in error_of(sample(), tmp_path).what


def test_file_that_is_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_BYTES", 100)
    assert "too large" in error_of(sample(), tmp_path).what


# --- faults of the file


def test_every_length_of_a_truncated_file_is_an_error_or_a_whole_reading(tmp_path: Path) -> None:
    """Wherever a file is cut, one clear error, or (cut after the last contour) all that was in it."""
    path = write(sample(), tmp_path / "rtss.dcm")
    content = path.read_bytes()
    whole = read_structures(path, "rtss.dcm")
    for length in range(0, len(content), 7):
        path.write_bytes(content[:length])
        try:
            found = read_structures(path, "rtss.dcm")
        except InputError as error:
            assert error.where and error.fix
        else:  # sequences of known length that end early look like shorter sequences
            drawn = {roi.number: roi for roi in whole.rois}
            assert all(len(roi.contours) <= len(drawn[roi.number].contours) for roi in found.rois)


@pytest.mark.parametrize("seed", range(60))
def test_flipped_bytes_are_an_error_or_a_reading(tmp_path: Path, seed: int) -> None:
    path = write(sample(), tmp_path / "rtss.dcm")
    content = bytearray(path.read_bytes())
    rng = np.random.default_rng(seed)
    for place in rng.integers(132, len(content), 6):
        content[place] = rng.integers(0, 256)
    path.write_bytes(bytes(content))
    try:
        assert isinstance(read_structures(path, "rtss.dcm"), StructureSet)
    except InputError as error:
        assert error.what and error.where and error.allowed and error.fix


def test_other_files(tmp_path: Path) -> None:
    text = tmp_path / "rtss.dcm"
    text.write_text("no DICOM")
    for path in (text, tmp_path / "nowhere", tmp_path):
        with pytest.raises(InputError) as caught:
            read_structures(path, path.name)
        assert caught.value.where and caught.value.allowed and caught.value.fix


def test_ct_is_no_structure_set(tmp_path: Path) -> None:
    dataset = sample()
    dataset.SOPClassUID = dataset.file_meta.MediaStorageSOPClassUID = CTImageStorage
    assert "is no RT Structure Set" in error_of(dataset, tmp_path).what


def test_deflated_file_is_not_unpacked(tmp_path: Path) -> None:
    dataset = sample()
    dataset.file_meta.TransferSyntaxUID = DeflatedExplicitVRLittleEndian
    assert "deflated" in error_of(dataset, tmp_path).what


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_file_that_may_not_be_read(tmp_path: Path) -> None:
    path = write(sample(), tmp_path / "rtss.dcm")
    path.chmod(0)
    with pytest.raises(InputError, match="cannot be read"):
        read_structures(path, "rtss.dcm")
