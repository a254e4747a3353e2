"""The one way functions are compiled here: `njit`, with a disk cache that sees every change of the physics.

Numba's own cache looks only at the file of the cached function: a change in a function that it calls from another
file is not seen, and old physics runs silently. So the cache folder's name holds a hash of all compiled sources.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numba

PACKAGE = Path(__file__).resolve().parent.parent
COMPILED_SOURCES = ("core", "physics", "dose")


def sources_hash(package: Path = PACKAGE) -> str:
    """First 16 hex digits of a SHA-256 over the names and texts of every file that holds compiled code."""
    digest = hashlib.sha256(numba.__version__.encode())
    for folder in COMPILED_SOURCES:
        for file in sorted((package / folder).glob("*.py")):
            digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


@cache
def cache_folder() -> Path | None:
    """Folder of the compiled code of exactly these sources, private to this user; None where none can be made."""
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    for root in (base, Path(tempfile.gettempdir()) / f"openiort-{os.getuid()}"):
        folder = root / "openiort" / f"compiled-{sources_hash()}"
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError:
            continue
        # Numba unpickles what it finds there: nobody else may own or write it.
        status = folder.stat()
        if status.st_uid == os.getuid() and not status.st_mode & 0o022 and os.access(folder, os.W_OK):
            return folder
    return None


def njit(function: Callable[..., Any] | None = None, **options: Any) -> Any:
    """Compile with Numba as `numba.njit`, cached in `cache_folder()`; options as `numba.njit`."""
    if function is None:
        return lambda f: njit(f, **options)
    folder = cache_folder()
    before = numba.config.CACHE_DIR
    numba.config.CACHE_DIR = str(folder or "")
    try:
        return numba.njit(cache=folder is not None, error_model="numpy", **options)(function)
    finally:
        numba.config.CACHE_DIR = before
