"""Reader of a guideline's TOML file; what is wrong is told with its line."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

from openiort.core.errors import InputError
from openiort.core.table import table_bytes, table_names
from openiort.core.toml_file import decoded, line_of, parsed, read_content
from openiort.select.candidate import PHASES
from openiort.select.criterion import ALL_OTHERS, BOTH, Combination, Condition, Criterion, Test, tests_in
from openiort.select.fact_type import with_nearest
from openiort.select.guideline import (
    HOLDS_ALL,
    HOLDS_ANY,
    HOLDS_OTHERWISE,
    INSUFFICIENT,
    MARKS,
    MEANINGS,
    SCOPES,
    Guideline,
    GuidelineClass,
    Statement,
)
from openiort.select.read_condition import COMBINATIONS, TEST_KEYS, WrongCondition, read_condition

FOLDER, WHAT = "guidelines", "guideline"
HEAD_KEYS = ("name", "title", "family", "version", "published", "scope", "citation")
CRITERION_KEYS = ("name", "class", "phase", "text", "source", "mark")
LONGEST_TEXT, MOST_ENTRIES = 500, 200


def guideline_names() -> list[str]:
    """Names of the guidelines that come with the program."""
    return table_names(FOLDER, ".toml")


@cache
def shipped_guideline(name: str) -> Guideline:
    """A guideline that comes with the program.

    Raises:
        InputError: there is none of that name.
    """
    if name not in guideline_names():
        raise InputError(f"no guideline '{name[:60]}'{with_nearest(name, guideline_names())}",
                         where="--guideline (guideline)",
                         allowed=", ".join(guideline_names()) + ", or a TOML file",
                         fix="`openiort select guidelines` lists them")
    file = f"{FOLDER}/{name}.toml"
    return _of_content(table_bytes(file), file)


def find_guideline(name_or_file: str | Path) -> Guideline:
    """A guideline by its name, or from the user's own file.

    Raises:
        InputError: there is none, or the file is no guideline.
    """
    text = str(name_or_file)
    if text in guideline_names() or not (isinstance(name_or_file, Path) or text.endswith(".toml") or "/" in text):
        return shipped_guideline(text)
    return read_guideline(name_or_file)


def read_guideline(file: str | Path) -> Guideline:
    """A guideline from a file.

    Raises:
        InputError: it cannot be read, or is no guideline; the message has the line.
    """
    return _of_content(read_content(file, WHAT), str(file))


def _of_content(content: bytes, name: str) -> Guideline:
    return parse_guideline(decoded(content, name, WHAT), name, hashlib.sha256(content).hexdigest())


def parse_guideline(text: str, name: str, sha256: str = "") -> Guideline:
    """A guideline from the text of its file.

    Args:
        text: of the file.
        name: of the file, for messages.
        sha256: of the bytes of the file.

    Raises:
        InputError: it is no guideline; the message has the line.
    """
    reader = _Reader(text, name)
    content = parsed(text, name)
    reader.only("", 1, content, ("guideline", "class", "criterion"))
    head = content.get("guideline")
    if not isinstance(head, dict):
        reader.wrong("", 1, "[guideline] is missing", "a table [guideline]", "guideline")
    reader.only("guideline", 1, head, (*HEAD_KEYS, "statements"))
    texts = {key: reader.line("guideline", 1, head, key) for key in HEAD_KEYS if key != "scope"}
    classes = reader.classes(reader.entries(content, "class"))
    criteria = reader.criteria(reader.entries(content, "criterion"), classes)
    return Guideline(scope=reader.scope(head), statements=reader.statements(head), classes=classes, criteria=criteria,
                     sha256=sha256, **texts)


@dataclass(frozen=True, slots=True)
class _Reader:
    text: str
    name: str

    def wrong(self, table: str, number: int, what: str, allowed: str, *words: str) -> NoReturn:
        line = line_of(self.text, table, number, *words)
        raise InputError(what, where=f"{self.name}, line {line}", allowed=allowed, fix="correct this line")

    def only(self, table: str, number: int, given: Mapping[str, Any], known: Sequence[str]) -> None:
        for key in given:
            if key not in known:
                self.wrong(table if table else key, number, f"'{key[:40]}' is unknown{with_nearest(key, known)}",
                           ", ".join(known), key)

    def entries(self, content: Mapping[str, Any], table: str) -> list[dict[str, Any]]:
        found = content.get(table)
        if not isinstance(found, list) or not all(isinstance(entry, dict) for entry in found) or not found:
            self.wrong("", 1, f"no [[{table}]]", f"1 to {MOST_ENTRIES} tables [[{table}]]", table)
        if len(found) > MOST_ENTRIES:
            self.wrong(table, MOST_ENTRIES + 1, f"{len(found)} tables [[{table}]]", f"up to {MOST_ENTRIES}")
        return found

    def line(self, table: str, number: int, given: Mapping[str, Any], key: str,
             allowed: Sequence[str] | None = None) -> str:
        """A text of one line, one of those allowed."""
        if key not in given:
            self.wrong(table, number, f"{key} is missing", ", ".join(allowed or ["a text in quotation marks"]))
        value = given[key]
        if allowed is not None and value not in allowed:
            self.wrong(table, number, f"{key} = {str(value)[:40]!r} is unknown{with_nearest(value, allowed)}",
                       ", ".join(allowed), key)
        if not isinstance(value, str) or not value.strip() or len(value) > LONGEST_TEXT or not value.isprintable():
            self.wrong(table, number, f"{key} = {str(value)[:40]!r} cannot be used",
                       f"a text of one line in quotation marks, up to {LONGEST_TEXT} characters", key)
        return value

    def scope(self, head: Mapping[str, Any]) -> tuple[str, ...]:
        given = head.get("scope")
        if not isinstance(given, list) or not given:
            self.wrong("guideline", 1, "scope is not a list", f"[...] of {', '.join(SCOPES)}", "scope")
        for item in given:
            if item not in SCOPES:
                self.wrong("guideline", 1, f"scope {item!r} is unknown{with_nearest(item, SCOPES)}", ", ".join(SCOPES),
                           str(item), "scope")
        return tuple(given)

    def statements(self, head: Mapping[str, Any]) -> tuple[Statement, ...]:
        given = head.get("statements", [])
        if not isinstance(given, list) or not all(isinstance(item, dict) for item in given):
            self.wrong("guideline", 1, "statements is not a list", "[{ text, source, mark }, ...]", "statements")
        return tuple(self.statement(item) for item in given)

    def statement(self, given: dict[str, Any]) -> Statement:
        self.only("guideline", 1, given, ("text", "source", "mark", "limits"))
        limits = given.get("limits", False)
        if not isinstance(limits, bool):
            self.wrong("guideline", 1, f"limits = {str(limits)[:40]!r} cannot be used", "true, false", "limits")
        text, source = (self.line("guideline", 1, given, key) for key in ("text", "source"))
        return Statement(text, source, self.line("guideline", 1, given, "mark", MARKS), limits)

    def classes(self, given: list[dict[str, Any]]) -> tuple[GuidelineClass, ...]:
        found: list[GuidelineClass] = []
        for number, entry in enumerate(given, 1):
            self.only("class", number, entry, ("name", "meaning", "holds"))
            name = self.line("class", number, entry, "name")
            if name == INSUFFICIENT or name in [other.name for other in found]:
                self.wrong("class", number, f"class '{name}' is taken", "a name of its own", "name")
            holds = self.line("class", number, entry, "holds", (HOLDS_ANY, HOLDS_ALL, HOLDS_OTHERWISE))
            if (holds == HOLDS_OTHERWISE) != (number == len(given)):
                self.wrong("class", number, f"class '{name}' holds {holds}",
                           "otherwise for the last class, any or all for those before it", "holds")
            found.append(GuidelineClass(name, self.line("class", number, entry, "meaning", MEANINGS), holds))
        return tuple(found)

    def criteria(self, given: list[dict[str, Any]], classes: tuple[GuidelineClass, ...]) -> tuple[Criterion, ...]:
        found: list[Criterion] = []
        for number, entry in enumerate(given, 1):
            criterion = self.criterion(number, entry, classes)
            if criterion.name in [other.name for other in found]:
                self.wrong("criterion", number, f"criterion '{criterion.name}' comes twice", "a name of its own",
                           "name")
            found.append(criterion)
        for number, asked in enumerate(classes, 1):
            if asked.holds != HOLDS_OTHERWISE and not any(c.class_name == asked.name for c in found):
                self.wrong("class", number, f"class '{asked.name}' has no criterion", "at least one", "name")
        return tuple(replace(c, condition=self.filled(c, c.condition, found)) for c in found)

    def criterion(self, number: int, entry: dict[str, Any], classes: tuple[GuidelineClass, ...]) -> Criterion:
        self.only("criterion", number, entry, (*CRITERION_KEYS, *TEST_KEYS, *COMBINATIONS))
        names = tuple(c.name for c in classes if c.holds != HOLDS_OTHERWISE)
        texts = [self.line("criterion", number, entry, key, allowed) for key, allowed in (
            ("name", None), ("class", names), ("phase", (BOTH, *PHASES)), ("text", None), ("source", None),
            ("mark", MARKS))]
        given = {key: value for key, value in entry.items() if key not in CRITERION_KEYS}
        try:
            condition = read_condition(given, names)
        except WrongCondition as error:
            self.wrong("criterion", number, error.what, error.allowed, *error.words)
        name, class_name, phase, text, source, mark = texts
        return Criterion(name, class_name, condition, phase, text, source, mark)

    def filled(self, criterion: Criterion, condition: Condition, criteria: list[Criterion]) -> Condition:
        """A condition whose `all_others` has the criteria that it stands for: those on other facts."""
        if isinstance(condition, Test):
            return condition
        if condition.kind != ALL_OTHERS:
            return replace(condition, parts=tuple(self.filled(criterion, part, criteria) for part in condition.parts))
        own = {test.fact for test in tests_in(criterion.condition)}
        others = [c for c in criteria if c.class_name == condition.class_name and c.name != criterion.name
                  and not own & {test.fact for test in tests_in(c.condition)}]
        number = criteria.index(criterion) + 1
        if any(_leans(c.condition) for c in others):
            self.wrong("criterion", number, "all_others stands for a criterion that has all_others itself",
                       "one such criterion for each class", ALL_OTHERS)
        if not others:
            self.wrong("criterion", number, f"class '{condition.class_name}' has no criterion on other facts",
                       "at least one", ALL_OTHERS)
        return replace(condition, parts=tuple(c.condition for c in others), part_phases=tuple(c.phase for c in others))


def _leans(condition: Condition) -> bool:
    return isinstance(condition, Combination) and (condition.kind == ALL_OTHERS or any(map(_leans, condition.parts)))
