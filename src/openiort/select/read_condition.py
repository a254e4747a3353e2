"""Reader of a criterion's condition: a test of a fact, or several combined."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from openiort.select.criterion import (
    ALL,
    ALL_OTHERS,
    ANY,
    AT_LEAST,
    NOT,
    OPERATORS,
    Combination,
    Condition,
    Test,
)
from openiort.select.fact_type import CODE, YES_NO, FactType, with_nearest
from openiort.select.facts import FACTS

TEST_KEYS = ("fact", "op", "value")
COMBINATIONS = (ALL, ANY, NOT, AT_LEAST, ALL_OTHERS)
DEEPEST = 8
FORMS = "fact, op and value together, or one of " + ", ".join(COMBINATIONS)


class WrongCondition(Exception):  # noqa: N818 - the reader of the file makes an InputError of it, with file and line
    """What is wrong in a condition.

    Args:
        what: in words.
        allowed: what would be accepted.
        words: by which the line is found, the most telling first.
    """

    def __init__(self, what: str, allowed: str, *words: str) -> None:
        super().__init__(what)
        self.what, self.allowed, self.words = what, allowed, words


def read_condition(given: Mapping[str, Any], classes: tuple[str, ...], level: int = 0) -> Condition:
    """A condition as it stands in the file; parts of `all_others` are still to be filled in.

    Raises:
        WrongCondition: it is none.
    """
    if not isinstance(given, Mapping) or level > DEEPEST:
        raise WrongCondition("this is no condition", f"{FORMS}; up to {DEEPEST} levels")
    kinds = [key for key in given if key in COMBINATIONS]
    tested = [key for key in given if key in TEST_KEYS]
    others = [key for key in given if key not in (*COMBINATIONS, *TEST_KEYS)]
    if others:
        raise WrongCondition(f"'{others[0][:40]}' is unknown{with_nearest(others[0], (*TEST_KEYS, *COMBINATIONS))}",
                             FORMS, others[0])
    if len(kinds) + bool(tested) != 1 or (tested and set(tested) != set(TEST_KEYS)):
        raise WrongCondition(f"a condition of {', '.join(given) or 'nothing'}", FORMS, *kinds, *tested)
    return _test(given) if tested else _combination(kinds[0], given[kinds[0]], classes, level)


def _combination(kind: str, given: Any, classes: tuple[str, ...], level: int) -> Combination:
    if kind == ALL_OTHERS:
        if given not in classes:
            raise WrongCondition(f"all_others = {given!r} is no class{with_nearest(given, classes)}",
                                 ", ".join(classes), str(given), kind)
        return Combination(kind, (), class_name=given)
    if kind == NOT:
        return Combination(kind, (read_condition(given, classes, level + 1),))
    count, parts = 0, given
    if kind == AT_LEAST:
        if not isinstance(given, Mapping) or set(given) != {"count", "of"}:
            raise WrongCondition("count_at_least has not count and of", "{ count = 2, of = [{...}, {...}] }", kind)
        count, parts = given["count"], given["of"]
    if not isinstance(parts, list) or not parts:
        raise WrongCondition(f"{kind} is not a list of conditions", "[{...}, {...}]", kind)
    if kind == AT_LEAST and (not isinstance(count, int) or isinstance(count, bool) or not 1 <= count <= len(parts)):
        raise WrongCondition(f"count = {count!r} cannot be used", f"a whole number, 1 to {len(parts)}", "count", kind)
    return Combination(kind, tuple(read_condition(part, classes, level + 1) for part in parts), count)


def _test(given: Mapping[str, Any]) -> Test:
    fact, operator, value = given["fact"], given["op"], given["value"]
    if not isinstance(fact, str) or fact not in FACTS:
        raise WrongCondition(f"fact {fact!r} is unknown{with_nearest(fact, FACTS)}", ", ".join(FACTS), str(fact),
                             "fact")
    kind = FACTS[fact]
    fit = tuple(OPERATORS) if kind.is_number else ("=",) if kind.kind == YES_NO else ("=", "in")
    if not isinstance(operator, str) or operator not in fit:
        raise WrongCondition(f"operator {operator!r} cannot be used for {fact}", ", ".join(fit), f'"{operator}"', "op")
    if operator != "in":
        return Test(fact, operator, _value(kind, value))
    if not isinstance(value, list) or not value:
        raise WrongCondition(f"value of {fact} is not a list", "[..., ...] for the operator in", fact, "value")
    return Test(fact, operator, tuple(_value(kind, item) for item in value))


def _value(kind: FactType, value: Any) -> Any:
    if kind.holds(value) and (not kind.is_number or (kind.low or 0) <= value <= (kind.high or value)):
        return value
    near = with_nearest(value, kind.codes) if kind.kind == CODE else ""
    shown = str(value).lower() if isinstance(value, bool) else str(value)
    raise WrongCondition(f"value {value!r} cannot be a value of {kind.name}{near}", kind.allowed, shown, kind.name,
                         "value")
