"""The pixels of one CT slice as Hounsfield units, padding as air."""

from __future__ import annotations

import hashlib
import io
import warnings
from dataclasses import dataclass

import numpy as np
import pydicom
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.pixels.decoders.base import get_decoder
from pydicom.pixels.utils import pixel_array
from pydicom.uid import UID

from openiort.core.errors import InputError
from openiort.dicom.ct_slice import CTSlice
from openiort.dicom.find_slices import damaged
from openiort.dicom.tag_values import invalid, numbers, text, whole_number

AIR_HU = -1000.0
# No reconstruction gives less than about -1100; scanners mark the outside of the circle with -2000, -2048, -3024.
PADDING_BELOW_HU = -1999.5
# A declared padding value above this would turn lung or tissue into air.
HIGHEST_PADDING_HU = -900.0
MAX_SLOPE = 100.0
MAX_INTERCEPT_HU = 1e5

NOT_HU = "the CT does not say that its numbers are Hounsfield units; they are taken as such"
PADDING_KEPT = "the CT declares a padding value within the range of tissue; these voxels are left as they are"
LOSSY = "the CT says that it was once compressed with loss"


@dataclass(frozen=True, slots=True)
class SlicePixels:
    """Pixels of one slice.

    Attributes:
        values_HU: (rows, columns) float32.
        file_sha256: of the file they came from.
        notes: what the user may want to know, free of names and paths.
    """

    values_HU: NDArray[np.float32]
    file_sha256: bytes
    notes: frozenset[str]


def read_pixels(one: CTSlice) -> SlicePixels:
    """Read the file of a slice once more, whole.

    Raises:
        InputError: it is truncated, compressed in a way that cannot be decoded, or no plain CT slice.
    """
    content, dataset = _read(one)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        stored = _stored(dataset, one)
        padding, kept = _declared_padding(dataset, stored, one)
        values_HU = stored.astype(np.float32) * np.float32(_slope(dataset, one)) + np.float32(_intercept(dataset, one))
    values_HU[padding | (values_HU <= PADDING_BELOW_HU)] = AIR_HU
    noticed = {
        NOT_HU: text(dataset, "RescaleType") not in ("", "HU"),
        PADDING_KEPT: kept,
        LOSSY: text(dataset, "LossyImageCompression") == "01",
    }
    notes = frozenset(note for note, applies in noticed.items() if applies)
    return SlicePixels(values_HU, hashlib.sha256(content).digest(), notes)


def _read(one: CTSlice) -> tuple[bytes, Dataset]:
    try:
        content = one.path.read_bytes()
    except OSError as error:
        raise damaged(one.name, error.strerror or str(error)) from error
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return content, pydicom.dcmread(io.BytesIO(content))
        except Exception as error:  # pydicom raises almost anything on a malformed file
            raise damaged(one.name, f"{type(error).__name__} while reading its pixels") from error


