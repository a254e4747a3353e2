"""A written slice in another transfer syntax; the compressed ones by GDCM's and openjpeg's encoders."""

from __future__ import annotations

import io
import zlib
from pathlib import Path
from typing import Any

import gdcm
import numpy as np
import pydicom
from pydicom.filewriter import write_dataset
from pydicom.uid import (
    JPEG2000,
    UID,
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ImplicitVRLittleEndian,
)

from tests.dicom.small_ct import change


def recode(path: Path, syntax: UID) -> None:
    """Write the file again with the same pixels in that transfer syntax."""
    if syntax in (ImplicitVRLittleEndian, ExplicitVRBigEndian):
        change(path, lambda dataset: _plain(dataset, syntax))
    elif syntax == DeflatedExplicitVRLittleEndian:
        path.write_bytes(deflated(path))
    elif syntax == JPEG2000:
        change(path, lambda dataset: dataset.compress(JPEG2000, j2k_psnr=[80], encoding_plugin="pylibjpeg"))
    else:
        _by_gdcm(path, syntax)


def _plain(dataset: Any, syntax: UID) -> None:
    if syntax == ExplicitVRBigEndian:
        dataset.PixelData = np.frombuffer(dataset.PixelData, "<i2").astype(">i2").tobytes()
    dataset.file_meta.TransferSyntaxUID = syntax
    dataset._read_implicit = dataset._read_little = None


def _by_gdcm(path: Path, syntax: UID) -> None:
    reader = gdcm.ImageReader()
    reader.SetFileName(str(path))
    assert reader.Read()
    encoder = gdcm.ImageChangeTransferSyntax()
    encoder.SetTransferSyntax(gdcm.TransferSyntax(gdcm.TransferSyntax.GetTSType(str(syntax))))
    encoder.SetInput(reader.GetImage())
    assert encoder.Change(), syntax.name
    writer = gdcm.ImageWriter()
    writer.SetFileName(str(path))
    writer.SetFile(reader.GetFile())
    writer.SetImage(encoder.GetOutput())
    assert writer.Write()


def deflated(path: Path, extra: bytes = b"") -> bytes:
    """The file with everything behind its head deflated (PS3.5, A.5), and `extra` deflated behind that."""
    dataset = pydicom.dcmread(path)
    head = dataset.file_meta
    head.TransferSyntaxUID = DeflatedExplicitVRLittleEndian
    body = io.BytesIO()
    plain = pydicom.filebase.DicomIO(body)
    plain.is_little_endian, plain.is_implicit_VR = True, False
    del dataset.file_meta
    write_dataset(plain, dataset)
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    packed = packer.compress(body.getvalue()) + packer.compress(extra) + packer.flush()
    start = io.BytesIO()
    pydicom.filewriter.write_file_meta_info(start, head)
    return b"\0" * 128 + b"DICM" + start.getvalue() + packed


