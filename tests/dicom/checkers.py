"""What other people's programs, and pydicom at its strictest, say about a file."""

from __future__ import annotations

import gzip
import subprocess
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pydicom
from numpy.typing import NDArray
from pydicom import config
from pydicom.dataset import Dataset

from tests.required_tools import require_tool

LONGEST = {"DS": 16, "IS": 12, "SH": 16, "CS": 16, "LO": 64, "UI": 64, "ST": 1024}  # characters: PS3.5, 6.2


def items(dataset: Dataset) -> Iterator[Dataset]:
    """The data set and everything in its sequences."""
    yield dataset
    for element in dataset:
        if element.VR == "SQ":
            for item in element.value:
                yield from items(item)


def read_strictly(path: Path) -> Dataset:
    """Read a file with pydicom raising on every value that the standard does not allow; lengths are counted too."""
    before = config.settings.reading_validation_mode
    config.settings.reading_validation_mode = config.RAISE
    try:
        dataset = pydicom.dcmread(path)
        for item in items(dataset):
            for element in item:
                if element.VR in LONGEST:
                    values = element.value if element.VM > 1 else [element.value]
                    shown = [str(getattr(v, "original_string", "") or ("" if v is None else v)) for v in values]
                    assert max(map(len, shown), default=0) <= LONGEST[element.VR], element
    finally:
        config.settings.reading_validation_mode = before
    return dataset


def dciodvfy_errors(path: Path) -> list[str]:
    """What dciodvfy calls an error; it must have known what kind of file it is."""
    report = subprocess.run([require_tool("dciodvfy"), str(path)], capture_output=True, text=True).stderr
    assert report.splitlines() and any(line.startswith(("RT", "CT")) for line in report.splitlines()), report
    return [line for line in report.splitlines() if line.startswith(("Error", "Abort"))]


def with_16_bits(path: Path, copy: Path) -> Path:
    """A copy of a dose that dciodvfy can read: it aborts on 32-bit pixels."""
    tags = pydicom.dcmread(path)
    tags.PixelData = (tags.pixel_array >> 16).astype("<u2").tobytes()
    tags.BitsAllocated, tags.BitsStored, tags.HighBit = 16, 16, 15
    tags.save_as(copy)
    return copy


def dcmtk_complaints(path: Path, converted: Path) -> list[str]:
    """Errors and warnings of dcmtk when it takes a file apart as an RT object and writes it anew."""
    commands = ([require_tool("drtdump"), str(path)], [require_tool("dcmconv"), "+te", str(path), str(converted)])
    ran = [subprocess.run(command, capture_output=True, text=True) for command in commands]
    assert [done.returncode for done in ran] == [0, 0], [done.stderr for done in ran]
    return [line for done in ran for line in done.stderr.splitlines() if line.startswith(("E:", "F:", "W:"))]


def read_nrrd(path: Path) -> tuple[dict[str, str], NDArray[np.generic]]:
    """Head and voxels (z, y, x) of an image as plastimatch writes it."""
    head, data = path.read_bytes().split(b"\n\n", 1)
    fields = dict(line.split(": ", 1) for line in head.decode().splitlines() if ": " in line)
    kind = {"float": "<f4", "unsigned char": "u1", "uchar": "u1"}[fields["type"]]
    raw = gzip.decompress(data) if fields["encoding"] == "gzip" else data
    return fields, np.frombuffer(raw, kind).reshape([int(n) for n in fields["sizes"].split()][::-1])
