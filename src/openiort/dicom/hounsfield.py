"""The pixels of CT slices as Hounsfield units, padding as air."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from openiort.dicom.ct_slice import CTSlice
from openiort.dicom.decoder import Decoder
from openiort.dicom.multi_frame import frame_heads
from openiort.dicom.read_file import read_whole
from openiort.dicom.stored_pixels import stored_pixels
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


def read_pixels(slices: Sequence[CTSlice], decoder: Decoder) -> Iterator[SlicePixels]:
    """Read the file of one slice, or of several frames, once more, whole; the pixels come one by one.

    Args:
        slices: all of the same file.
        decoder: for compressed pixels.

    Raises:
        InputError: it is truncated, compressed in a way that cannot be decoded, or no plain CT slice.
    """
    content, dataset = read_whole(slices[0].path, slices[0].name)
    sha256 = hashlib.sha256(content).digest()
    del content
    frames = slices[0].frame is not None
    heads = frame_heads(dataset, slices[0].name) if frames else [dataset]
    for one in slices:
        yield _pixels(dataset, heads[one.frame or 0], one, sha256, decoder)


def _pixels(dataset: Dataset, head: Dataset, one: CTSlice, sha256: bytes, decoder: Decoder) -> SlicePixels:
    stored = stored_pixels(dataset, one, decoder)
    slope, intercept = _slope(head, one.name), _intercept(head, one.name)
    padding, kept = _declared_padding(head, stored, slope, intercept, one.name)
    values_HU = stored.astype(np.float32) * np.float32(slope) + np.float32(intercept)
    values_HU[padding | (values_HU <= PADDING_BELOW_HU)] = AIR_HU
    noticed = {
        NOT_HU: text(head, "RescaleType") not in ("", "HU"),
        PADDING_KEPT: kept,
        LOSSY: text(head, "LossyImageCompression") == "01",
    }
    notes = frozenset(note for note, applies in noticed.items() if applies)
    return SlicePixels(values_HU, sha256, notes)


def _slope(head: Dataset, name: str) -> float:
    slope = numbers(head, "RescaleSlope", 1, name)[0]
    if not 0 < slope <= MAX_SLOPE:
        raise invalid("RescaleSlope", slope, name, f"a finite number above 0, at most {MAX_SLOPE:g}")
    return slope


def _intercept(head: Dataset, name: str) -> float:
    intercept = numbers(head, "RescaleIntercept", 1, name)[0]
    if abs(intercept) > MAX_INTERCEPT_HU:
        raise invalid("RescaleIntercept", intercept, name, f"within {MAX_INTERCEPT_HU:g} of 0")
    return intercept


def _declared_padding(
    head: Dataset, stored: NDArray[np.int64], slope: float, intercept: float, name: str
) -> tuple[NDArray[np.bool_], bool]:
    """Which pixels the file declares to be padding (PS3.3, C.7.5.1.1.2), and whether that was not believed."""
    none = np.zeros(stored.shape, bool)
    if not text(head, "PixelPaddingValue"):
        return none, False
    keywords = [k for k in ("PixelPaddingValue", "PixelPaddingRangeLimit") if text(head, k)]
    ends = [_as_stored(head, keyword, name) for keyword in keywords]
    low, high = min(ends), max(ends)
    padding = (stored >= low) & (stored <= high)
    if high * slope + intercept > HIGHEST_PADDING_HU:
        return none, bool(padding.any())
    return padding, False


def _as_stored(head: Dataset, keyword: str, name: str) -> int:
    """A padding value as the pixels hold it: some writers give -2000 as 63536, or the other way round."""
    value = whole_number(head, keyword, -(2**31), 2**32, name)
    bits = int(head.BitsStored)
    value &= (1 << bits) - 1
    is_negative = int(head.PixelRepresentation) == 1 and value >> (bits - 1)
    return value - (1 << bits) if is_negative else value
