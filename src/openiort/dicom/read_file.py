"""One DICOM file off the disk, head or whole: whatever pydicom raises on a malformed one becomes one clear error."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pydicom
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.filereader import read_dataset, read_file_meta_info
from pydicom.uid import (
    UID,
    DeflatedExplicitVRLittleEndian,
    EnhancedCTImageStorage,
    ExplicitVRLittleEndian,
    LegacyConvertedEnhancedCTImageStorage,
)

from openiort.core.errors import InputError
from openiort.dicom.tag_values import text

Read = TypeVar("Read")

MIB = 2**20
MARK_AT, MARK = 128, b"DICM"
# A deflated file of some kilobytes could become terabytes, so what comes out is limited as well.
MAX_SLICE_BYTES = 512 * MIB
MAX_INFLATED_SLICE_BYTES = 128 * MIB
MAX_MULTI_FRAME_BYTES = 2048 * MIB
MULTI_FRAME_CT = (EnhancedCTImageStorage, LegacyConvertedEnhancedCTImageStorage)
PIXEL_TAGS = (0x7FE0_0008, 0x7FE0_0009, 0x7FE0_0010)


def damaged(name: str, why: str) -> InputError:
    """The error for a file that breaks off or is not what it says."""
    return InputError(
        f"file '{name}' is damaged or truncated: {why}",
        where=name,
        allowed="whole DICOM files",
        fix="copy or export this file again",
    )


def has_mark(path: Path, name: str) -> bool:
    """Whether the file begins as DICOM files do (PS3.10, 7.1).

    Raises:
        InputError: it may not be read.
    """
    try:
        with path.open("rb") as file:
            return file.read(MARK_AT + len(MARK))[MARK_AT:] == MARK
    except OSError as error:
        raise InputError(
            f"file '{name}' cannot be read: {error.strerror or error}",
            where=name,
            allowed="files that you may read",
            fix="correct its permissions or copy the CT elsewhere",
        ) from error


def read_file_head(path: Path, name: str) -> Dataset:
    """The file meta information (group 0002): kind of object and transfer syntax."""
    return _guarded(lambda: read_file_meta_info(path), name, "its head")


def is_deflated(file_head: Dataset) -> bool:
    """Whether the file must be unpacked as a whole before anything of it can be read."""
    return text(file_head, "TransferSyntaxUID") == DeflatedExplicitVRLittleEndian


def read_head(path: Path, name: str, file_head: Dataset) -> Dataset:
    """All tags before the pixels.

    Raises:
        InputError: the file is damaged or too large.
    """
    _check_size(path, name, file_head)
    if is_deflated(file_head):
        return inflated(_content(path, name), name, file_head, _allowed_inflated(file_head), with_pixels=False)
    return _guarded(lambda: pydicom.dcmread(path, stop_before_pixels=True), name, "its head")


def read_whole(path: Path, name: str) -> tuple[bytes, Dataset]:
    """The bytes of a file and all its tags.

    Raises:
        InputError: the file is damaged or cannot be read.
    """
    content = _content(path, name)
    file_head = read_file_head(path, name)
    if is_deflated(file_head):
        return content, inflated(content, name, file_head, _allowed_inflated(file_head), with_pixels=True)
    return content, _guarded(lambda: pydicom.dcmread(io.BytesIO(content)), name, "its pixels")


def _content(path: Path, name: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise damaged(name, error.strerror or str(error)) from error


def _guarded(read: Callable[[], Read], name: str, what: str) -> Read:
    try:
        return read()
    except Exception as error:  # almost anything
        raise damaged(name, f"{type(error).__name__} while reading {what}") from error


def _is_multi_frame(file_head: Dataset) -> bool:
    return UID(text(file_head, "MediaStorageSOPClassUID")) in MULTI_FRAME_CT


def _check_size(path: Path, name: str, file_head: Dataset) -> None:
    multi_frame = _is_multi_frame(file_head)
    allowed = MAX_MULTI_FRAME_BYTES if multi_frame else MAX_SLICE_BYTES
    size = path.stat().st_size
    if size > allowed:
        raise InputError(
            f"file '{name}' is too large for {'a multi-frame CT' if multi_frame else 'one CT slice'}: "
            f"{size / MIB:.0f} MB",
            where=name,
            allowed=f"at most {allowed // MIB} MB",
            fix="export the series as one slice a file",
        )


def _allowed_inflated(file_head: Dataset) -> int:
    return MAX_MULTI_FRAME_BYTES if _is_multi_frame(file_head) else MAX_INFLATED_SLICE_BYTES


def inflated(content: bytes, name: str, file_head: Dataset, allowed: int, *, with_pixels: bool) -> Dataset:
    """The tags of a deflated file (PS3.5, A.5) that has at most `allowed` bytes when unpacked.

    Raises:
        InputError: it is damaged, or would be larger.
    """
    packed = _guarded(lambda: _after_file_head(content), name, "its head")
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        plain = inflater.decompress(packed, allowed)
    except zlib.error as error:
        raise damaged(name, "it is deflated, and cannot be unpacked") from error
    if inflater.unconsumed_tail:
        raise InputError(
            f"file '{name}' is deflated, and unpacked it would be larger than {allowed // MIB} MB",
            where=name,
            allowed=f"at most {allowed // MIB} MB",
            fix="export the series uncompressed (Explicit VR Little Endian)",
        )
    if not inflater.eof:
        raise damaged(name, "it is deflated, and breaks off")
    return _guarded(lambda: _parsed(plain, file_head, with_pixels=with_pixels), name, "its tags")


def _after_file_head(content: bytes) -> bytes:
    file = io.BytesIO(content)
    file.seek(MARK_AT + len(MARK))
    read_dataset(file, False, True, stop_when=lambda tag, vr, length: tag.group != 2)
    return content[file.tell() :]


def _parsed(plain: bytes, file_head: Dataset, *, with_pixels: bool) -> Dataset:
    stop = None if with_pixels else (lambda tag, vr, length: tag in PIXEL_TAGS)
    dataset = read_dataset(io.BytesIO(plain), False, True, stop_when=stop)
    dataset.file_meta = FileMetaDataset(file_head)
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    return dataset
