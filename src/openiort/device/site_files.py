"""The files of a site's folder, read with caution: known names, plain files, small, text."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path

from openiort.core.errors import InputError

DESCRIPTION = "device.toml"
OUTPUT_CHECK = "output_check.csv"
FITTED = "fitted.toml"
NAMES = re.compile(r"(device\.toml|output_check\.csv|fitted\.toml|(bare_probe|transfer)(_[A-Za-z0-9. -]{1,20})?\.csv)")
LARGEST_bytes = 1_000_000
MOST_FILES = 1_000
KNOWN = "device.toml, bare_probe.csv, bare_probe_SCALE.csv, transfer.csv, transfer_SCALE.csv, output_check.csv"


def read_site_files(folder: str | Path) -> tuple[dict[str, str], tuple[str, ...]]:
    """Text by file name, and the names of what was left alone because no table is called so.

    Raises:
        InputError: no folder; a link, a device or a pipe under a known name; a file that is too large or no UTF-8
            text; no `device.toml`.
    """
    place = Path(folder)
    try:
        entries = sorted(entry.name for entry in place.iterdir())
    except OSError as error:
        raise InputError(f"cannot read the folder {folder}: {error.strerror}", where="FOLDER", allowed=KNOWN,
                         fix="give the folder that holds the site's tables") from error
    if len(entries) > MOST_FILES:
        raise InputError(f"{folder} holds {len(entries)} entries", where="FOLDER", allowed=f"up to {MOST_FILES}",
                         fix="put the site's tables into a folder of their own")
    known = [name for name in entries if NAMES.fullmatch(name)]
    if DESCRIPTION not in known:
        raise InputError(f"{folder} has no {DESCRIPTION}", where="FOLDER", allowed=KNOWN,
                         fix="docs/device.md shows a complete folder")
    return {name: read_text(place / name) for name in known}, tuple(name for name in entries if name not in known)


def read_text(path: Path) -> str:
    """Text of a plain file of at most 1 MB; no link is followed, no pipe waited for.

    Raises:
        InputError: it is something else.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        raise _refused(path, "is a link" if path.is_symlink() else error.strerror or "cannot be read") from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise _refused(path, "is no plain file")
    with os.fdopen(descriptor, "rb") as file:
        content = file.read(LARGEST_bytes + 1)
    if len(content) > LARGEST_bytes:
        raise _refused(path, f"is larger than {LARGEST_bytes // 1000} kB")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _refused(path, f"is no UTF-8 text (byte {error.start})") from error


def _refused(path: Path, reason: str) -> InputError:
    return InputError(f"{path.name} {reason}", where=str(path), allowed="a plain UTF-8 text file of at most 1 MB",
                      fix="copy the table itself into the folder")
