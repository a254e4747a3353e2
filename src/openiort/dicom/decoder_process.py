"""The child process that decodes compressed pixels. It imports nothing of OpenIORT and is run as a file.

Decoders of JPEG, JPEG-LS and JPEG 2000 are native code. On malformed data they were seen to abort the process and to
take 13 GB and 40 s; here that costs a child with limits of memory and time, and the parent sees one error.

A request is a line of JSON (`rows`, `columns`, `bits_allocated`, `bits_stored`, `pixel_representation`,
`photometric_interpretation`, `transfer_syntax`, `length`) and that many bytes, one frame. The answer is a line of JSON
(`kind` of a NumPy array, `length`) and the pixels row by row, or a line with `error`, `missing` if no decoder is there.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import warnings
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.pixels.decoders.base import get_decoder
from pydicom.pixels.utils import pixel_array
from pydicom.uid import UID

MEMORY_BYTES = 2 * 2**30
TIME_PER_FRAME_s = 20


def answer(requests: BinaryIO, answers: BinaryIO) -> None:
    """Decode frame after frame until there are no more requests."""
    for line in requests:
        asked = json.loads(line)
        frame = requests.read(asked["length"])
        _limit_time()
        try:
            pixels = _decoded(asked, frame)
            said, content = {"kind": pixels.dtype.str, "length": pixels.nbytes}, pixels.tobytes()
        except Exception as error:  # decoders raise almost anything on malformed data
            said, content = {"error": type(error).__name__}, b""
            if not get_decoder(UID(asked["transfer_syntax"])).is_available:
                said = {"error": "missing"}
        answers.write(json.dumps(said).encode() + b"\n" + content)
        answers.flush()


def _decoded(asked: dict[str, Any], frame: bytes) -> NDArray[Any]:
    dataset = Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = asked["transfer_syntax"]
    dataset.Rows, dataset.Columns = asked["rows"], asked["columns"]
    dataset.SamplesPerPixel = 1
    dataset.PhotometricInterpretation = asked["photometric_interpretation"]
    dataset.BitsAllocated, dataset.BitsStored = asked["bits_allocated"], asked["bits_stored"]
    dataset.HighBit = asked["bits_stored"] - 1
    dataset.PixelRepresentation = asked["pixel_representation"]
    dataset.PixelData = encapsulate([frame])
    dataset["PixelData"].is_undefined_length = True
    return np.ascontiguousarray(pixel_array(dataset, raw=True))


def _limit_memory() -> None:
    """Leave so much room above what the process has mapped already."""
    with open("/proc/self/statm") as file:  # noqa: PTH123
        mapped = int(file.read().split()[0]) * resource.getpagesize()
    _limit(resource.RLIMIT_AS, mapped + MEMORY_BYTES)
    _limit(resource.RLIMIT_CORE, 0)


def _limit_time() -> None:
    """From here on; past it the system ends the process."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _limit(resource.RLIMIT_CPU, int(used.ru_utime + used.ru_stime) + TIME_PER_FRAME_s)


def _limit(what: int, value: int) -> None:
    """Set a limit, or leave the system's own where that is lower."""
    hard = resource.getrlimit(what)[1]
    resource.setrlimit(what, (value if hard == resource.RLIM_INFINITY else min(value, hard), hard))


def _main() -> None:
    # Native code prints where it likes: keep the pipe to the parent out of its reach.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    warnings.simplefilter("ignore")
    _limit_memory()
    answer(sys.stdin.buffer, answers)


if __name__ == "__main__":
    _main()
