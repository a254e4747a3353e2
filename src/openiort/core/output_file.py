"""One file of output: its place checked before the work, written beside it, then renamed into it."""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from openiort.core.errors import InputError

BYTES_PER_MB = 1_000_000
ALLOWED = "a new file in a folder that you may write to"


def check_output_file(file: str | Path, *, option: str, force: bool = False) -> Path:
    """Refuse a place that a file cannot be written to, before anything is calculated; nothing is created.

    Args:
        file: in a folder that exists.
        option: that named it, for the message.
        force: a file there may be replaced.

    Returns:
        The file's full path.

    Raises:
        InputError: it exists and `force` is not given; it is a folder; its folder does not exist or cannot be written.
    """
    try:
        place = Path(file).expanduser().resolve()
        if place.is_dir():
            raise InputError(f"{place} is a folder", where=option, allowed=ALLOWED, fix="give the name of a file")
        if place.exists() and not force:
            raise InputError(f"file {place} exists already", where=option, allowed=ALLOWED,
                             fix="choose another name, or replace it by --force")
        if not place.parent.is_dir():
            raise InputError(f"folder {place.parent} does not exist", where=option, allowed=ALLOWED,
                             fix="make the folder or choose another one")
        if not os.access(place.parent, os.W_OK | os.X_OK):
            raise InputError(f"no permission to write in {place.parent}", where=option, allowed=ALLOWED,
                             fix="choose another folder")
    except OSError as error:
        raise cannot_write(error, Path(file), where=option) from error
    except RuntimeError as error:  # no home folder for `~`, or a loop of links
        raise InputError(f"{file} leads nowhere", where=option, allowed=ALLOWED, fix="give a plain path") from error
    return place


def check_new_file(file: str | Path, *, option: str) -> Path:
    """As `check_output_file`, of a file that nothing may be replaced by.

    Raises:
        InputError: anything is there already, and what `check_output_file` refuses.
    """
    if Path(file).is_file():
        raise InputError(f"file {file} exists already", where=option, allowed="a new file", fix="choose another name")
    return check_output_file(file, option=option)


def write_output_file(file: str | Path, content: bytes, *, option: str, force: bool = False) -> None:
    """Write beside, then rename; on any failure nothing is left and an earlier file stands.

    Raises:
        InputError: as `check_output_file`; disk full.
    """
    fill_output_file(file, lambda beside: beside.write(content), option=option, force=force, needed_bytes=len(content))


def fill_output_file(file: str | Path, fill: Callable[[BinaryIO], object], *, option: str, force: bool = False,
                     needed_bytes: int = 0) -> None:
    """As `write_output_file`, piece by piece: `fill` writes into the file beside, of about `needed_bytes`.

    Raises:
        InputError: as `check_output_file`; disk full.
    """
    place = check_output_file(file, option=option, force=force)
    beside = place.with_name(f".{place.name}.{secrets.token_hex(4)}.part")
    try:
        with beside.open("xb") as opened:
            fill(opened)
        check_output_file(place, option=option, force=force)  # somebody may have written there meanwhile
        beside.replace(place)
    except OSError as error:
        raise cannot_write(error, place, needed_bytes, where=option) from error
    finally:
        beside.unlink(missing_ok=True)


def cannot_write(error: OSError, place: Path, needed_bytes: int = 0, *, where: str) -> InputError:
    """What the user is told when the file system refuses; `where` is the option that named the place."""
    allowed, fix = "a place that you may write to", "choose another place"
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        needed = f"about {max(1, round(needed_bytes / BYTES_PER_MB))} MB" if needed_bytes else "more room"
        return InputError(f"disk full while writing {place}; nothing was written", where=where,
                          allowed=f"a disk with {needed} free", fix="free some space or choose another place")
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return InputError(f"no permission to write {place}", where=where, allowed=allowed, fix=fix)
    return InputError(f"cannot write {place}: {error.strerror or error}", where=where, allowed=allowed, fix=fix)
