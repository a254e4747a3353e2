"""Where imported devices are kept: every version, unchanged, in a folder that only this user can enter.

`$XDG_DATA_HOME/openiort/devices/NAME/VERSION/` (`~/.local/share` by default) holds the site's files as they were given
and `version.json` with their hashes. Nothing is ever overwritten.
"""

from __future__ import annotations

import datetime
import json
import os
import secrets
import shutil
from collections.abc import Mapping
from pathlib import Path

from openiort.core.errors import InputError
from openiort.device.read_site import NAME, files_sha256, imported, read_site
from openiort.device.site_files import read_site_files, read_text
from openiort.device.site_tables import SiteTables
from openiort.version import __version__

RECORD = "version.json"
OWNER_ONLY = 0o700
OTHERS_MAY_WRITE = 0o022
NEVER = datetime.date.max


def store_folder() -> Path:
    """The folder of all imported devices; need not exist."""
    base = os.environ.get("XDG_DATA_HOME")
    try:
        return (Path(base) if base else Path.home() / ".local" / "share") / "openiort" / "devices"
    except RuntimeError as error:
        raise InputError("this user has no home folder", where="$XDG_DATA_HOME", allowed="a folder of your own",
                         fix="set it to a folder") from error


def stored_names() -> list[str]:
    """Names of the imported devices, sorted."""
    folder = store_folder()
    if not folder.is_dir():
        return []
    return sorted(entry.name for entry in folder.iterdir() if NAME.fullmatch(entry.name) and versions(entry.name))


def versions(name: str) -> list[int]:
    """Versions of an imported device, oldest first; none if there is no such device."""
    folder = store_folder() / name
    if not NAME.fullmatch(name) or not folder.is_dir():
        return []
    return sorted(int(entry.name) for entry in folder.iterdir() if entry.name.isdecimal() and entry.is_dir())


def read_stored(name: str, version: int | None = None) -> SiteTables:
    """One version of an imported device, the newest by default.

    Raises:
        InputError: no such device or version; its files are not what was imported; others may write there.
    """
    known = versions(name)
    wanted = version if version is not None else (known[-1] if known else 0)
    if wanted not in known:
        raise InputError(f"device '{name[:60]}' has no version {wanted}", where="--device (device)",
                         allowed=", ".join(map(str, known)) or "none", fix="see `openiort device list`")
    return imported(read_site(stored_files(name, wanted), today=NEVER), wanted)


def stored_files(name: str, version: int) -> dict[str, str]:
    """Text by file name of a version that exists.

    Raises:
        InputError: its files are not what was imported; others may write there.
    """
    folder = store_folder() / name / str(version)
    _check_private(folder)
    files, _ = read_site_files(folder)
    if _recorded_sha256(folder) != files_sha256(files):
        raise InputError("the files are not those that were imported", where=str(folder),
                         allowed="unchanged files", fix="import the site's folder again")
    return files


def add_version(name: str, files: Mapping[str, str]) -> tuple[int, bool]:
    """Keep a version; the same files twice are one version.

    Args:
        name: of the device, checked before.
        files: name -> text.

    Returns:
        Its number, and whether it is new.

    Raises:
        InputError: the store cannot be written; nothing is left behind then.
    """
    sha256 = files_sha256(files)
    known = versions(name)
    for number in known:
        if _recorded_sha256(store_folder() / name / str(number)) == sha256:
            return number, False
    beside = store_folder() / f".{name}.{secrets.token_hex(4)}.part"
    try:
        (store_folder() / name).mkdir(parents=True, exist_ok=True, mode=OWNER_ONLY)
        _check_private(store_folder() / name)
        beside.mkdir(OWNER_ONLY)
        _fill(beside, files, sha256)
        return _settle(beside, store_folder() / name, (known[-1] if known else 0) + 1), True
    except OSError as error:
        raise InputError(f"cannot keep the device: {error.strerror or error}", where=str(store_folder()),
                         allowed="a folder with room that you may write to",
                         fix="make room or permit writing there, or set XDG_DATA_HOME to another folder") from error
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def check_store(name: str) -> None:
    """Refuse a store that a version of an imported device cannot be added to, before anything is calculated.

    Raises:
        InputError: no permission to write there.
    """
    for folder in (store_folder(), store_folder() / name):
        if not os.access(folder, os.W_OK | os.X_OK):
            raise InputError(f"no permission to write in {folder}", where="--save", allowed="a folder of your own",
                             fix="permit writing there, or leave --save out")


def _fill(folder: Path, files: Mapping[str, str], sha256: str) -> None:
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8", newline="")
    record = {"program": "OpenIORT", "version": __version__, "sha256": sha256,
              "imported": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")}
    (folder / RECORD).write_text(json.dumps(record, indent=1) + "\n")


def _settle(beside: Path, home: Path, number: int) -> int:
    """Rename to the next free number; another import at the same time may have taken the first."""
    while True:
        try:
            beside.rename(home / str(number))
        except OSError:
            if not (home / str(number)).exists():
                raise
            number += 1
        else:
            return number


def _recorded_sha256(folder: Path) -> str:
    try:
        return str(json.loads(read_text(folder / RECORD))["sha256"])
    except (ValueError, KeyError, TypeError):
        return ""


def _check_private(folder: Path) -> None:
    """What others can change must not decide on a dose."""
    for place in (folder, folder.parent):
        status = place.stat()
        if status.st_uid != os.getuid() or status.st_mode & OTHERS_MAY_WRITE:
            raise InputError("somebody else owns this folder or may write to it", where=str(place),
                             allowed="a folder of your own with mode 700", fix=f"chmod go-w '{place}', or import again")
