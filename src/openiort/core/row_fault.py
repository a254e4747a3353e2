"""What is wrong with a row of a table; the other rows go on."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class RowFault:
    """Why a row was left out.

    Attributes:
        row: its number in the file, as an editor counts lines.
        column: title; empty where the whole row is meant.
        what: what is wrong, with the value.
        allowed: what would be accepted.
        fix: what the user can do.
    """

    row: int
    column: str
    what: str
    allowed: str
    fix: str
