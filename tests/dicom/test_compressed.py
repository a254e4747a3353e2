"""Every transfer syntax that scanners and archives use for CT gives the same numbers; malformed ones give one error."""

from __future__ import annotations

import struct
import time
from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom.encaps import encapsulate
from pydicom.uid import (
    JPEG2000,
    UID,
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    HTJ2KLossless,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGBaseline8Bit,
    JPEGExtended12Bit,
    JPEGLossless,
    JPEGLosslessSV1,
    JPEGLSLossless,
    RLELossless,
)

from openiort.core.errors import InputError
from openiort.core.grid import Grid
from openiort.dicom.decoder import Decoder, DecodingError
from openiort.dicom.read_ct import read_ct
from openiort.dicom.write_ct import write_ct
from openiort.patient.image import CTImage
from tests.dicom.recode import deflated, recode
from tests.dicom.small_ct import IDENTITY, change, set_tags

LOSSLESS = [
    ImplicitVRLittleEndian, ExplicitVRBigEndian, DeflatedExplicitVRLittleEndian, RLELossless, JPEGLossless,
    JPEGLosslessSV1, JPEGLSLossless, JPEG2000Lossless,
]  # fmt: skip
NATIVE_CODE = [JPEGLosslessSV1, JPEGLSLossless, JPEG2000Lossless]
SHAPE = (3, 40, 48)


def noisy_image() -> CTImage:
    """All bits in use, no two slices alike."""
    values_HU = np.random.default_rng(1).integers(-1024, 3072, SHAPE).astype(np.float32)
    return CTImage(values_HU, Grid((0.0, 0.0, 0.0), (1.0, 1.0, 2.0), SHAPE))


@pytest.fixture
def paths(tmp_path: Path) -> list[Path]:
    return write_ct(noisy_image(), IDENTITY, tmp_path / "ct", description="noise")


def error_of(folder: Path) -> InputError:
    with pytest.raises(InputError) as caught:
        read_ct(folder)
    error = caught.value
    assert error.what and error.where and error.allowed and error.fix
    return error


@pytest.mark.parametrize("syntax", LOSSLESS, ids=lambda syntax: syntax.name)
def test_lossless_syntaxes_give_the_same_numbers(paths: list[Path], syntax: UID) -> None:
    for path in paths:
        recode(path, syntax)
        assert pydicom.dcmread(path).file_meta.TransferSyntaxUID == syntax
    np.testing.assert_array_equal(read_ct(paths[0].parent).image.hounsfield, noisy_image().hounsfield)


def test_unsigned_twelve_bits_in_lossless_jpeg(paths: list[Path]) -> None:
    """As most scanners write, and most archives compress it."""
    stored = (noisy_image().hounsfield + 1024).astype("<u2")  # 0 to 4095
    for number, path in enumerate(paths):
        set_tags(path, PixelRepresentation=0, BitsStored=12, HighBit=11, RescaleIntercept="-1024",
                 PixelData=stored[number].tobytes())  # fmt: skip
        recode(path, JPEGLosslessSV1)
    np.testing.assert_array_equal(read_ct(paths[0].parent).image.hounsfield, noisy_image().hounsfield)


def test_lossy_jpeg_2000_is_near_and_said(paths: list[Path]) -> None:
    for path in paths:
        recode(path, JPEG2000)
        set_tags(path, LossyImageCompression="01")
    scan = read_ct(paths[0].parent)
    off_HU = scan.image.hounsfield - noisy_image().hounsfield
    # asked of the encoder: 80 dB of the 16-bit range, a root mean square error of 65535 / 10^4 = 6.6
    assert 0 < np.sqrt((off_HU**2).mean()) < 7
    assert "the CT says that it was once compressed with loss" in scan.notes


def test_slices_of_different_syntaxes_in_one_series(paths: list[Path]) -> None:
    recode(paths[0], JPEGLosslessSV1)
    recode(paths[2], JPEG2000Lossless)
    np.testing.assert_array_equal(read_ct(paths[0].parent).image.hounsfield, noisy_image().hounsfield)


@pytest.mark.parametrize("syntax", [HTJ2KLossless, JPEGExtended12Bit], ids=lambda syntax: syntax.name)
def test_compression_that_cannot_be_decoded_is_named(paths: list[Path], syntax: UID) -> None:
    recode(paths[1], JPEGLosslessSV1)
    change(paths[1], lambda dataset: setattr(dataset.file_meta, "TransferSyntaxUID", syntax))
    error = error_of(paths[0].parent)
    assert syntax.name in error.what
    assert error.where == "CT.0002.dcm, TransferSyntaxUID"


def test_eight_bits_in_baseline_jpeg(paths: list[Path]) -> None:
    """Lossy by nature; a ramp of whole steps survives it to within a step or two."""
    ramp = np.broadcast_to(np.arange(48, dtype=np.uint8) * 4, (40, 48)).copy()
    for path in paths:
        set_tags(path, PixelRepresentation=0, BitsAllocated=8, BitsStored=8, HighBit=7, RescaleIntercept="0",
                 PixelData=ramp.tobytes())  # fmt: skip
        recode(path, JPEGBaseline8Bit)
    found = read_ct(paths[0].parent).image.hounsfield
    np.testing.assert_allclose(found, np.broadcast_to(ramp, SHAPE), atol=4)


