"""What may be said of a fact: its codes, or its kind and range."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from typing import Any

from pydantic import BaseModel

CODE, NUMBER, WHOLE, YES_NO, DATE, TEXT = "code", "number", "whole number", "yes or no", "date", "text"
KINDS = {"number": NUMBER, "integer": WHOLE, "boolean": YES_NO}


@dataclass(frozen=True, slots=True)
class FactType:
    """Type of a fact.

    Attributes:
        name: of the fact.
        kind: `code`, `number`, `whole number`, `yes or no`, `date` or `text`.
        codes: of a code, all; else empty.
        low: least number; None where there is no bound.
        high: largest number.
        description: in words; may be empty.
    """

    name: str
    kind: str
    codes: tuple[str | int, ...] = ()
    low: float | None = None
    high: float | None = None
    description: str = ""

    @property
    def is_number(self) -> bool:
        """Whether it can be compared with a limit."""
        return self.kind in (NUMBER, WHOLE)

    @property
    def unit(self) -> str:
        """Unit of a number; empty without one."""
        last = self.name.rpartition("_")[2]
        return last if self.is_number and last in ("mm", "years") else ""

    @property
    def allowed(self) -> str:
        """What may stand there, in words."""
        if self.kind == CODE:
            return ", ".join(map(str, self.codes))
        if self.kind == YES_NO:
            return "true, false"
        if self.kind == DATE:
            return "a date such as 2026-05-04, without quotation marks"
        if self.kind == TEXT:
            return "1 to 64 letters, digits, dots, hyphens and underscores, the first a letter or a digit"
        return f"a {self.kind}, {self.low:g} to {self.high:g}{' ' * bool(self.unit)}{self.unit}"

    def holds(self, value: Any) -> bool:
        """Whether a value is one of this fact, its range apart."""
        if isinstance(value, bool) or self.kind == YES_NO:
            return self.kind == YES_NO and isinstance(value, bool)
        if self.kind == CODE:
            return value in self.codes
        return self.is_number and isinstance(value, int if self.kind == WHOLE else int | float)


@cache
def fact_types(model: type[BaseModel]) -> dict[str, FactType]:
    """Types of all fields of a model, by name."""
    return {name: _of_schema(name, schema) for name, schema in model.model_json_schema()["properties"].items()}


def _of_schema(name: str, schema: dict[str, Any]) -> FactType:
    options = [part for part in schema.get("anyOf", [schema]) if part.get("type") != "null"]
    main = options[0]
    description = schema.get("description", "")
    if "enum" in main:
        return FactType(name, CODE, tuple(main["enum"]), description=description)
    if main.get("format") == "date":
        return FactType(name, DATE, description=description)
    return FactType(name, KINDS.get(main.get("type", ""), TEXT), low=main.get("minimum"), high=main.get("maximum"),
                    description=description)


def with_nearest(value: Any, known: Any) -> str:
    """`(did you mean ...?)` with the nearest of the known words; empty if none is near."""
    words = {str(word).casefold(): str(word) for word in known}
    given = str(value).casefold()
    near = [given] if given in words else get_close_matches(given, words, n=3, cutoff=0.6)
    near = near or [word for word in words if given in word.split("_")][:3]
    return f" (did you mean {' or '.join(words[word] for word in near)}?)" if near else ""
