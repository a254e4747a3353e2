"""A criterion of a guideline: a test of a fact, or several combined, in three-valued logic."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from openiort.select.three_valued import UNKNOWN, all_of, any_of, at_least, not_of, value_of

OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "<": lambda fact, value: bool(fact < value), "<=": lambda fact, value: bool(fact <= value),
    ">": lambda fact, value: bool(fact > value), ">=": lambda fact, value: bool(fact >= value),
    "=": lambda fact, value: bool(fact == value), "in": lambda fact, value: bool(fact in value),
}
BOTH = "both"
ALL, ANY, NOT, AT_LEAST, ALL_OTHERS = "all", "any", "not", "count_at_least", "all_others"


@dataclass(frozen=True, slots=True)
class Test:
    """One fact against a value; `value` is a tuple for the operator `in`."""

    fact: str
    operator: str
    value: Any


@dataclass(frozen=True, slots=True)
class Combination:
    """Conditions put together.

    Attributes:
        kind: `all`, `any`, `not`, `count_at_least`, or `all_others`: all criteria of a class on other facts.
        parts: what is put together; of `all_others`, the criteria it stands for.
        count: of `count_at_least`.
        class_name: of `all_others`.
        part_phases: of `all_others`, when each part is asked; as `Criterion.phase`.
    """

    kind: str
    parts: tuple[Condition, ...]
    count: int = 0
    class_name: str = ""
    part_phases: tuple[str, ...] = ()


Condition = Test | Combination


@dataclass(frozen=True, slots=True)
class Criterion:
    """One line of a guideline.

    Attributes:
        name: within its guideline.
        class_name: class that it belongs to.
        condition: what is asked.
        phase: `both`, `before surgery` or `pathology`: when it is asked.
        text: in words.
        source: where the number was found.
        mark: F found, C calculated, R recalled: to be confirmed.
    """

    name: str
    class_name: str
    condition: Condition
    phase: str
    text: str
    source: str
    mark: str


def at_phase(condition: Condition, phase: str) -> Condition:
    """The condition as it is asked at a phase: `all_others` stands for what is asked then."""
    if isinstance(condition, Test):
        return condition
    parts = condition.parts
    if condition.kind == ALL_OTHERS:
        parts = tuple(part for part, when in zip(parts, condition.part_phases, strict=True) if when in (BOTH, phase))
        return replace(condition, parts=parts, part_phases=(phase,) * len(parts))
    asked = tuple(at_phase(part, phase) for part in parts)
    unchanged = all(new is old for new, old in zip(asked, parts, strict=True))
    return condition if unchanged else replace(condition, parts=asked)


def truth(condition: Condition, facts: Mapping[str, Any]) -> int:
    """Value of a condition on the facts of one candidate; facts that are not there are unknown."""
    if isinstance(condition, Test):
        fact = facts.get(condition.fact)
        return UNKNOWN if fact is None else value_of(OPERATORS[condition.operator](fact, condition.value))
    values = (truth(part, facts) for part in condition.parts)
    if condition.kind == NOT:
        return not_of(next(values))
    if condition.kind == ANY:
        return any_of(values)
    return at_least(condition.count, values) if condition.kind == AT_LEAST else all_of(values)


def unknown_facts(condition: Condition, facts: Mapping[str, Any]) -> set[str]:
    """Facts that a condition of unknown value waits for; empty once it is decided."""
    if truth(condition, facts) != UNKNOWN:
        return set()
    if isinstance(condition, Test):
        return {condition.fact}
    return set().union(*(unknown_facts(part, facts) for part in condition.parts))


def tests_in(condition: Condition) -> Iterator[Test]:
    """Every test in a condition."""
    if isinstance(condition, Test):
        yield condition
    else:
        for part in condition.parts:
            yield from tests_in(part)
