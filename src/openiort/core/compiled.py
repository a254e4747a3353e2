"""The one way functions are compiled here: `njit`, with a disk cache that sees every change of the physics.

Numba's own cache looks only at the file of the cached function: a change in a function that it calls from another
file is not seen, and old physics runs silently. So the cache folder's name holds a hash of all compiled sources.
"""

from __future__ import annotations

import hashlib
import os
import stat
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import numba

PACKAGE = Path(__file__).resolve().parent.parent
COMPILED_SOURCES = ("core/*.py", "physics/*.py", "dose/*.py", "evidence/simulated_*.py")
OTHERS_WRITE = 0o022


def sources_hash(package: Path = PACKAGE) -> str:
    """First 16 hex digits of a SHA-256 over the names and texts of every file that holds compiled code."""
    digest = hashlib.sha256(numba.__version__.encode())
    for pattern in COMPILED_SOURCES:
        for file in sorted(package.glob(pattern)):
            digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


@cache
def cache_folder() -> Path | None:
    """Folder of the compiled code of exactly these sources, private to this user; None where none can be made."""
    leaf = f"compiled-{sources_hash()}"
    places = ((_user_cache, ("openiort", leaf)), (_temporary, (f"openiort-{os.getuid()}", leaf)))
    for root, names in places:
        try:
            folder = private_folder(root(), names)
        except (OSError, RuntimeError):  # RuntimeError: the user has no home
            continue
        if folder is not None:
            return folder
    return None


def _user_cache() -> Path:
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    base.mkdir(parents=True, exist_ok=True, mode=0o700)
    return base


def _temporary() -> Path:
    return Path(tempfile.gettempdir())


def private_folder(root: Path, names: Sequence[str]) -> Path | None:
    """The folder root/names[0]/..., made where it is not there; None if anybody else could put a file into it.

    Numba unpickles, which means runs, what it finds there. So every folder below `root` must be this user's and
    writable by nobody else, and `root` itself too, unless it is sticky as temporary folders are.

    Raises:
        OSError: it cannot be made.
    """
    status = root.stat()
    if status.st_mode & OTHERS_WRITE and not status.st_mode & stat.S_ISVTX:
        return None
    folder = root
    for name in names:
        folder = folder / name
        folder.mkdir(exist_ok=True, mode=0o700)
        status = folder.stat()
        owners = {folder.lstat().st_uid, status.st_uid}  # of a link and of what it leads to
        if owners != {os.getuid()} or status.st_mode & OTHERS_WRITE:
            return None
    return folder if os.access(folder, os.W_OK | os.X_OK) else None


def njit(function: Callable[..., Any] | None = None, **options: Any) -> Any:
    """Compile with Numba as `numba.njit`, cached in `cache_folder()`; options as `numba.njit`."""
    if function is None:
        return lambda f: njit(f, **options)
    with caching() as has_cache:
        return numba.njit(cache=has_cache, error_model="numpy", **options)(function)


@contextmanager
def caching() -> Iterator[bool]:
    """While functions are decorated in the block, their compiled code is kept in `cache_folder()`, if there is one."""
    folder = cache_folder()
    before = numba.config.CACHE_DIR
    numba.config.CACHE_DIR = str(folder or "")
    try:
        yield folder is not None
    finally:
        numba.config.CACHE_DIR = before
