"""What a result rests on: versions, hashes, platform."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from openiort.core.compiled import sources_hash
from openiort.core.table import table_sha256
from openiort.version import __version__

LIBRARIES = ("numpy", "scipy", "numba", "pydicom", "matplotlib", "typst")


def provenance(*, seed: int, input_sha256: str, tables: tuple[str, ...]) -> dict[str, Any]:
    """Versions and hashes that a result depends on; no name, no path, no time.

    Args:
        seed: of the random numbers.
        input_sha256: hash of the patient's files.
        tables: files below `tables/` that were used.
    """
    return {
        "openiort_version": __version__,
        "compiled_sources_sha256": sources_hash(),
        "python_version": platform.python_version(),
        "machine": platform.machine(),
        "libraries": {name: _version(name) for name in LIBRARIES},
        "seed": seed,
        "input_sha256": input_sha256,
        "tables_sha256": {name: table_sha256(name) for name in tables},
    }


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "unknown"
