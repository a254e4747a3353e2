"""Which series of a folder is read: the only one, or the one that was asked for; else a list to choose from."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field

from openiort.core.errors import InputError
from openiort.dicom.ct_slice import CTSlice

OPTION = "--series (series)"
HASHED = "sha256:"


@dataclass(slots=True)
class FoundSeries:
    """A CT series while the folder is looked through, filled one slice at a time.

    Attributes:
        uid: its identifier.
        number: the scanner's, as written; may be empty.
        description: the scanner's text.
        first_name: first file of it.
        count: slices, those with a fault included.
        slices: those that can be used.
        fault: the first that was found in it; of no interest unless it is the series that is read.
    """

    uid: str
    number: str
    description: str
    first_name: str
    count: int = 0
    slices: list[CTSlice] = field(default_factory=list)
    fault: InputError | None = None


def choose_series(found: Collection[FoundSeries], wanted: str | None) -> FoundSeries:
    """The series to read.

    Args:
        found: all of the folder, at least one.
        wanted: SeriesInstanceUID or SeriesNumber; None where there should be only one.

    Raises:
        InputError: there are several and none is asked for, or not exactly one is the one asked for.
    """
    if wanted is None:
        if len(found) == 1:
            return next(iter(found))
        raise _several(found)
    matching = [series for series in found if is_wanted(series.uid, series.number, wanted)]
    if len(matching) == 1:
        return matching[0]
    said = f"{len(matching)} CT series have the number '{wanted}'" if matching else f"no CT series is '{wanted[:64]}'"
    raise InputError(
        f"{said}; in this folder:{_listed(found)}",
        where=OPTION,
        allowed="number (SeriesNumber) or identifier (SeriesInstanceUID) of one of them",
        fix=f"for instance --series {_option(next(iter(matching or found)), found)}",
    )


def is_wanted(uid: str, number: str, wanted: str) -> bool:
    """Whether a series is the one asked for; a number may be written with leading zeros."""
    wanted = wanted.strip()
    return wanted in (uid, without_identifier(uid)) or (bool(number) and _plain(number) == _plain(wanted))


def without_identifier(wanted: str) -> str:
    """What was asked for as a plan may record it: a SeriesInstanceUID, which leads to the patient, as its hash."""
    wanted = wanted.strip()
    return f"{HASHED}{hashlib.sha256(wanted.encode()).hexdigest()[:16]}" if "." in wanted else wanted


def _plain(number: str) -> str:
    return re.sub(r"^([+-]?)0+(?=\d)", r"\1", number.strip())


def _several(found: Collection[FoundSeries]) -> InputError:
    largest = max(found, key=lambda series: series.count)
    return InputError(
        f"{len(found)} CT series in one folder:{_listed(found)}",
        where="FOLDER",
        allowed="one CT series, or one that is chosen",
        fix=f"choose the one that the plan is to rest on, for instance --series {_option(largest, found)} "
        f'(in Python series="{_option(largest, found)}")',
    )


def _listed(found: Collection[FoundSeries]) -> str:
    lines = [
        f"--series {_option(s, found)}: {s.count} slice{'s' * (s.count != 1)}, '{s.description}', first file "
        f"{s.first_name}{', not usable: ' + s.fault.what.splitlines()[0] if s.fault else ''}"
        for s in sorted(found, key=lambda series: -series.count)
    ]
    return "\n    " + "\n    ".join(lines)


def _option(series: FoundSeries, found: Collection[FoundSeries]) -> str:
    """What chooses this series: its number where no other has it, else its identifier."""
    numbers = Counter(_plain(other.number) for other in found)
    plain = _plain(series.number)
    return plain if re.fullmatch(r"\d{1,12}", plain) and numbers[plain] == 1 else series.uid
