"""Reader of a trial's TOML file from `tables/trials/` or a user's own; checks every field."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from math import isfinite
from pathlib import Path
from typing import Any, NoReturn

from openiort.core.errors import InputError
from openiort.core.table import table_bytes, table_names
from openiort.core.toml_file import decoded, parsed, read_text
from openiort.evidence.estimates import ESTIMATES
from openiort.evidence.trial import MARKS, TECHNIQUES, Number, Outcome, Printed, Trial
from openiort.evidence.two_arms import check_counts, check_margin

FOLDER, WHAT = "trials", "trial"
MOST_ENTRIES, LONGEST_TEXT, MOST_WOMEN = 200, 500, 10_000_000


def trial_names() -> list[str]:
    """Names of the trials that come with the program."""
    return table_names(FOLDER, ".toml")


@cache
def shipped_trial(name: str) -> Trial:
    """A trial that comes with the program.

    Raises:
        InputError: there is none of that name.
    """
    if name not in trial_names():
        raise InputError(f"no trial '{name[:60]}'", where="NAME", allowed=", ".join(trial_names()) + ", or a TOML file",
                         fix="choose one of these")
    file = f"{FOLDER}/{name}.toml"
    return trial_of(decoded(table_bytes(file), file, WHAT), file)


def find_trial(name_or_file: str) -> Trial:
    """A trial by its name, or from a file of the user's own.

    Raises:
        InputError: there is none, or the file is no trial.
    """
    if name_or_file.endswith(".toml") or "/" in name_or_file:
        return trial_of(read_text(name_or_file, WHAT), Path(name_or_file).name)
    return shipped_trial(name_or_file)


def trial_of(text: str, file: str) -> Trial:
    """A trial of the text of a file.

    Raises:
        InputError: it is none; the message has the table and the field.
    """
    whole = Fields(parsed(text, file), file)
    whole.only("trial", "fact", "outcome", "number")
    head = whole.tables("trial", single=True)[0]
    head.only("name", "title", "published", "citation", "technique", "arms", "margin", "margin_mark", "study")
    arms = head.texts("arms")
    if len(arms) not in (1, 2):
        head.wrong("arms", arms, "one arm, or the new treatment and the control")
    margin = head.number("margin", optional=True)
    if margin is not None:
        check_margin(margin)
    facts = tuple(_fact(fields) for fields in whole.tables("fact"))
    outcomes = tuple(_outcome(fields, len(arms)) for fields in whole.tables("outcome"))
    numbers = tuple(_number(fields) for fields in whole.tables("number"))
    for what, names in (("outcomes", [each.name for each in outcomes]), ("numbers", [each.name for each in numbers])):
        if len(set(names)) < len(names):
            raise InputError(f"two {what} have one name", where=file, allowed="each name once", fix="rename one")
    return Trial(head.text("name"), head.text("title"), head.text("published"), head.text("citation"),
                 head.one_of("technique", TECHNIQUES), arms, margin,
                 head.mark("margin_mark", needed=margin is not None), facts, outcomes,
                 head.text("study") if "study" in head.values else head.text("name"), numbers)


def _fact(fields: Fields) -> tuple[str, str, str]:
    fields.only("text", "mark", "source")
    return fields.text("text"), fields.mark("mark", needed=True) or "", fields.text("source")


def _number(fields: Fields) -> Number:
    fields.only("name", "text", "values", "mark", "source")
    return Number(fields.text("name"), fields.text("text"), fields.numbers("values"),
                  fields.mark("mark", needed=True) or "", fields.text("source"))


def _outcome(fields: Fields, arms: int) -> Outcome:
    fields.only("name", "text", "source", "events", "events_mark", "totals", "totals_mark", "years", "rates",
                "rates_mark", "lowers", "uppers", "limits_mark", "rate_resolution", "difference", "difference_mark",
                "printed", "followed", "followed_mark", "is_reread", "part")
    events, totals = fields.wholes("events", arms), fields.wholes("totals", arms, least=1)
    followed = fields.wholes("followed", arms)
    for counts in (events, followed):
        for count, total in zip(counts or (), totals or (), strict=False):
            check_counts(count, total, fields.where)
    rates, uppers = (fields.fractions(key, arms) for key in ("rates", "uppers"))
    lowers = fields.fractions("lowers", arms, least=0.0)
    if (lowers is None) != (uppers is None):
        fields.wrong("lowers, uppers", (lowers, uppers), 'both or neither, "not public" for what is missing in them')
    difference = fields.triple("difference")
    for rate, lower, upper in zip(rates or (), lowers or (), uppers or (), strict=False):
        if rate is not None and lower is not None and upper is not None and not lower < rate < upper:
            fields.wrong("lowers, uppers", (lower, upper), f"limits on both sides of the rate {rate:g}")
    return Outcome(
        fields.text("name"), fields.text("text"), fields.text("source"),
        events, fields.mark("events_mark", needed=events is not None),
        totals, fields.mark("totals_mark", needed=totals is not None), fields.positive("years"),
        rates, fields.mark("rates_mark", needed=rates is not None), lowers, uppers,
        fields.mark("limits_mark", needed=lowers is not None),
        fields.positive("rate_resolution") or 0.0,
        difference, fields.mark("difference_mark", needed=difference is not None),
        tuple(_printed(item) for item in fields.tables("printed")),
        followed, fields.mark("followed_mark", needed=followed is not None), fields.flag("is_reread"),
        fields.text("part") if "part" in fields.values else None)


def _printed(fields: Fields) -> Printed:
    fields.only("estimate", "value", "resolution", "is_bound", "mark", "note")
    value, resolution = fields.number("value"), fields.number("resolution")
    assert value is not None and resolution is not None  # not optional
    if resolution <= 0:
        fields.wrong("resolution", resolution, "one unit of the last printed place, such as 0.001")
    return Printed(fields.one_of("estimate", tuple(ESTIMATES)), value, resolution,
                   fields.flag("is_bound"), fields.mark("mark", needed=True) or "",
                   fields.text("note") if "note" in fields.values else "")


@dataclass(frozen=True, slots=True)
class Fields:
    """One table of the file: its values, and where it stands, for messages."""

    values: dict[str, Any]
    where: str

    def wrong(self, key: str, value: object, allowed: str) -> NoReturn:
        """Raise the error of a field."""
        raise InputError(f"{key} = {str(value)[:60]} cannot be used", where=self.where, allowed=allowed,
                         fix="correct it; what is not public is left out")

    def only(self, *allowed: str) -> None:
        """Refuse unknown keys: a misspelt one would be lost silently."""
        unknown = [key for key in self.values if key not in allowed]
        if unknown:
            raise InputError(f"'{unknown[0][:40]}' is unknown", where=self.where, allowed=", ".join(allowed),
                             fix="correct the spelling or take it out")

    def tables(self, key: str, *, single: bool = False) -> list[Fields]:
        """The tables below a key; `single`: exactly one, which must be there."""
        found = self.values.get(key, [])
        if single:
            found = [found] if isinstance(found, dict) else None
        if not isinstance(found, list) or len(found) > MOST_ENTRIES or not all(isinstance(i, dict) for i in found):
            self.wrong(key, "what stands there", f"a table [{key}]" if single else f"tables [[{key}]]")
        return [Fields(item, f"{self.where}, {key} {number}") for number, item in enumerate(found, 1)]

    def text(self, key: str) -> str:
        """A text, not empty, printable."""
        value = self.values.get(key)
        if not isinstance(value, str) or not value.strip() or len(value) > LONGEST_TEXT or not value.isprintable():
            self.wrong(key, value, f"one line of 1 to {LONGEST_TEXT} characters in quotation marks")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts."""
        found = self.values.get(key)
        if not isinstance(found, list):
            self.wrong(key, found, "a list of texts")
        return tuple(Fields({key: item}, self.where).text(key) for item in found)

    def one_of(self, key: str, allowed: tuple[str, ...]) -> str:
        """One of some texts."""
        value = self.text(key)
        return value if value in allowed else self.wrong(key, value, ", ".join(allowed))

    def mark(self, key: str, *, needed: bool) -> str | None:
        """Where a number comes from; it must be said of every number."""
        return self.one_of(key, MARKS) if needed or key in self.values else None

    def number(self, key: str, *, optional: bool = False) -> float | None:
        """A finite number."""
        value = self.values.get(key)
        if value is None and optional:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
            self.wrong(key, value, "a number")
        return float(value)

    def positive(self, key: str) -> float | None:
        """A number above 0; None if left out."""
        value = self.number(key, optional=True)
        return value if value is None or value > 0 else self.wrong(key, value, "a number above 0")

    def numbers(self, key: str) -> tuple[float, ...]:
        """Finite numbers, at least one."""
        found = self.values.get(key)
        if not isinstance(found, list) or not found:
            self.wrong(key, found, "a list of numbers")
        return tuple(Fields({key: item}, self.where).number(key) or 0.0 for item in found)

    def flag(self, key: str) -> bool:
        """True or false; false if left out."""
        value = self.values.get(key, False)
        return value if isinstance(value, bool) else self.wrong(key, value, "true or false")

    def wholes(self, key: str, arms: int, least: int = 0) -> tuple[int, ...] | None:
        """How many women, an arm; None if left out."""
        found = self.values.get(key)
        if found is None:
            return None
        if not isinstance(found, list) or len(found) != arms or not all(
                type(item) is int and least <= item <= MOST_WOMEN for item in found):
            self.wrong(key, found, f"a list of {arms} whole numbers from {least} to {MOST_WOMEN:,}, one an arm")
        return tuple(found)

    def fractions(self, key: str, arms: int, least: float | None = None) -> tuple[float | None, ...] | None:
        """A fraction an arm, or "not public" for one of them; None if left out. `least` is allowed besides."""
        found = self.values.get(key)
        if found is None:
            return None
        allowed = f'a list of {arms} fractions above 0 and below 1 (or "not public"), not per cent'
        if not isinstance(found, list) or len(found) != arms:
            self.wrong(key, found, allowed)
        for item in found:
            if item != "not public" and not (isinstance(item, float) and (0.0 < item < 1.0 or item == least)):
                self.wrong(key, item, allowed)
        return tuple(None if item == "not public" else item for item in found)

    def triple(self, key: str) -> tuple[float, float, float] | None:
        """A difference with its lower and upper limit, fractions; None if left out."""
        found = self.values.get(key)
        if found is None:
            return None
        if not isinstance(found, list) or len(found) != 3 or not all(isinstance(item, float) for item in found) \
                or not -1.0 < found[1] < found[0] < found[2] < 1.0:
            self.wrong(key, found, "difference, lower and upper limit, as fractions")
        return found[0], found[1], found[2]
