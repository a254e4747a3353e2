"""A table file as columns of cells, text of CSV and typed values of Parquet; nothing is understood yet."""

from __future__ import annotations

import codecs
import csv
import io
import os
import stat
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from openiort.core.column import Column, ColumnWriter
from openiort.core.errors import InputError
from openiort.core.row_fault import RowFault

CSV_SUFFIX, PARQUET_SUFFIX = ".csv", ".parquet"
LARGEST_bytes, MOST_ROWS, MOST_COLUMNS = 500_000_000, 1_000_000, 200
ROWS_AT_ONCE = 200  # so few that their cells stay in the processor's cache
ALLOWED = f"a CSV file (UTF-8) or a Parquet file of at most {MOST_ROWS:,} patients and {LARGEST_bytes // 1_000_000} MB"


@dataclass(frozen=True, slots=True)
class FileTable:
    """What stands in a table file.

    Attributes:
        name: of the file.
        columns: title -> cells; text of CSV without blanks around it, values of Parquet.
        row_numbers: the line that a row of CSV begins in (the titles are line 1); of Parquet, the row, from 1.
        faults: rows that could not be cut into cells; they are in no column.
    """

    name: str
    columns: dict[str, Column]
    row_numbers: NDArray[np.int64]
    faults: tuple[RowFault, ...]


def table_suffix(file: Path, where: str) -> str:
    """`.csv` or `.parquet`.

    Raises:
        InputError: another one.
    """
    suffix = file.suffix.lower()
    if suffix not in (CSV_SUFFIX, PARQUET_SUFFIX):
        raise InputError(f"{file} is neither CSV nor Parquet by its name", where=where,
                         allowed=f"a name that ends in {CSV_SUFFIX} or {PARQUET_SUFFIX}", fix="save it as CSV (UTF-8)")
    return suffix


def read_table_file(file: str | Path) -> FileTable:
    """Read a table.

    Raises:
        InputError: no plain file, too large, another format, titles that are missing or come twice, open quotes.
    """
    place = Path(file)
    suffix = table_suffix(place, str(place))
    with _opened(place) as content:
        if suffix == PARQUET_SUFFIX:
            return _read_parquet(place, content)
        return _read_csv(place, content)


def check_table_file(file: str | Path) -> None:
    """Refuse what is no table by its name, kind or size, before anything is read.

    Raises:
        InputError: as `read_table_file`, the content apart.
    """
    place = Path(file)
    table_suffix(place, str(place))
    _opened(place).close()


def _opened(place: Path) -> BinaryIO:
    try:
        descriptor = os.open(place, os.O_RDONLY | os.O_NONBLOCK)  # a pipe is not waited for
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise InputError(f"cannot read {place}: {reason}", where="FILE", allowed=ALLOWED,
                         fix="give the file that holds the table") from error
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode) or status.st_size > LARGEST_bytes:
        os.close(descriptor)
        what = f"has {status.st_size / 1e6:.0f} MB" if stat.S_ISREG(status.st_mode) else "is no plain file"
        raise InputError(f"{place.name} {what}", where=str(place), allowed=ALLOWED, fix="divide it into several")
    return os.fdopen(descriptor, "rb")


def _read_csv(place: Path, content: BinaryIO) -> FileTable:
    if content.read(3) != codecs.BOM_UTF8:
        content.seek(0)
    # bytes that are no UTF-8 stay marked in their cells, so that only their rows are refused
    with io.TextIOWrapper(content, encoding="utf-8", errors="surrogateescape", newline="") as text:
        first = text.readline()
        reader = csv.reader(chain([first], text), delimiter=";" if ";" in first else ",", strict=True)
        try:
            titles = _titles(place, next(reader, []))
            return _csv_columns(place, titles, reader)
        except csv.Error as error:
            raise InputError(f"cannot be cut into cells: {error}", where=f"{place}, line {reader.line_num}",
                             allowed="cells separated by commas or semicolons; a quote that opens a cell closes it",
                             fix="correct the quotes there or shortly before") from error


def _titles(place: Path, titles: list[str]) -> list[str]:
    found = [title.strip() for title in titles]
    twice = sorted({title for title in found if found.count(title) > 1})
    where, allowed = f"{place}, line of titles", "one title for each column, each once"
    if not any(found):
        raise InputError(f"{place.name} has no titles", where=where, allowed=allowed, fix="name the columns in line 1")
    if twice or "" in found or len(found) > MOST_COLUMNS:
        what = f"title '{twice[0]}' comes twice" if twice and twice[0] else (
            "a column without title" if "" in found else f"{len(found)} columns")
        raise InputError(what, where=where, allowed=allowed, fix="name or remove that column")
    return found


