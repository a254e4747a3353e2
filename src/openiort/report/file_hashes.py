"""Hashes of what was written: of each file, and one for a folder of files that belong together."""

from __future__ import annotations

import hashlib
from pathlib import Path


def path_sha256(path: Path) -> str:
    """SHA-256 of a file; of a folder, that over the names and hashes of its files in the order of their names.

    Raises:
        OSError: it cannot be read.
    """
    if path.is_dir():
        digest = hashlib.sha256()
        for file in sorted(path.iterdir()):
            digest.update(f"{file.name}\0{path_sha256(file)}\n".encode())
        return digest.hexdigest()
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def hashes(folder: Path) -> dict[str, str]:
    """Name -> hash of everything in a folder."""
    return {path.name: path_sha256(path) for path in sorted(folder.iterdir())}
