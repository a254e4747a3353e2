"""Writer of what is wrong with the rows of a table: one line a fault, CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import astuple, fields
from pathlib import Path

from openiort.core.errors import InputError
from openiort.core.output_file import check_new_file, write_output_file
from openiort.core.row_fault import RowFault
from openiort.core.table_file import CSV_SUFFIX

OPTION = "--faults"
TITLES = tuple(field.name for field in fields(RowFault))


def check_faults_file(file: str | Path) -> Path:
    """Refuse, before any work, a place that faults cannot be written to.

    Raises:
        InputError: something is there already; not CSV by its name; the folder cannot be written.
    """
    place = check_new_file(file, option=OPTION)
    if place.suffix.lower() != CSV_SUFFIX:
        raise InputError(f"{place.name} is no CSV file by its name", where=OPTION,
                         allowed=f"a name that ends in {CSV_SUFFIX}", fix=f"call it {place.stem}{CSV_SUFFIX}")
    return place


def write_faults(file: str | Path, faults: Sequence[RowFault]) -> None:
    """Write a new file; without faults it has its titles alone.

    Raises:
        InputError: as `check_faults_file`; disk full. Nothing is left then.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(TITLES)
    writer.writerows(astuple(fault) for fault in faults)
    write_output_file(check_faults_file(file), text.getvalue().encode(), option=OPTION)