def _csv_columns(place: Path, titles: list[str], reader: Any) -> FileTable:
    writers = [ColumnWriter() for _ in titles]
    numbers: list[int] = []
    faults: list[RowFault] = []
    while piece := _numbered_rows(reader):
        rows = []
        for number, row in piece:
            if len(row) == len(titles):
                rows.append(row)
                numbers.append(number)
            elif row:
                faults.append(_ragged(number, len(row), len(titles)))
        for writer, cells in zip(writers, zip(*rows, strict=True), strict=False):
            writer.add(cells)
        if len(numbers) > MOST_ROWS:
            raise InputError(f"{place.name} has more than {MOST_ROWS:,} rows", where=str(place), allowed=ALLOWED,
                             fix="divide it into several")
    columns = {title: _stripped(writer.column()) for title, writer in zip(titles, writers, strict=True)}
    return FileTable(place.name, columns, np.array(numbers, np.int64), tuple(faults))


def _numbered_rows(reader: Any) -> list[tuple[int, list[str]]]:
    found, line = [], reader.line_num + 1
    for row in islice(reader, ROWS_AT_ONCE):
        found.append((line, row))
        line = reader.line_num + 1
    return found


def _ragged(number: int, cells: int, wanted: int) -> RowFault:
    return RowFault(number, "", f"{cells} cells", f"{wanted}, one for each title",
                    "write numbers with a decimal point, and text that holds a separator in quotes")


def _stripped(column: Column) -> Column:
    return Column(column.codes, tuple(text.strip() for text in column.values))


def _read_parquet(place: Path, content: BinaryIO) -> FileTable:
    parquet = arrow_parquet()
    try:
        file = parquet.ParquetFile(content)
        groups = [file.metadata.row_group(i) for i in range(file.metadata.num_row_groups)]
        if file.metadata.num_rows > MOST_ROWS or sum(group.total_byte_size for group in groups) > LARGEST_bytes:
            raise InputError(f"{place.name} has {file.metadata.num_rows:,} rows", where=str(place), allowed=ALLOWED,
                             fix="divide it into several")
        titles = _titles(place, file.schema_arrow.names)
        data = file.read()
        columns = {title: _arrow_column(place, title, data.column(i)) for i, title in enumerate(titles)}
    except (ValueError, OSError, NotImplementedError, TypeError, OverflowError) as error:  # Arrow's are kinds of them
        raise InputError(f"{place.name} is no Parquet file that can be read: {str(error)[:200]}", where=str(place),
                         allowed=ALLOWED, fix="write it anew, or save it as CSV (UTF-8)") from error
    return FileTable(place.name, columns, np.arange(1, data.num_rows + 1), ())


def arrow_parquet() -> Any:
    """The library that reads and writes Parquet.

    Raises:
        InputError: it is not installed.
    """
    try:
        import pyarrow.parquet
    except ImportError as error:
        raise InputError("Parquet needs pyarrow, which is not installed", where="FILE",
                         allowed="CSV", fix="install openiort[parquet], or use CSV") from error
    return pyarrow.parquet


def _arrow_column(place: Path, title: str, cells: Any) -> Column:
    import pyarrow

    kind, kinds = cells.type, pyarrow.types
    content = kind.value_type if kinds.is_dictionary(kind) else kind
    if any(refused(content) for refused in (kinds.is_nested, kinds.is_binary, kinds.is_large_binary,
                                            kinds.is_fixed_size_binary)):
        raise InputError(f"column {title} holds {kind}", where=str(place), fix="write one value into each cell",
                         allowed="text, numbers, true or false, dates")
    writer = ColumnWriter()
    for chunk in cells.chunks:
        encoded = chunk if kinds.is_dictionary(kind) else chunk.dictionary_encode()
        values = [_plain(value) for value in encoded.dictionary.to_pylist()]
        writer.add_coded(encoded.indices.fill_null(len(values)).to_numpy(zero_copy_only=False), [*values, None])
    return writer.column()


def _plain(value: Any) -> Any:
    text = value.strip() if isinstance(value, str) else value
    return None if text != text else text  # NaN, which is how tables of numbers write what is missing
