"""The regular files below a folder, found without trusting the folder."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from openiort.core.errors import InputError

MAX_FILES = 100_000
FOLDER_ALLOWED = "a folder with the DICOM files of one CT series"


@dataclass(frozen=True, slots=True)
class FoundFiles:
    """What lies below a folder.

    Attributes:
        folder: where was looked.
        files: regular files, sorted by path so that messages do not depend on the disk.
        skipped: links, pipes and devices, which are not followed: an upload could point them anywhere.
    """

    folder: Path
    files: tuple[Path, ...]
    skipped: int

    def name(self, path: Path) -> str:
        """A file as error messages show it: relative to the folder."""
        return str(path.relative_to(self.folder))


def find_files(folder: str | Path) -> FoundFiles:
    """All regular files below a folder, however deep.

    Raises:
        InputError: it does not exist, is not a folder, cannot be read, is empty or holds too many files.
    """
    top = Path(folder).expanduser()
    _check_folder(top)
    regular: list[Path] = []
    skipped = 0
    for parent, folders, names in os.walk(top, followlinks=False, onerror=_cannot_read):
        skipped += sum(Path(parent, name).is_symlink() for name in folders)
        paths = [Path(parent, name) for name in names]
        kept = [path for path in paths if stat.S_ISREG(path.lstat().st_mode)]
        regular += kept
        skipped += len(paths) - len(kept)
        _check_count(len(regular), top)
    if not regular:
        raise _not_usable(f"folder '{top}' is empty" if not skipped else f"folder '{top}' holds only links", top)
    return FoundFiles(top, tuple(sorted(regular)), skipped)


def _check_folder(top: Path) -> None:
    try:
        exists, is_folder = top.exists(), top.is_dir()
    except (OSError, ValueError):
        exists, is_folder = False, False
    if not exists:
        raise _not_usable(f"folder '{top}' does not exist", top)
    if not is_folder:
        raise _not_usable(f"'{top}' is a file, not a folder", top)


def _check_count(count: int, top: Path) -> None:
    if count > MAX_FILES:
        raise InputError(
            f"folder holds more than {MAX_FILES} files",
            where=str(top),
            allowed=f"at most {MAX_FILES} files",
            fix="name the folder of the CT series itself",
        )


def _cannot_read(error: OSError) -> None:
    raise InputError(
        f"folder cannot be read: {error.strerror or error}",
        where=str(error.filename or ""),
        allowed="a folder that you may list and read",
        fix="correct its permissions or copy the CT elsewhere",
    ) from error


def _not_usable(what: str, top: Path) -> InputError:
    return InputError(what, where=f"FOLDER {top}", allowed=FOLDER_ALLOWED, fix="check the path")
