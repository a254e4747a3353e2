"""Other people's DICOM files: what pydicom brings along, and `pydicom-data` where it is installed."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pydicom.data

PACKAGED = "data_store"  # what `pip install pydicom-data` calls its package
NOT_INSTALLED = "pydicom-data is not installed"


def has_pydicom_data() -> bool:
    return importlib.util.find_spec(PACKAGED) is not None


def pool() -> list[Path]:
    """All files of both, whatever they are."""
    folders = [Path(pydicom.data.__file__).parent]
    spec = importlib.util.find_spec(PACKAGED)
    if spec is not None:
        folders += [Path(folder) for folder in spec.submodule_search_locations or ()]
    found = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    return sorted(path for path in found if path.suffix not in (".py", ".pyc"))
