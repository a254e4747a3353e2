"""The folder a plan is written to: checked before the work, filled beside its place, then renamed into it.

Whatever goes wrong, the place holds either what it held before or the complete plan, never half of one.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
from collections.abc import Callable
from pathlib import Path

from openiort.core.errors import InputError
from openiort.core.output_file import cannot_write
from openiort.dicom.plan_files import DICOM_NAMES, MOVED_CT
from openiort.plan.plan_record import PROGRAM

RECORD = "plan.json"
FILE_NAMES = (RECORD, *DICOM_NAMES, "dvh.csv", "report.pdf", "planes.png", "depth_dose.png", "dvh.png", "insertion.png")
FOLDER_NAMES = (MOVED_CT,)  # of DICOM files
# What `openiort demo` adds: the virtual CT, a comparison, and a file that says that the folder is a demo's.
DEMO_MARK, DEMO_CT, DEMO_COMPARISON = ".openiort-demo", "ct", "comparison"
COMPARISON_NAMES = ("comparison.json", "comparison.pdf", "dvh.png", "planes.png", "spheres.png")
WHERE = "--out (folder)"
OWNER_ONLY, AS_USUAL = 0o700, 0o777  # the second is narrowed by the user's umask


def check_output_folder(folder: str | Path, *, force: bool = False, only_empty: bool = False) -> Path:
    """Refuse a place that a plan cannot be written to, before anything is calculated; nothing is left there.

    Args:
        folder: need not exist, nor need the folders above it.
        force: an earlier plan there may be replaced.
        only_empty: what is to be written replaces nothing, whatever is there.

    Returns:
        The folder's full path.

    Raises:
        InputError: it is a file; it is not empty and `force` is not given; it holds files that OpenIORT did not
            write; it is a mount point; the place cannot be written to.
    """
    try:
        place = Path(folder).expanduser().resolve()
        _check_above(place)
        if not place.exists():
            return place
        _check_there(place, force=force, only_empty=only_empty)
    except OSError as error:
        raise cannot_write(error, Path(folder), where=WHERE) from error
    except RuntimeError as error:  # no home folder for `~`, or a loop of links
        raise InputError(f"output folder {folder} leads nowhere", where=WHERE, allowed="a new or empty folder",
                         fix="give a plain path") from error
    return place


def _check_above(place: Path) -> None:
    above = next(parent for parent in place.parents if parent.exists())
    if not above.is_dir():
        raise InputError(f"{above} is a file, so {place} cannot be made in it", where=WHERE,
                         allowed="a new or empty folder", fix="choose another output folder")
    if not os.access(above, os.W_OK | os.X_OK):
        raise InputError(f"no permission to write in {above}", where=WHERE, allowed="a folder that you may write to",
                         fix="choose another output folder")
    trial = _beside(above / place.name)  # there are places where even who may write cannot make a folder
    trial.mkdir(OWNER_ONLY)
    trial.rmdir()


def _beside(place: Path) -> Path:
    """Where the folder is filled before it is renamed."""
    return place.with_name(f".{place.name}.{secrets.token_hex(4)}.part")


def _check_there(place: Path, *, force: bool, only_empty: bool) -> None:
    if not place.is_dir():
        raise InputError(f"output folder {place} is a file", where=WHERE, allowed="a new or empty folder",
                         fix="choose another output folder")
    if place.is_mount():
        raise InputError(f"output folder {place} is a mount point, which cannot be replaced in one step", where=WHERE,
                         allowed="a folder below it", fix=f"give a folder in it, {place / 'plan'} for instance")
    if not any(place.iterdir()):
        return
    if only_empty:
        raise InputError(f"output folder {place} is not empty", where=WHERE, allowed="a new or empty folder",
                         fix="choose another output folder")
    foreign = foreign_files(place)
    if foreign:
        more = f" and {len(foreign) - 3} more" if len(foreign) > 3 else ""
        raise InputError(f"output folder {place} holds what OpenIORT did not write: {', '.join(foreign[:3])}{more}",
                         where=WHERE, allowed="a new or empty folder, or with --force one that holds an earlier plan "
                         "and nothing else", fix="choose another output folder")
    if not force:
        raise InputError(f"output folder {place} holds an earlier plan", where=WHERE,
                         allowed="a new or empty folder", fix="choose another output folder, or replace it by --force")


def foreign_files(folder: Path) -> list[str]:
    """Names in a folder that no plan of ours wrote there; all of them where there is no `plan.json` of ours."""
    entries = sorted(folder.iterdir())
    written = _written_files(folder / RECORD)
    is_demo = bool(written) and (folder / DEMO_MARK).is_file()
    return [entry.name for entry in entries if not (_is_ours(entry, written) or (is_demo and _is_of_demo(entry)))]


def _is_ours(entry: Path, written: set[str]) -> bool:
    if entry.name not in written or entry.is_symlink():
        return False
    return _is_dicom_folder(entry) if entry.name in FOLDER_NAMES else entry.is_file()


def _is_of_demo(entry: Path) -> bool:
    if entry.name == DEMO_MARK:
        return True
    if entry.name == DEMO_COMPARISON and not entry.is_symlink() and entry.is_dir():
        return all(file.name in COMPARISON_NAMES and file.is_file() for file in entry.iterdir())
    return entry.name == DEMO_CT and not entry.is_symlink() and _is_dicom_folder(entry)


def _is_dicom_folder(entry: Path) -> bool:
    return entry.is_dir() and all(file.suffix == ".dcm" and file.is_file() for file in entry.iterdir())


def _written_files(record: Path) -> set[str]:
    try:
        content = json.loads(record.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return set()
    ours = isinstance(content, dict) and content.get("program") == PROGRAM and isinstance(content.get("files"), dict)
    return {RECORD, *(name for name in content["files"] if name in FILE_NAMES + FOLDER_NAMES)} if ours else set()


def write_folder(folder: str | Path, fill: Callable[[Path], None], *, force: bool = False, only_empty: bool = False,
                 private: bool, needed_bytes: int) -> None:
    """Fill a folder beside its place and rename it; on any failure nothing is left and the old one stands.

    Args:
        folder: the place.
        fill: writes the files into the folder it is given.
        force: replace an earlier plan.
        only_empty: replace nothing, whatever is there.
        private: only the owner may read it.
        needed_bytes: about how much it takes, for the message when the disk is full.

    Raises:
        InputError: as `check_output_folder`; disk full; no permission.
    """
    place = check_output_folder(folder, force=force, only_empty=only_empty)
    beside = _beside(place)
    made = [parent for parent in place.parents if not parent.exists()]
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        beside.mkdir(OWNER_ONLY if private else AS_USUAL)
        fill(beside)
        check_output_folder(place, force=force, only_empty=only_empty)  # somebody may have written there meanwhile
        _swap(beside, place)
    except BaseException as error:
        shutil.rmtree(beside, ignore_errors=True)
        for parent in made:
            _remove_if_empty(parent)
        cause = error.__cause__ if isinstance(error, InputError) else error
        if isinstance(cause, OSError):
            raise cannot_write(cause, place, needed_bytes, where=WHERE) from cause
        raise


def _swap(beside: Path, place: Path) -> None:
    """Put `beside` where `place` is; an earlier folder goes only when the new one stands."""
    if not place.exists():
        beside.rename(place)
        return
    old = place.with_name(f"{beside.name.removesuffix('.part')}.old")
    place.rename(old)
    try:
        beside.rename(place)
    except BaseException:
        old.rename(place)
        raise
    shutil.rmtree(old)


def _remove_if_empty(folder: Path) -> None:
    try:
        folder.rmdir()
    except OSError:
        return
