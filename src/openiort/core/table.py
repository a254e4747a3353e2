"""Reader of the numbers shipped in `tables/`: CSV with a head of `#` lines, and TOML."""

from __future__ import annotations

import csv
import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Table:
    """A CSV table.

    Attributes:
        name: path below `tables/`.
        head: the lines of its head, without `#`: what it is, its units, source and licence.
        columns: column name -> values, read-only; numbers as float64, anything else as text.
    """

    name: str
    head: tuple[str, ...]
    columns: Mapping[str, NDArray[Any]]

    def __getitem__(self, column: str) -> NDArray[Any]:
        return self.columns[column]


def table_bytes(name: str) -> bytes:
    """The content of a file below `tables/`."""
    return resources.files("openiort").joinpath("tables", *name.split("/")).read_bytes()


def table_sha256(name: str) -> str:
    """SHA-256 of a file below `tables/`, for provenance."""
    return hashlib.sha256(table_bytes(name)).hexdigest()


def table_names(folder: str, suffix: str) -> list[str]:
    """Sorted stems of the files below `tables/folder` that end in `suffix`."""
    found = resources.files("openiort").joinpath("tables", *folder.split("/")).iterdir()
    return sorted(item.name.removesuffix(suffix) for item in found if item.name.endswith(suffix))


@cache
def read_toml(name: str) -> dict[str, Any]:
    """A TOML file below `tables/`."""
    return tomllib.loads(table_bytes(name).decode())


@cache
def read_table(name: str) -> Table:
    """A CSV file below `tables/`."""
    return parse_table(name, table_bytes(name).decode())


def parse_table(name: str, text: str) -> Table:
    """Split head and columns of a CSV text; columns that hold only numbers become float64."""
    lines = text.splitlines()
    head = tuple(line.lstrip("# ").rstrip() for line in lines if line.startswith("#"))
    rows = list(csv.reader(line for line in lines if line and not line.startswith("#")))
    columns = {title: _column([row[i] for row in rows[1:]]) for i, title in enumerate(rows[0])}
    return Table(name, head, columns)


def _column(values: list[str]) -> NDArray[Any]:
    import numpy as np  # here, so that what reads TOML alone (`openiort device list`) starts without it

    try:
        column: NDArray[Any] = np.array(values, float)
    except ValueError:
        column = np.array(values)
    column.setflags(write=False)
    return column