def _stored(dataset: Dataset, one: CTSlice) -> NDArray[np.int64]:
    """Stored numbers, checked for kind and length before anything is unpacked."""
    samples = whole_number(dataset, "SamplesPerPixel", 1, 4, one.name)
    frames = whole_number(dataset, "NumberOfFrames", 1, 10**6, one.name) if "NumberOfFrames" in dataset else 1
    if samples != 1 or frames != 1 or not text(dataset, "PhotometricInterpretation").startswith("MONOCHROME"):
        raise InputError(
            f"not a plain CT slice: {samples} sample(s) a pixel, {frames} frame(s), "
            f"{text(dataset, 'PhotometricInterpretation')[:16] or 'no PhotometricInterpretation'}",
            where=one.name,
            allowed="1 sample a pixel, 1 frame, MONOCHROME2",
            fix="leave secondary captures and multi-frame objects out of the folder",
        )
    bits = whole_number(dataset, "BitsAllocated", 1, 64, one.name)
    if bits not in (8, 16, 32):
        raise invalid("BitsAllocated", bits, one.name, "8, 16 or 32")
    whole_number(dataset, "BitsStored", 1, bits, one.name)
    whole_number(dataset, "PixelRepresentation", 0, 1, one.name)
    syntax = UID(text(dataset.file_meta, "TransferSyntaxUID"))
    if not syntax.is_transfer_syntax:
        raise invalid("TransferSyntaxUID", syntax, one.name, "a DICOM transfer syntax")
    _check_length(dataset, one, one.rows * one.columns * bits // 8, compressed=syntax.is_compressed)
    _check_decoder(syntax, one)
    try:
        return np.asarray(pixel_array(dataset, raw=True)).reshape(one.rows, one.columns).astype(np.int64)
    except Exception as error:  # decoders raise almost anything on malformed data
        raise damaged(one.name, f"{type(error).__name__} while decoding its pixels") from error


def _check_length(dataset: Dataset, one: CTSlice, expected: int, *, compressed: bool) -> None:
    if "PixelData" not in dataset:
        raise damaged(one.name, "it holds no pixel data")
    found = len(dataset.PixelData)
    # an odd number of bytes is padded with one
    if not found or (not compressed and not expected <= found <= expected + 1):
        raise damaged(one.name, f"{found} bytes of pixel data instead of {expected}")


def _check_decoder(syntax: UID, one: CTSlice) -> None:
    if not syntax.is_compressed:
        return
    try:
        available = get_decoder(syntax).is_available
    except NotImplementedError:
        available = False
    if not available:
        raise InputError(
            f"the pixels are compressed as '{syntax.name}', which cannot be decoded here",
            where=f"{one.name}, TransferSyntaxUID",
            allowed="uncompressed slices; RLE, JPEG baseline and JPEG 2000 as well",
            fix="export the series uncompressed (Explicit VR Little Endian)",
        )


def _slope(dataset: Dataset, one: CTSlice) -> float:
    slope = numbers(dataset, "RescaleSlope", 1, one.name)[0]
    if not 0 < slope <= MAX_SLOPE:
        raise invalid("RescaleSlope", slope, one.name, f"a finite number above 0, at most {MAX_SLOPE:g}")
    return slope


def _intercept(dataset: Dataset, one: CTSlice) -> float:
    intercept = numbers(dataset, "RescaleIntercept", 1, one.name)[0]
    if abs(intercept) > MAX_INTERCEPT_HU:
        raise invalid("RescaleIntercept", intercept, one.name, f"within {MAX_INTERCEPT_HU:g} of 0")
    return intercept


def _declared_padding(dataset: Dataset, stored: NDArray[np.int64], one: CTSlice) -> tuple[NDArray[np.bool_], bool]:
    """Which pixels the file declares to be padding (PS3.3, C.7.5.1.1.2), and whether that was not believed."""
    none = np.zeros(stored.shape, bool)
    if not text(dataset, "PixelPaddingValue"):
        return none, False
    keywords = [k for k in ("PixelPaddingValue", "PixelPaddingRangeLimit") if text(dataset, k)]
    ends = [_as_stored(dataset, keyword, one) for keyword in keywords]
    low, high = min(ends), max(ends)
    padding = (stored >= low) & (stored <= high)
    if high * _slope(dataset, one) + _intercept(dataset, one) > HIGHEST_PADDING_HU:
        return none, bool(padding.any())
    return padding, False


def _as_stored(dataset: Dataset, keyword: str, one: CTSlice) -> int:
    """A padding value as the pixels hold it: some writers give -2000 as 63536, or the other way round."""
    value = whole_number(dataset, keyword, -(2**31), 2**32, one.name)
    bits = int(dataset.BitsStored)
    value &= (1 << bits) - 1
    is_negative = int(dataset.PixelRepresentation) == 1 and value >> (bits - 1)
    return value - (1 << bits) if is_negative else value
