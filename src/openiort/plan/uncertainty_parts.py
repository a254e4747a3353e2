"""Parts of what is not known of a dose: `tables/dose_uncertainty.toml`, or a site's own file of the same form."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openiort.core.errors import InputError
from openiort.core.table import table_bytes
from openiort.core.toml_file import decoded, parsed, read_text
from openiort.plan.compared_side import EBRT, IORT

TABLE, WHAT = "dose_uncertainty.toml", "file of dose uncertainties"
FACTOR, SHIFT = "factor", "shift"
COLUMNS, KINDS = (IORT, EBRT), (FACTOR, SHIFT)
MARKS = ("F", "C", "R", "our choice")
LARGEST = {FACTOR: 30.0, SHIFT: 20.0}
UNITS = {FACTOR: "%", SHIFT: "mm"}
LONGEST = 500


@dataclass(frozen=True, slots=True)
class UncertaintyPart:
    """One part; normally distributed.

    Attributes:
        column: `IORT` or `EBRT`.
        name: in words.
        kind: `factor`: all doses together; `shift`: the dose against the organs, along each axis.
        size: standard uncertainty (k=1), per cent or mm.
        mark: F, C, R (to be confirmed), or our choice: an assumption.
        source: citation, or why it was chosen so.
    """

    column: str
    name: str
    kind: str
    size: float
    mark: str
    source: str

    @property
    def text(self) -> str:
        """Name, size and mark, as screens and pages have it."""
        mark = {"R": ", to be confirmed", "our choice": ", assumed"}.get(self.mark, "")
        return f"{self.name} {self.size:g} {UNITS[self.kind]}{mark}"


def uncertainty_parts(file: str | Path | None = None) -> tuple[UncertaintyPart, ...]:
    """All parts of both columns: the shipped ones, or those of a site's file.

    Raises:
        InputError: the file cannot be used; the message has the part and the field.
    """
    text, name = ((decoded(table_bytes(TABLE), TABLE, WHAT), TABLE) if file is None
                  else (read_text(file, WHAT), Path(file).name))
    content = parsed(text, name)
    entries = content.get("part")
    if not isinstance(entries, list) or not entries or not all(isinstance(entry, dict) for entry in entries):
        raise InputError("no parts of an uncertainty", where=name, allowed="tables [[part]]",
                         fix="docs/compare.md shows one")
    return tuple(_part(entry, f"{name}, part {number}") for number, entry in enumerate(entries, 1))


def published_total() -> tuple[str, str]:
    """What is published of the whole, and its source."""
    (entry,) = parsed(decoded(table_bytes(TABLE), TABLE, WHAT), TABLE)["total"]
    return str(entry["text"]), str(entry["source"])


def _part(entry: dict[str, Any], where: str) -> UncertaintyPart:
    unknown = sorted(set(entry) - set(UncertaintyPart.__dataclass_fields__))
    if unknown:
        raise InputError(f"'{unknown[0][:40]}' is unknown", where=where,
                         allowed=", ".join(UncertaintyPart.__dataclass_fields__), fix="correct the spelling")
    for key, allowed in (("column", COLUMNS), ("kind", KINDS), ("mark", MARKS)):
        if entry.get(key) not in allowed:
            raise _wrong(key, entry.get(key), ", ".join(allowed), where)
    for key in ("name", "source"):
        text = entry.get(key)
        if not isinstance(text, str) or not text.strip() or len(text) > LONGEST or not text.isprintable():
            raise _wrong(key, text, f"one line of 1 to {LONGEST} characters", where)
    size, most = entry.get("size"), LARGEST[entry["kind"]]
    if isinstance(size, bool) or not isinstance(size, int | float) or not 0 <= size <= most:
        raise _wrong("size", size, f"0 to {most:g} {UNITS[entry['kind']]}", where)
    return UncertaintyPart(**{**entry, "size": float(size)})


def _wrong(key: str, value: object, allowed: str, where: str) -> InputError:
    return InputError(f"{key} = {str(value)[:60]} cannot be used", where=where, allowed=allowed, fix="correct it")
