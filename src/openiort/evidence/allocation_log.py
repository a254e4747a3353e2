"""One allocation revealed at a time, each logged before it is told.

The list is locked while a row is added, so that two calls cannot reveal the same place. The log's head holds the list's
hash, and each row a check of itself and all before it: a changed list or log is refused. Whoever changes both and knows
how the check is made is not noticed.
"""

from __future__ import annotations

import csv
import fcntl
import hashlib
import re
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from openiort.core.errors import InputError
from openiort.evidence.randomisation import Allocation
from openiort.evidence.randomisation_list import (
    LIST_OPTION,
    LOG_COLUMNS,
    as_csv,
    log_content,
    log_place,
    read_list,
    write_through,
)

PSEUDONYM = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
LONGEST_WAIT_s, BETWEEN_TRIES_s = 10.0, 0.05
DIGEST = re.compile(r"# list: sha256 ([0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class Revealed:
    """An allocation that was revealed.

    Attributes:
        time_utc: when, ISO 8601.
        stratum: of the patient.
        number: place within the stratum, from 1.
        patient: her pseudonym.
        arm: to which she goes.
        remaining: places left in the stratum.
    """

    time_utc: str
    stratum: str
    number: int
    patient: str
    arm: str
    remaining: int


def reveal_next(list_file: Path, stratum: str, patient: str) -> Revealed:
    """The next allocation of a stratum, for one patient; it is in the log before this returns.

    Args:
        list_file: made by `write_list`.
        stratum: one of the list's.
        patient: a pseudonym.

    Raises:
        InputError: no such list, log or stratum; a list or log that was changed; a patient who has an allocation
            already; a pseudonym that is none; a stratum that is used up; another call that does not end.
    """
    if not PSEUDONYM.fullmatch(patient):
        raise InputError(f"'{patient[:70]}' is no pseudonym", where="--patient", allowed="up to 64 letters, digits and "
                         ". _ -, a letter or digit first", fix="give the study's number of the patient, never her name")
    list_file = _home_expanded(list_file)
    with _locked(list_file) as content:
        digest = hashlib.sha256(content).hexdigest()
        rows = _read_log(log_place(list_file), digest)
        allocations = [each for each in read_list(content) if each.stratum == stratum]
        if not allocations:
            names = sorted({each.stratum for each in read_list(content)})
            raise InputError(f"no stratum '{stratum[:90]}'", where="--stratum", allowed="; ".join(names)[:600],
                             fix="give one of the list's")
        _refuse_second(rows, patient)
        used = sum(row[1] == stratum for row in rows)
        if used == len(allocations):
            raise InputError(f"all {used} allocations of {stratum} are used", where="--stratum",
                             allowed="a stratum with places left", fix="make a new list for the patients to come")
        revealed = _add(list_file, digest, rows, allocations[used], patient)
    return Revealed(*revealed, remaining=len(allocations) - used - 1)


def check_log(list_file: Path) -> dict[str, tuple[int, int]]:
    """Stratum -> allocations revealed, and in all; nothing is revealed by it.

    Raises:
        InputError: no such list or log; one that was changed.
    """
    list_file = _home_expanded(list_file)
    with _locked(list_file) as content:
        rows = _read_log(log_place(list_file), hashlib.sha256(content).hexdigest())
        allocations = read_list(content)
    found: dict[str, tuple[int, int]] = {}
    for each in allocations:
        found[each.stratum] = (sum(row[1] == each.stratum for row in rows), each.number)
    return found


def _add(list_file: Path, digest: str, rows: list[tuple[str, ...]], place: Allocation,
         patient: str) -> tuple[str, str, int, str, str]:
    when = datetime.now(UTC).isoformat(timespec="seconds")
    row = (when, place.stratum, str(place.number), patient, place.arm)
    before = rows[-1][-1] if rows else digest
    write_through(log_place(list_file), log_content(digest, [*rows, (*row, _check(before, row))]), force=True)
    return when, place.stratum, place.number, patient, place.arm


def _check(before: str, row: Sequence[str]) -> str:
    return hashlib.sha256((before + as_csv([row])).encode()).hexdigest()[:16]


def _refuse_second(rows: list[tuple[str, ...]], patient: str) -> None:
    for when, stratum, number, known, arm, _ in rows:
        if known.casefold() == patient.casefold():
            raise InputError(f"{known} was allocated already: {arm}, at {when}", where="--patient",
                             allowed="a patient without an allocation",
                             fix=f"keep her allocation, number {number} of {stratum}")


def _read_log(place: Path, digest: str) -> list[tuple[str, ...]]:
    try:
        lines = place.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot read the log {place}: {error}", where=LIST_OPTION, allowed="the log made with the "
                         "list, beside it", fix="bring it back from the last copy") from error
    known = next((match[1] for line in lines if (match := DIGEST.fullmatch(line))), None)
    if known != digest:
        raise InputError("the list is not the one that the log was begun with", where=LIST_OPTION,
                         allowed=f"a list with SHA-256 {known}", fix="bring back the list as it was made; do not go on "
                         "with a changed one")
    rows = [tuple(row) for row in csv.reader(line for line in lines if not line.startswith("#"))]
    before = digest
    for number, row in enumerate(rows[1:], 1):
        if len(row) != len(LOG_COLUMNS) or row[-1] != _check(before, row[:-1]):
            raise InputError(f"row {number} of the log was changed, or one before it is missing", where=str(place),
                             allowed="rows as they were added", fix="bring the log back from the last copy")
        before = row[-1]
    return rows[1:]


def _home_expanded(file: Path) -> Path:
    try:
        return file.expanduser()
    except RuntimeError:  # a home that is not known
        return file


@contextmanager
def _locked(list_file: Path) -> Iterator[bytes]:
    """The list's bytes, while no other call on this machine holds it."""
    try:
        opened = list_file.open("rb")
    except OSError as error:
        raise InputError(f"cannot read the list {list_file}: {error.strerror}", where=LIST_OPTION,
                         allowed="a list made by `openiort evidence randomise create`", fix="check the name") from error
    with opened:
        ends_s = time.monotonic() + LONGEST_WAIT_s
        while True:
            try:
                fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > ends_s:
                    raise InputError("another call holds the list", where=LIST_OPTION, allowed="one call at a time",
                                     fix="wait until it has ended") from None
                time.sleep(BETWEEN_TRIES_s)
        yield opened.read()
