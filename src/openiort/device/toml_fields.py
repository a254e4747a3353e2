"""Fields of a site's TOML file, each with its type checked and its place named in the message."""

from __future__ import annotations

import datetime
import tomllib
from dataclasses import dataclass
from typing import Any

from openiort.core.errors import InputError

LONGEST_TEXT = 200


def parse_toml(name: str, text: str) -> dict[str, Any]:
    """The content of a TOML text.

    Raises:
        InputError: it is none.
    """
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise InputError(f"no valid TOML: {error}", where=name, allowed="a TOML file",
                         fix="docs/device.md shows a complete folder") from error


@dataclass(frozen=True, slots=True)
class Fields:
    """One table of a TOML file.

    Attributes:
        values: its content.
        where: file and table, for messages.
    """

    values: dict[str, Any]
    where: str

    def only(self, *allowed: str) -> None:
        """Refuse keys of other names: a misspelt one would be lost silently."""
        unknown = [key for key in self.values if key not in allowed]
        if unknown:
            raise InputError(f"'{unknown[0][:40]}' is unknown", where=self.where, allowed=", ".join(allowed),
                             fix="correct the spelling or take it out")

    def text(self, key: str) -> str:
        """A line of text, not empty, without control characters."""
        value = self._get(key, str, "a text in quotation marks")
        if not value.strip() or len(value) > LONGEST_TEXT or not value.isprintable():
            raise self._wrong(key, value[:40], f"one line of 1 to {LONGEST_TEXT} characters")
        return str(value)

    def number(self, key: str) -> float:
        """A number."""
        return float(self._get(key, (int, float), "a number"))

    def whole(self, key: str, low: int, high: int) -> int:
        """A whole number within bounds."""
        value = self._get(key, int, f"a whole number, {low} to {high}")
        if not low <= value <= high:
            raise self._wrong(key, value, f"a whole number, {low} to {high}")
        return int(value)

    def day(self, key: str, today: datetime.date) -> datetime.date:
        """A date that is not after today."""
        value = self._get(key, datetime.date, "a date such as 2026-05-04, without quotation marks")
        found: datetime.date = value.date() if isinstance(value, datetime.datetime) else value
        if found > today:
            raise self._wrong(key, found.isoformat(), "a date in the past")
        return found

    def table(self, key: str) -> Fields:
        """A table below this one."""
        return Fields(self._get(key, dict, f"a table [{key}]"), f"{self.where}, [{key}]")

    def tables(self, key: str) -> list[Fields]:
        """The tables `[[key]]`; none if there is none."""
        found = self.values.get(key, [])
        if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
            raise self._wrong(key, "something else", f"tables [[{key}]]")
        return [Fields(item, f"{self.where}, [[{key}]] number {i}") for i, item in enumerate(found, 1)]

    def _get(self, key: str, kind: Any, allowed: str) -> Any:
        if key not in self.values:
            raise InputError(f"{key} is missing", where=self.where, allowed=allowed,
                             fix="add it; docs/device.md says what it is")
        value = self.values[key]
        if not isinstance(value, kind) or isinstance(value, bool):
            raise self._wrong(key, str(value)[:40], allowed)
        return value

    def _wrong(self, key: str, value: object, allowed: str) -> InputError:
        return InputError(f"{key} = {value} cannot be used", where=self.where, allowed=allowed, fix="correct it")
