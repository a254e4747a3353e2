"""Columns of numbers from a site's CSV file: lines `# key: value`, a line of column names, rows."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass

from openiort.core.errors import InputError

MOST_ROWS = 10_000
# what float() takes beyond this (2_0, nan, digits of other scripts) is a slip in a table
NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")


@dataclass(frozen=True, slots=True)
class CSVColumns:
    """A CSV file.

    Attributes:
        name: of the file.
        head: key -> value of the lines that start with `#`.
        columns: column name -> its texts, row by row.
        lines: number of the line each row stands in.
    """

    name: str
    head: dict[str, str]
    columns: dict[str, tuple[str, ...]]
    lines: tuple[int, ...]

    def numbers(self, column: str) -> tuple[float, ...]:
        """A column as numbers.

        Raises:
            InputError: a cell that is none.
        """
        found = []
        for line, text in zip(self.lines, self.columns[column], strict=True):
            if not NUMBER.fullmatch(text):
                raise InputError(f"'{text[:40]}' is not a number", where=f"{self.name}, line {line}, column {column}",
                                 allowed="a number with a decimal point", fix="correct that cell")
            found.append(float(text))
        return tuple(found)


def read_columns(name: str, text: str, wanted: tuple[str, ...]) -> CSVColumns:
    """Split a CSV text that must have exactly the wanted columns, in any order.

    Raises:
        InputError: other columns (another unit among them), a row of another length, no rows, too many.
    """
    numbered = [(number, line.strip()) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    comments = [line.lstrip("# ") for _, line in numbered if line.startswith("#")]
    head = {key.strip().lower(): value.strip() for key, colon, value in (c.partition(":") for c in comments) if colon}
    lines = [(number, line) for number, line in numbered if not line.startswith("#")]
    if len(lines) > MOST_ROWS:
        raise InputError(f"{len(lines)} rows", where=name, allowed=f"up to {MOST_ROWS}", fix="thin the table out")
    rows = [[cell.strip() for cell in row] for row in csv.reader(line for _, line in lines)]
    if len(rows) < 2:
        raise InputError("no rows", where=name, allowed=f"a line {','.join(wanted)} and rows below it",
                         fix="docs/device.md shows a complete folder")
    _check_titles(name, rows[0], wanted)
    for (number, _), row in zip(lines, rows, strict=True):
        if len(row) != len(rows[0]):
            raise InputError(f"{len(row)} cells", where=f"{name}, line {number}", allowed=f"{len(rows[0])}",
                             fix="separate cells by commas, write numbers with a decimal point")
    columns = {title: tuple(row[i] for row in rows[1:]) for i, title in enumerate(rows[0])}
    return CSVColumns(name, head, columns, tuple(number for number, _ in lines[1:]))


def _check_titles(name: str, titles: list[str], wanted: tuple[str, ...]) -> None:
    if sorted(titles) == sorted(wanted):
        return
    fix = "name the columns exactly so; the unit is part of the name"
    if len(titles) == 1 and ";" in titles[0]:
        fix = "separate cells by commas, write numbers with a decimal point"
    elif any(title not in wanted and title.partition("_")[0] == asked.partition("_")[0]
             for title in titles for asked in wanted) or any("Gy" in title and title not in wanted for title in titles):
        fix = "give the numbers in the unit that the column's name says; nothing is converted silently"
    raise InputError(f"columns {', '.join(titles)[:120]}", where=name, allowed=", ".join(wanted), fix=fix)
