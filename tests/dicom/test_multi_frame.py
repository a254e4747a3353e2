"""Enhanced CT: one file with many frames reads as the single slices that it was made of."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
from pydicom.uid import (
    UID,
    DeflatedExplicitVRLittleEndian,
    EnhancedCTImageStorage,
    JPEG2000Lossless,
    JPEGLosslessSV1,
    LegacyConvertedEnhancedCTImageStorage,
    RLELossless,
)

from openiort.core.errors import InputError
from openiort.dicom.ct_slice import ct_slice
from openiort.dicom.decoder import Decoder
from openiort.dicom.hounsfield import read_pixels
from openiort.dicom.multi_frame import frame_heads
from openiort.dicom.read_ct import CTScan, read_ct
from openiort.dicom.write_ct import write_ct
from tests.dicom.enhanced import enhance
from tests.dicom.recode import recode
from tests.dicom.small_ct import IDENTITY, change, small_ct, small_image

FEET_FIRST = np.diag([-1.0, 1.0, -1.0])


@pytest.fixture
def single(tmp_path: Path) -> CTScan:
    small_ct(tmp_path / "single")
    return read_ct(tmp_path / "single")


@pytest.fixture
def paths(tmp_path: Path) -> list[Path]:
    return small_ct(tmp_path / "ct")


@pytest.fixture
def file(paths: list[Path]) -> Path:
    target = paths[0].parent / "all.dcm"
    enhance(paths, target)
    return target


def error_of(folder: Path) -> InputError:
    with pytest.raises(InputError) as caught:
        read_ct(folder)
    error = caught.value
    assert error.what and error.where and error.allowed and error.fix
    return error


def assert_same(scan: CTScan, single: CTScan) -> None:
    np.testing.assert_array_equal(scan.image.hounsfield, single.image.hounsfield)
    np.testing.assert_array_equal(scan.image.grid.corners_mm(), single.image.grid.corners_mm())
    assert scan.identity == single.identity


@pytest.mark.parametrize("sop_class", [EnhancedCTImageStorage, LegacyConvertedEnhancedCTImageStorage])
@pytest.mark.parametrize("order", [[0, 1, 2, 3, 4], [4, 3, 2, 1, 0], [2, 0, 4, 1, 3]])
def test_frames_read_as_slices(paths: list[Path], single: CTScan, sop_class: UID, order: list[int]) -> None:
    enhance(paths, paths[0].parent / "all.dcm", sop_class, order)
    scan = read_ct(paths[0].parent)
    assert_same(scan, single)
    # frames count from 1 in references (PS3.3, 10.3)
    assert scan.image.slice_uids == ("1.2.3.4.5.6",) * 5
    assert scan.image.slice_frames == tuple(order.index(k) + 1 for k in range(5))
    assert scan.image.slice_class_uid == sop_class
    assert (single.image.slice_frames, single.image.slice_class_uid) == ((), "")


@pytest.mark.parametrize(
    "syntax", [RLELossless, JPEGLosslessSV1, JPEG2000Lossless, DeflatedExplicitVRLittleEndian], ids=lambda s: s.name
)
def test_compressed_frames(paths: list[Path], single: CTScan, syntax: UID) -> None:
    target = paths[0].parent / "all.dcm"
    if syntax == DeflatedExplicitVRLittleEndian:
        enhance(paths, target)
        recode(target, syntax)
    elif syntax == RLELossless:
        for path in paths:
            change(path, lambda dataset: dataset.compress(RLELossless, encoding_plugin="pydicom"))
        enhance(paths, target)
    else:
        for path in paths:
            recode(path, syntax)
        enhance(paths, target)
    assert pydicom.dcmread(target).file_meta.TransferSyntaxUID == syntax
    assert_same(read_ct(target.parent), single)


def test_each_frame_has_its_own_rescaling(paths: list[Path], single: CTScan) -> None:
    for path in paths[1:2]:
        change(path, lambda dataset: setattr(dataset, "RescaleSlope", "2"))
    enhance(paths, paths[0].parent / "all.dcm")
    found = read_ct(paths[0].parent).image.hounsfield
    # the frame holds HU + 1024; twice that minus 1024 is 2 HU + 1024
    np.testing.assert_array_equal(found[1], 2 * single.image.hounsfield[1] + 1024)
    np.testing.assert_array_equal(found[2], single.image.hounsfield[2])


def test_other_orientations(tmp_path: Path) -> None:
    paths = write_ct(small_image(FEET_FIRST), IDENTITY, tmp_path / "ct", description="x")
    single = read_ct(tmp_path / "ct")
    enhance(paths, tmp_path / "ct" / "all.dcm")
    assert_same(read_ct(tmp_path / "ct"), single)


def test_series_in_several_files(paths: list[Path], single: CTScan) -> None:
    """Two stations of one scan, each an enhanced file of the same series."""
    enhance(paths[:2], paths[0].parent / "a.dcm")
    enhance(paths[2:], paths[0].parent / "b.dcm")
    change(paths[0].parent / "b.dcm", lambda dataset: setattr(dataset, "SOPInstanceUID", "1.2.3.4.5.7"))
    assert_same(read_ct(paths[0].parent), single)


# --- faults


def set_frame(file: Path, number: int, edit: Callable[[Any], None]) -> None:
    change(file, lambda dataset: edit(dataset.PerFrameFunctionalGroupsSequence[number]))


@pytest.mark.parametrize(("keyword", "value"), [("StackID", "2"), ("TemporalPositionIndex", 2)])
def test_several_stacks_or_times(file: Path, keyword: str, value: Any) -> None:
    set_frame(file, 4, lambda frame: setattr(frame.FrameContentSequence[0], keyword, value))
    error = error_of(file.parent)
    assert f"({keyword} " in error.what
    assert "4 frames" in error.what and "1 frames" in error.what
    assert error.where == f"all.dcm, {keyword}"


def test_two_frames_at_one_place(file: Path) -> None:
    position = ["-10.5", "22.25", "-127"]  # of the second frame
    set_frame(file, 3, lambda frame: setattr(frame.PlanePositionSequence[0], "ImagePositionPatient", position))
    assert error_of(file.parent).where in ("all.dcm, frame 2 and all.dcm, frame 4",)


@pytest.mark.parametrize("group", ["PlanePositionSequence", "PixelValueTransformationSequence"])
def test_group_that_is_missing(file: Path, group: str) -> None:
    set_frame(file, 2, lambda frame: delattr(frame, group))
    error = error_of(file.parent)
    assert "is missing" in error.what
    assert error.where == "all.dcm, frame 3"


def test_top_level_does_not_stand_in_for_a_missing_group(file: Path) -> None:
    set_frame(file, 2, lambda frame: delattr(frame, "PlanePositionSequence"))
    change(file, lambda dataset: setattr(dataset, "ImagePositionPatient", ["0", "0", "0"]))
    assert "ImagePositionPatient is missing" in error_of(file.parent).what


@pytest.mark.parametrize("frames", [4, 6, 0, 10**8])
def test_number_of_frames_that_does_not_fit(file: Path, frames: int) -> None:
    change(file, lambda dataset: setattr(dataset, "NumberOfFrames", frames))
    assert "NumberOfFrames" in error_of(file.parent).what


def test_pixels_that_are_cut(file: Path) -> None:
    change(file, lambda dataset: setattr(dataset, "PixelData", dataset.PixelData[:-96]))
    error = error_of(file.parent)
    assert error.where.startswith("all.dcm")
    assert "384 bytes of pixel data instead of 480" in error.what  # 5 frames of 6 x 8 pixels of 2 bytes


def test_enhanced_localizer_is_skipped(file: Path, paths: list[Path]) -> None:
    change(file, lambda dataset: setattr(dataset, "ImageType", ["ORIGINAL", "PRIMARY", "LOCALIZER", "NONE"]))
    assert "1 localizer" in error_of(file.parent).what


def test_file_of_another_maker() -> None:
    """eCT_Supplemental.dcm of pydicom-data: two frames. Expected: pydicom's pixels, and tags looked up by hand."""
    if importlib.util.find_spec("data_store") is None:
        pytest.skip("pydicom-data is not installed")
    path = Path(pydicom.data.get_testdata_file("eCT_Supplemental.dcm"))  # type: ignore[arg-type]
    dataset = pydicom.dcmread(path)
    heads = frame_heads(dataset, "eCT")
    slices = [ct_slice(head, path, "eCT", number) for number, head in enumerate(heads)]
    frames, shared = dataset.PerFrameFunctionalGroupsSequence, dataset.SharedFunctionalGroupsSequence[0]
    rescale = shared.PixelValueTransformationSequence[0]
    with Decoder() as decoder:
        for number, pixels in enumerate(read_pixels(slices, decoder)):
            expected = dataset.pixel_array[number] * float(rescale.RescaleSlope) + float(rescale.RescaleIntercept)
            inside = expected > -1999
            np.testing.assert_array_equal(pixels.values_HU[inside], expected[inside])
            position = frames[number].PlanePositionSequence[0].ImagePositionPatient
            np.testing.assert_array_equal(slices[number].position_mm, [float(value) for value in position])
    assert len(slices) == 2
