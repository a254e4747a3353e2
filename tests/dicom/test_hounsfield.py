"""Slope, intercept, padding and kinds of pixels."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from openiort.core.errors import InputError
from openiort.dicom.hounsfield import AIR_HU, LOSSY, NOT_HU, PADDING_KEPT
from openiort.dicom.read_ct import read_ct
from tests.dicom.small_ct import change, set_tags, small_ct, small_image


def stored_pixels(path: Path, values: np.ndarray, **tags: Any) -> None:
    """Put stored numbers and tags into a written slice."""

    def edit(dataset: Any) -> None:
        dataset.PixelData = values.tobytes()
        for keyword, value in tags.items():
            setattr(dataset, keyword, value)

    change(path, edit)


def test_slope_and_intercept_are_those_of_the_slice(tmp_path: Path) -> None:
    paths = small_ct(tmp_path)
    set_tags(paths[1], RescaleSlope="2", RescaleIntercept="-2048")
    values = read_ct(tmp_path).image.hounsfield
    expected = small_image().hounsfield
    # the slice holds HU + 1024; twice that minus 2048 is twice the HU
    np.testing.assert_array_equal(values[1], np.where(2 * expected[1] <= -2000, AIR_HU, 2 * expected[1]))
    np.testing.assert_array_equal(values[2], expected[2])


@pytest.mark.parametrize("padding_HU", [-2000, -2048, -3024])
def test_what_scanners_write_outside_the_circle_is_air(tmp_path: Path, padding_HU: int) -> None:
    paths = small_ct(tmp_path)
    values = np.full((6, 8), 40 + 1024, "<i2")
    values[0] = padding_HU + 1024
    stored_pixels(paths[2], values)
    read = read_ct(tmp_path).image.hounsfield[2]
    assert (read[0] == AIR_HU).all()
    assert (read[1:] == 40).all()


# one padding value in the three ways that writers put it: plain, unsigned for a signed number, as a range
@pytest.mark.parametrize(
    "tags",
    [
        {"PixelPaddingValue": -500},
        {"PixelPaddingValue": 65036},  # -500 + 2**16
        {"PixelPaddingValue": -600, "PixelPaddingRangeLimit": -450},
    ],
)
def test_declared_padding_is_air(tmp_path: Path, tags: dict[str, int]) -> None:
    paths = small_ct(tmp_path)
    values = np.full((6, 8), 1024, "<i2")
    values[3, 3] = -500  # -1524 HU: above the general limit for padding

    def edit(dataset: Any) -> None:
        dataset.PixelData = values.tobytes()
        for keyword, value in tags.items():
            dataset.add_new(keyword, "US" if value > 32767 else "SS", value)

    change(paths[2], edit)
    read = read_ct(tmp_path).image.hounsfield[2]
    assert read[3, 3] == AIR_HU
    assert np.count_nonzero(read == 0) == 47  # the other 6 x 8 - 1 pixels


def test_padding_value_that_means_tissue_is_not_believed(tmp_path: Path) -> None:
    paths = small_ct(tmp_path)
    stored_pixels(paths[2], np.full((6, 8), 1024, "<i2"))
    change(paths[2], lambda dataset: dataset.add_new("PixelPaddingValue", "SS", 1024))
    scan = read_ct(tmp_path)
    assert (scan.image.hounsfield[2] == 0).all()
    assert PADDING_KEPT in scan.notes


def test_twelve_bits_unsigned(tmp_path: Path) -> None:
    """As most scanners write: 12 of 16 bits, unsigned; bits above are not part of the value."""
    paths = small_ct(tmp_path)
    values = np.full((6, 8), 1064, "<u2")
    values[0, 0] |= 0xF000  # an old overlay in the unused bits
    stored_pixels(paths[2], values, BitsStored=12, HighBit=11, PixelRepresentation=0)
    assert (read_ct(tmp_path).image.hounsfield[2] == 40).all()  # 1064 - 1024


def test_notes_on_doubtful_numbers(tmp_path: Path) -> None:
    for path in small_ct(tmp_path):
        set_tags(path, RescaleType="US", LossyImageCompression="01")
    assert {NOT_HU, LOSSY} <= set(read_ct(tmp_path).notes)


@pytest.mark.parametrize("slope", ["0", "-1", "nan", "inf", "1e30", "abc"])
def test_slope_that_cannot_be(tmp_path: Path, slope: str) -> None:
    paths = small_ct(tmp_path)

    def edit(dataset: Any) -> None:
        del dataset.RescaleSlope
        dataset.add_new("RescaleSlope", "LO", slope)  # written as text: pydicom would refuse

    change(paths[1], edit)
    with pytest.raises(InputError, match="RescaleSlope") as caught:
        read_ct(tmp_path)
    assert caught.value.where == "CT.0002.dcm"


@pytest.mark.parametrize(
    "tags",
    [
        {"SamplesPerPixel": 3, "PhotometricInterpretation": "RGB"},
        {"NumberOfFrames": 2},
        {"PhotometricInterpretation": "PALETTE COLOR"},
    ],
)
def test_colour_and_multi_frame(tmp_path: Path, tags: dict[str, Any]) -> None:
    paths = small_ct(tmp_path)
    set_tags(paths[0], **tags)
    with pytest.raises(InputError, match="not a plain CT slice"):
        read_ct(tmp_path)


def test_bits_that_cannot_be(tmp_path: Path) -> None:
    set_tags(small_ct(tmp_path)[0], BitsAllocated=12)
    with pytest.raises(InputError, match="BitsAllocated"):
        read_ct(tmp_path)
