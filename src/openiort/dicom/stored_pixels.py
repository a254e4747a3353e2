"""Stored numbers of a slice or frame, as they are before slope and intercept; compressed or not."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.encaps import get_frame
from pydicom.pixels.utils import pixel_array
from pydicom.uid import (
    JPEG2000,
    UID,
    JPEG2000Lossless,
    JPEGBaseline8Bit,
    JPEGExtended12Bit,
    JPEGLossless,
    JPEGLosslessSV1,
    JPEGLSLossless,
    JPEGLSNearLossless,
    RLELossless,
)

from openiort.core.errors import InputError
from openiort.dicom.ct_slice import CTSlice
from openiort.dicom.decoder import Decoder, DecoderMissingError, DecodingError
from openiort.dicom.multi_frame import MAX_FRAMES
from openiort.dicom.read_file import damaged
from openiort.dicom.tag_values import invalid, text, whole_number

DECODED = (
    RLELossless, JPEGBaseline8Bit, JPEGExtended12Bit, JPEGLossless, JPEGLosslessSV1, JPEGLSLossless,
    JPEGLSNearLossless, JPEG2000Lossless, JPEG2000,
)  # fmt: skip


def stored_pixels(dataset: Dataset, one: CTSlice, decoder: Decoder) -> NDArray[np.int64]:
    """(rows, columns) stored numbers, checked for kind and length before anything is unpacked.

    Args:
        dataset: the whole file.
        one: the slice in it.
        decoder: for compressed pixels.

    Raises:
        InputError: no plain CT pixels, truncated, or compressed in a way that cannot be decoded.
    """
    frames = _frames(dataset, one)
    bits = whole_number(dataset, "BitsAllocated", 1, 64, one.name)
    if bits not in (8, 16, 32):
        raise invalid("BitsAllocated", bits, one.name, "8, 16 or 32")
    bits_stored = whole_number(dataset, "BitsStored", 1, bits, one.name)
    sign = whole_number(dataset, "PixelRepresentation", 0, 1, one.name)
    syntax = UID(text(dataset.file_meta, "TransferSyntaxUID"))
    if not syntax.is_transfer_syntax:
        raise invalid("TransferSyntaxUID", syntax, one.name, "a DICOM transfer syntax")
    expected = frames * one.rows * one.columns * bits // 8
    content = _pixel_bytes(dataset, one)
    _check_length(len(content), expected, one, compressed=syntax.is_compressed)
    if syntax.is_compressed:
        _check_syntax(syntax, bits_stored, one)
        asked = {
            "rows": one.rows, "columns": one.columns, "bits_allocated": bits, "bits_stored": bits_stored,
            "pixel_representation": sign, "transfer_syntax": str(syntax),
            "photometric_interpretation": text(dataset, "PhotometricInterpretation"),
        }  # fmt: skip
        return _decoded(content, one.frame or 0, frames, asked, decoder, one.name)
    return _plain(dataset, one)


def _frames(dataset: Dataset, one: CTSlice) -> int:
    samples = whole_number(dataset, "SamplesPerPixel", 1, 4, one.name)
    frames = whole_number(dataset, "NumberOfFrames", 1, 10**6, one.name) if "NumberOfFrames" in dataset else 1
    allowed = MAX_FRAMES if one.frame is not None else 1
    if samples != 1 or frames > allowed or not text(dataset, "PhotometricInterpretation").startswith("MONOCHROME"):
        raise InputError(
            f"not a plain CT slice: {samples} sample(s) a pixel, {frames} frame(s), "
            f"{text(dataset, 'PhotometricInterpretation')[:16] or 'no PhotometricInterpretation'}",
            where=one.name,
            allowed="1 sample a pixel, MONOCHROME2; 1 frame, or an enhanced CT",
            fix="leave secondary captures and multi-frame objects out of the folder",
        )
    return frames


def _pixel_bytes(dataset: Dataset, one: CTSlice) -> bytes:
    try:
        return bytes(dataset.PixelData) if "PixelData" in dataset else b""
    except Exception as error:  # a malformed element is looked at here first
        raise damaged(one.name, f"{type(error).__name__} while reading its pixels") from error


def _check_length(found: int, expected: int, one: CTSlice, *, compressed: bool) -> None:
    if not found:
        raise damaged(one.name, "it holds no pixel data")
    # an odd number of bytes is padded with one
    if not compressed and not expected <= found <= expected + 1:
        raise damaged(one.name, f"{found} bytes of pixel data instead of {expected}")


def _check_syntax(syntax: UID, bits_stored: int, one: CTSlice) -> None:
    if syntax not in DECODED or (syntax == JPEGExtended12Bit and bits_stored > 8):
        raise InputError(
            f"the pixels are compressed as '{syntax.name}' with {bits_stored} bits, which cannot be decoded here",
            where=f"{one.name}, TransferSyntaxUID",
            allowed="uncompressed slices; RLE, lossless JPEG, JPEG-LS and JPEG 2000 as well",
            fix="export the series uncompressed (Explicit VR Little Endian)",
        )


def _plain(dataset: Dataset, one: CTSlice) -> NDArray[np.int64]:
    try:
        pixels = np.asarray(pixel_array(dataset, raw=True, index=one.frame or 0))
        return pixels.reshape(one.rows, one.columns).astype(np.int64)
    except Exception as error:  # almost anything
        raise damaged(one.name, f"{type(error).__name__} while reading its pixels") from error


def _decoded(
    content: bytes, frame: int, frames: int, asked: dict[str, Any], decoder: Decoder, name: str
) -> NDArray[np.int64]:
    try:
        packed = get_frame(content, frame, number_of_frames=frames)
    except Exception as error:  # almost anything
        raise damaged(name, f"{type(error).__name__} while taking its compressed pixels apart") from error
    try:
        return decoder.decode(packed, asked).astype(np.int64)
    except DecodingError as error:
        raise damaged(name, str(error)) from error
    except DecoderMissingError as error:
        raise InputError(
            f"no decoder for '{UID(asked['transfer_syntax']).name}' is installed",
            where=f"{name}, TransferSyntaxUID",
            allowed="compressed slices where python-gdcm, pylibjpeg and pylibjpeg-openjpeg are installed",
            fix="install OpenIORT with its dependencies, or export the series uncompressed",
        ) from error
