"""An RT Dose, RT Plan or Registration file off the disk: its kind checked, its size limited, packed or not."""

from __future__ import annotations

import io
import warnings
from pathlib import Path

import pydicom
from pydicom.dataset import Dataset
from pydicom.uid import ExplicitVRLittleEndian, ImplicitVRLittleEndian

from openiort.core.errors import InputError
from openiort.dicom.read_file import MIB, inflated, is_deflated, read_file_head
from openiort.dicom.tag_values import text

MAX_FILE_BYTES = 2048 * MIB
# A deflated file of some kilobytes could become terabytes, so what comes out is limited as well.
MAX_INFLATED_BYTES = 512 * MIB
READ_HERE = (ImplicitVRLittleEndian, ExplicitVRLittleEndian)


def read_rt_file(path: Path, name: str, sop_class_uid: str, kind: str) -> tuple[bytes, Dataset]:
    """The bytes of a file and all its tags.

    Args:
        path: the file.
        name: the file as messages show it.
        sop_class_uid: what it must be.
        kind: the same in words, such as "RT Dose".

    Raises:
        InputError: the file cannot be read, is another kind, too large, compressed, or damaged.
    """
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise _not_usable(name, kind, f"it is larger than {MAX_FILE_BYTES // MIB} MB")
        content = path.read_bytes()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            dataset = _dataset(path, name, content)
    except OSError as error:
        raise _not_usable(name, kind, error.strerror or str(error)) from error
    except InputError:
        raise
    except Exception as error:  # pydicom raises almost anything on a malformed file
        raise _not_usable(name, kind, type(error).__name__) from error
    if text(dataset, "SOPClassUID") != sop_class_uid:
        raise _not_usable(name, kind, "it is another kind of DICOM file")
    if text(dataset.file_meta, "TransferSyntaxUID") not in READ_HERE:
        raise _not_usable(name, kind, "it is compressed, or its bytes stand in reverse order")
    return content, dataset


def _dataset(path: Path, name: str, content: bytes) -> Dataset:
    file_head = read_file_head(path, name)
    if is_deflated(file_head):
        return inflated(content, name, file_head, MAX_INFLATED_BYTES, with_pixels=True)
    return pydicom.dcmread(io.BytesIO(content))


def _not_usable(name: str, kind: str, why: str) -> InputError:
    return InputError(f"file '{name}' cannot be read as {kind}: {why}", where=name,
                      allowed=f"a whole {kind} file, Implicit or Explicit VR Little Endian, deflated or not",
                      fix="export or copy it again")
