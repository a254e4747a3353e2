"""A randomisation list as a file, and beside it the log of what was revealed, which holds the list's hash."""

from __future__ import annotations

import csv
import hashlib
import io
import os
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from openiort.core.errors import InputError
from openiort.core.output_file import check_new_file, fill_output_file
from openiort.evidence.randomisation import Allocation, RandomisationScheme, randomise
from openiort.version import __version__

COLUMNS = ("stratum", "number", "block", "block_size", "arm")
LOG_COLUMNS = ("time_utc", "stratum", "number", "patient", "arm", "check")
LIST_OPTION = "LIST"
PRIVATE = 0o600


def log_place(list_file: Path) -> Path:
    """The log that belongs to a list."""
    return list_file.with_name(f"{list_file.stem}.log.csv")


def write_list(scheme: RandomisationScheme, list_file: Path) -> tuple[str, int]:
    """Write a new list and its empty log, readable by their owner alone.

    Returns:
        The list's SHA-256, and how many allocations it has.

    Raises:
        InputError: list or log exist already, or cannot be written; neither is left then.
    """
    if list_file.suffix != ".csv":
        raise InputError(f"'{list_file.name}' is no name of a list", where=LIST_OPTION, allowed="a name that ends in "
                         ".csv", fix="add .csv")
    list_file, log = (check_new_file(place, option=LIST_OPTION) for place in (list_file, log_place(list_file)))
    allocations = randomise(scheme)
    content = _list_content(scheme, allocations)
    digest = hashlib.sha256(content).hexdigest()
    write_through(list_file, content)
    try:
        write_through(log, log_content(digest, ()))
    except BaseException:
        list_file.unlink(missing_ok=True)
        raise
    return digest, len(allocations)


def write_through(place: Path, content: bytes, *, force: bool = False) -> None:
    """Write beside, for its owner's eyes from the first byte on, onto the disk, then rename.

    Raises:
        InputError: it cannot be written.
    """

    def fill(opened: BinaryIO) -> None:
        os.fchmod(opened.fileno(), PRIVATE)
        opened.write(content)
        opened.flush()
        os.fsync(opened.fileno())

    fill_output_file(place, fill, option=LIST_OPTION, force=force, needed_bytes=len(content))


def read_list(content: bytes) -> tuple[Allocation, ...]:
    """The allocations of a list whose hash was found to be right."""
    rows = csv.reader(line for line in content.decode().splitlines() if not line.startswith("#"))
    next(rows)
    return tuple(Allocation(stratum, int(number), int(block), int(size), arm)
                 for stratum, number, block, size, arm in rows)


def log_content(digest: str, rows: Iterable[tuple[str, ...]]) -> bytes:
    """A log's bytes; each row ends in its check."""
    head = ("# what: allocations that were revealed, in their order; one row is added by `openiort evidence randomise "
            f"next`\n# list: sha256 {digest}\n")
    return (head + as_csv([LOG_COLUMNS, *rows])).encode()


def as_csv(rows: Iterable[Iterable[object]]) -> str:
    """Rows as CSV with plain ends of lines."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def _list_content(scheme: RandomisationScheme, allocations: Iterable[Allocation]) -> bytes:
    factors = "; ".join(f"{name} ({', '.join(levels)})" for name, levels in scheme.factors) or "none"
    head = ("# what: randomisation list, permuted blocks of random size; for one person who enrols nobody\n"
            f"# version: openiort {__version__}   seed: {scheme.seed}\n"
            f"# arms: {', '.join(scheme.arms)}   ratio: {':'.join(map(str, scheme.ratio))}   "
            f"block sizes: {', '.join(map(str, scheme.block_sizes))}   each stratum: {scheme.each}\n"
            f"# strata: {factors}\n")
    rows = [(each.stratum, each.number, each.block, each.block_size, each.arm) for each in allocations]
    return (head + as_csv([COLUMNS, *rows])).encode()
