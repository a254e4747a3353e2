"""Slices with bytes changed or cut off at random: a scan or one clear error, never anything else."""

from __future__ import annotations

import shutil
import tempfile
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom.uid import (
    UID,
    DeflatedExplicitVRLittleEndian,
    EnhancedCTImageStorage,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGLosslessSV1,
    JPEGLSLossless,
    RLELossless,
)

from openiort.core.errors import InputError
from openiort.dicom.read_ct import read_ct
from tests.dicom.enhanced import enhance
from tests.dicom.recode import recode
from tests.dicom.small_ct import small_ct

PLAIN = (ExplicitVRLittleEndian, ImplicitVRLittleEndian, DeflatedExplicitVRLittleEndian, EnhancedCTImageStorage)
COMPRESSED = (RLELossless, JPEGLosslessSV1, JPEGLSLossless, JPEG2000Lossless)


@cache
def folder_of(kind: UID) -> dict[str, bytes]:
    """Names and contents of a good series of five slices in a transfer syntax, or in one enhanced file."""
    with tempfile.TemporaryDirectory() as made:
        paths = small_ct(Path(made) / "ct")
        if kind == EnhancedCTImageStorage:
            enhance(paths, paths[0].parent / "all.dcm")
        elif kind != ExplicitVRLittleEndian:
            for path in paths:
                recode(path, kind)
        return {path.name: path.read_bytes() for path in sorted(paths[0].parent.iterdir())}


def read_damaged(kind: UID, changed: list[tuple[float, int]], kept: float) -> None:
    """Read the series with bytes of one file changed (place as a share of its length, new value) and its end cut."""
    files = dict(folder_of(kind))
    name = sorted(files)[len(files) // 2]
    content = bytearray(files[name])
    for place, value in changed:
        # the first 128 bytes mean nothing
        content[128 + int(place * (len(content) - 129))] = value
    files[name] = bytes(content[: int(kept * len(content))])
    folder = Path(tempfile.mkdtemp())
    try:
        for each, bytes_of in files.items():
            (folder / each).write_bytes(bytes_of)
        read_ct(folder)
    except InputError as error:
        assert error.what and error.where and error.allowed and error.fix
    finally:
        shutil.rmtree(folder)


places = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), max_size=8)
shares = st.one_of(st.just(1.0), st.floats(0, 1))


@pytest.mark.parametrize("kind", PLAIN, ids=lambda kind: kind.name)
@settings(max_examples=150, deadline=None)
@given(changed=places, kept=shares)
def test_damage(kind: UID, changed: list[tuple[float, int]], kept: float) -> None:
    read_damaged(kind, changed, kept)


@pytest.mark.parametrize("kind", COMPRESSED, ids=lambda kind: kind.name)
@settings(max_examples=12, deadline=None)
@given(changed=places, kept=shares)
def test_damage_of_compressed_slices(kind: UID, changed: list[tuple[float, int]], kept: float) -> None:
    """Fewer, as each starts a decoder."""
    read_damaged(kind, changed, kept)
