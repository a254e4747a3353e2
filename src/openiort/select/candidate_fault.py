"""What is wrong with a candidate: one error that names every fault, each with the table and key it stands in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError

from openiort.core.errors import InputError
from openiort.select.fact_type import DATE, FactType, fact_types, with_nearest

MOST_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong.

    Attributes:
        table: `before_surgery`, `pathology`, or empty for what stands above both.
        key: the fact.
        what: what is wrong, with the value.
        allowed: what would be accepted.
        fix: what the user can do.
    """

    table: str
    key: str
    what: str
    allowed: str
    fix: str

    @property
    def place(self) -> str:
        """Table and key."""
        return f"{self.table}.{self.key}" if self.table else self.key


class CandidateError(InputError):
    """A candidate that cannot be; `faults` has all that was found.

    Args:
        faults: at least one; the first is told in full.
        place: where a fault stands, in words.
    """

    def __init__(self, faults: Sequence[Fault], place: Callable[[Fault], str] = lambda fault: fault.place) -> None:
        self.faults = tuple(faults)
        first, others = self.faults[0], self.faults[1:]
        more = "".join(f"\n  also:    {fault.what} ({place(fault)})" for fault in others[:MOST_SHOWN])
        more += f"\n  and {len(others) - MOST_SHOWN} more" if len(others) > MOST_SHOWN else ""
        super().__init__(first.what, where=place(first), allowed=first.allowed, fix=first.fix + more)


def faults_of(error: ValidationError, model: type[BaseModel], table: str,
              tables: Mapping[str, type[BaseModel]]) -> list[Fault]:
    """The faults that pydantic found in one table.

    Args:
        error: of pydantic.
        model: of the table.
        table: its name; empty for the candidate itself.
        tables: all tables, to find where a misplaced fact belongs.
    """
    types, found = fact_types(model), {}
    for entry in error.errors(include_url=False, include_context=False):
        key = str(entry["loc"][0]) if entry["loc"] else ""
        if not entry["loc"] or (key in tables and not table):
            name = table or key or "the candidate"
            found[key] = Fault("", name, f"{name} is no table of facts", f"a table [{name}] with the facts below it",
                               "`openiort select template` shows one")
        elif key in types:
            found[key] = _wrong_value(types[key], entry["input"], table)
        else:
            found[key] = _unknown_key(key, table, types, tables)
    return list(found.values())


def _wrong_value(kind: FactType, value: Any, table: str) -> Fault:
    shown = _shown(value)
    allowed = f"{kind.allowed}, \"unknown\"" if table else kind.allowed
    if kind.codes:
        return Fault(table, kind.name, f"{kind.name} = {shown} is no code{with_nearest(value, kind.codes)}", allowed,
                     "write one of the codes, as it stands here")
    fix = "write it as a TOML date" if kind.kind == DATE else "correct the value"
    if kind.is_number and isinstance(value, str):
        fix = "write the number without quotation marks and unit"
    return Fault(table, kind.name, f"{kind.name} = {shown} cannot be used", allowed, fix)


def _shown(value: Any) -> str:
    """A value as a file would have it."""
    if isinstance(value, bool):
        return str(value).lower()
    text = ascii(value)
    return text if len(text) <= 40 else f"{text[:37]}..."


def _unknown_key(key: str, table: str, types: Mapping[str, FactType],
                 tables: Mapping[str, type[BaseModel]]) -> Fault:
    home = next((name for name, model in tables.items() if name != table and key in fact_types(model)), None)
    if home is not None:
        return Fault(table, key, f"{key} is no fact of {table or 'the candidate itself'}", f"it belongs below [{home}]",
                     f"move it to [{home}]")
    known = [*types, *(name for model in tables.values() for name in fact_types(model))]
    shown = key if key.isprintable() and len(key) <= 40 else ascii(key[:40])
    return Fault(table, key, f"'{shown}' is unknown{with_nearest(key, known)}", ", ".join(types),
                 "correct the spelling, or take it out")