def test_decoder_that_is_not_installed(
    paths: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "without").mkdir()
    (tmp_path / "without" / "gdcm.py").write_text("raise ImportError('no GDCM here')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "without"))
    recode(paths[1], JPEGLosslessSV1)
    error = error_of(paths[0].parent)
    assert "no decoder for 'JPEG Lossless" in error.what
    assert "python-gdcm" in error.allowed


# --- malformed


@pytest.mark.parametrize("syntax", NATIVE_CODE, ids=lambda syntax: syntax.name)
@pytest.mark.parametrize("fault", ["cut", "zeros", "noise", "other size"])
def test_malformed_pixels_are_one_error(paths: list[Path], syntax: UID, fault: str) -> None:
    recode(paths[1], syntax)
    dataset = pydicom.dcmread(paths[1])
    frame = bytearray(pydicom.encaps.get_frame(dataset.PixelData, 0, number_of_frames=1))
    if fault == "cut":
        frame = frame[: len(frame) // 3 * 2 // 2 * 2]
    elif fault == "zeros":
        frame[20:] = bytes(len(frame) - 20)
    elif fault == "noise":
        frame[2:] = np.random.default_rng(2).bytes(len(frame) - 2)
    else:
        set_tags(paths[1], Rows=400, Columns=480)
        for path in (paths[0], paths[2]):
            set_tags(path, Rows=400, Columns=480, PixelData=bytes(400 * 480 * 2))
    change(paths[1], lambda d: setattr(d, "PixelData", encapsulate([bytes(frame)])))
    try:
        read_ct(paths[0].parent)
    except InputError as error:
        assert error.where.startswith("CT.0002.dcm")
    else:  # a cut stream of some kinds can be read to its end
        assert fault in ("cut", "zeros")


def test_decoder_that_takes_all_memory_is_stopped(paths: list[Path]) -> None:
    """A JPEG 2000 stream that says of itself to be 60000 x 60000 pixels, 14 GB while it is decoded."""
    recode(paths[1], JPEG2000Lossless)
    dataset = pydicom.dcmread(paths[1])
    frame = bytearray(pydicom.encaps.get_frame(dataset.PixelData, 0, number_of_frames=1))
    size = frame.index(b"\xff\x51") + 6  # SIZ marker: length, capabilities, then width and height (ISO 15444-1, A.5.1)
    frame[size : size + 8] = struct.pack(">II", 60_000, 60_000)
    frame[size + 16 : size + 24] = struct.pack(">II", 60_000, 60_000)  # one tile
    change(paths[1], lambda d: setattr(d, "PixelData", encapsulate([bytes(frame)])))
    begin = time.monotonic()
    assert "CT.0002.dcm" in error_of(paths[0].parent).where
    assert time.monotonic() - begin < 60  # 20 s are allowed to a frame


def test_decoder_lives_on_after_a_malformed_frame_and_is_started_anew_after_a_crash(paths: list[Path]) -> None:
    recode(paths[0], JPEGLosslessSV1)
    frame = pydicom.encaps.get_frame(pydicom.dcmread(paths[0]).PixelData, 0, number_of_frames=1)
    asked = {
        "rows": 40, "columns": 48, "bits_allocated": 16, "bits_stored": 16, "pixel_representation": 1,
        "photometric_interpretation": "MONOCHROME2", "transfer_syntax": str(JPEGLosslessSV1),
    }  # fmt: skip
    with Decoder() as decoder:
        for broken in (frame[:100], b"", frame[::-1]):
            with pytest.raises(DecodingError):
                decoder.decode(broken, asked)
        assert decoder._child is not None
        decoder._child.kill()  # as a crash of native code would
        decoder._child.wait()
        with pytest.raises(DecodingError, match="gave up"):
            decoder.decode(frame, asked)
        found = decoder.decode(frame, asked)
        child = decoder._child
    np.testing.assert_array_equal(found, noisy_image().hounsfield[0] + 1024)
    assert child is not None and child.poll() is not None, "the child ends with the decoder"


def test_deflated_bomb_is_not_unpacked(paths: list[Path]) -> None:
    """200 MB of zeros behind the tags, in 200 kB."""
    paths[1].write_bytes(deflated(paths[1], extra=bytes(200 * 2**20)))
    assert paths[1].stat().st_size < 2**20
    error = error_of(paths[0].parent)
    assert "larger than 128 MB" in error.what
    assert error.where == "CT.0002.dcm"


@pytest.mark.parametrize("share", [0.5, 0.9, 0.99])
def test_deflated_file_that_breaks_off(paths: list[Path], share: float) -> None:
    recode(paths[1], DeflatedExplicitVRLittleEndian)
    content = paths[1].read_bytes()
    paths[1].write_bytes(content[: int(len(content) * share)])
    assert error_of(paths[0].parent).where == "CT.0002.dcm"
