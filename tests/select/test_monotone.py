"""Once a class is decided, no unknown fact that becomes known changes it: random women, all guidelines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from openiort.select.candidate import (
    OF_THE_SPECIMEN,
    PHASES,
    TABLES,
    Candidate,
    FactsBeforeSurgery,
    FactsOfPathology,
    known_facts,
)
from openiort.select.class_of import class_of
from openiort.select.criterion import OPERATORS, Combination, Condition, truth
from openiort.select.criterion import Test as FactTest
from openiort.select.decide import decide
from openiort.select.fact_type import CODE, DATE, YES_NO, FactType, fact_types
from openiort.select.guideline import INSUFFICIENT, Guideline
from openiort.select.read_guideline import guideline_names, shipped_guideline
from openiort.select.three_valued import UNKNOWN
from tests.select.women import AFTER, BEFORE

GUIDELINES = [shipped_guideline(name) for name in guideline_names()]
NUMBERS = {"age_years": [38, 39, 40, 44, 45, 49, 50, 51, 59, 60, 61, 80],
           "margin_mm": [0.0, 0.5, 1.0, 1.9, 2.0, 3.0, 5.0]}
LENGTHS_mm = [0.0, 10.0, 20.0, 20.5, 21.0, 25.0, 26.0, 30.0, 31.0, 35.0, 36.0, 60.0]
Tables = dict[str, dict[str, Any]]


def values_of(kind: FactType) -> st.SearchStrategy[Any]:
    if kind.kind == CODE:
        return st.sampled_from(kind.codes)
    if kind.kind == YES_NO:
        return st.booleans()
    if kind.name == "positive_nodes":
        return st.integers(0, 3)
    return st.sampled_from(NUMBERS.get(kind.name, LENGTHS_mm))


def kinds_of(table: str) -> list[FactType]:
    return [kind for kind in fact_types(TABLES[table]).values() if kind.kind != DATE]


@st.composite
def tables(draw: st.DrawFn) -> Tables:
    """Facts of both phases: those of a woman who is suitable by all, some of them unknown, some at random."""
    found: Tables = {}
    for table, usual in (("before_surgery", BEFORE), ("pathology", AFTER)):
        how = draw(st.lists(st.sampled_from("uuur?"), min_size=len(kinds_of(table)), max_size=len(kinds_of(table))))
        facts = {kind.name: usual.get(kind.name) if choice == "u" else draw(values_of(kind)) if choice == "r" else None
                 for choice, kind in zip(how, kinds_of(table), strict=True)}
        found[table] = facts
    return found


@st.composite
def filled(draw: st.DrawFn, known: Tables) -> Tables:
    """The same with some unknown facts known: those before surgery, those of which neither phase knew anything, and
    those that only the specimen can say."""
    found = {table: dict(facts) for table, facts in known.items()}
    for table, facts in found.items():
        for kind in kinds_of(table):
            earlier = None if kind.name in OF_THE_SPECIMEN else known["before_surgery"].get(kind.name)
            is_open = facts[kind.name] is None and earlier is None
            if is_open and draw(st.booleans()):
                facts[kind.name] = draw(values_of(kind))
    return found


def candidate(facts: Tables) -> Candidate:
    """Of facts that are each allowed; whether they can be true together is not asked."""
    return Candidate.model_construct(before_surgery=FactsBeforeSurgery(**facts["before_surgery"]),
                                     pathology=FactsOfPathology(**facts["pathology"]))


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_known_facts_never_change_a_class(data: st.DataObject) -> None:
    known = data.draw(tables())
    before, after = candidate(known), candidate(data.draw(filled(known)))
    for phase in PHASES:
        facts, more = known_facts(before, phase), known_facts(after, phase)
        assert facts.items() <= more.items()
        for guideline in GUIDELINES:
            decided = class_of(guideline, facts, phase)
            assert decided is None or class_of(guideline, more, phase) == decided, guideline.name


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_missing_facts_lead_where_they_say(data: st.DataObject) -> None:
    """Something is missing where nothing is decided, and only there; each code leads to the class that is told."""
    known = data.draw(tables())
    woman = candidate(known)
    for guideline in GUIDELINES:
        for phase in PHASES:
            decision = decide(guideline, woman, phase)
            is_open = decision.class_name == INSUFFICIENT and guideline.asks_at(phase)
            assert bool(decision.missing) == is_open, guideline.name
            assert bool(decision.decided_by) == (decision.class_name != INSUFFICIENT)
            for missing in decision.missing:
                table, fact = missing.fact.split(".")
                assert known[table][fact] is None
                kind = fact_types(TABLES[table])[fact]
                if not kind.is_number:
                    assert dict(class_of_each(known, table, kind, guideline, phase)) == {
                        word: name for words, name in missing.outcomes for word in words.split(", ")}


def class_of_each(known: Tables, table: str, kind: FactType, guideline: Guideline,
                  phase: str) -> Iterator[tuple[str, str]]:
    """Every value in words, and the class of her of whom it is given."""
    for value in (False, True) if kind.kind == YES_NO else kind.codes:
        her = candidate(known | {table: known[table] | {kind.name: value}})
        found = class_of(guideline, known_facts(her, phase), phase)
        yield str(value).lower() if kind.kind == YES_NO else str(value), found.name if found else INSUFFICIENT


CONDITIONS = st.recursive(
    st.builds(FactTest, st.sampled_from("abc"), st.sampled_from(["<", "<=", ">", ">=", "="]), st.integers(0, 3)),
    lambda parts: st.builds(lambda kind, found, count: Combination(
        kind, tuple(found[:1] if kind == "not" else found), min(count, len(found))),
        st.sampled_from(["all", "any", "not", "count_at_least"]), st.lists(parts, min_size=1, max_size=3),
        st.integers(1, 3)), max_leaves=8)


@settings(max_examples=300, deadline=None)
@given(CONDITIONS, st.dictionaries(st.sampled_from("abc"), st.integers(0, 3)), st.tuples(*[st.integers(0, 3)] * 3))
def test_conditions_keep_their_value(condition: Condition, known: dict[str, int], all_known: tuple[int, ...]) -> None:
    """Any condition: decided on some facts, it has the value that ordinary logic gives on all of them."""
    everything = dict(zip("abc", all_known, strict=True)) | known
    value = truth(condition, known)
    assert truth(condition, everything) == 2 * ordinary(condition, everything)
    assert value in (UNKNOWN, truth(condition, everything))


def ordinary(condition: Condition, facts: dict[str, int]) -> bool:
    if isinstance(condition, FactTest):
        return OPERATORS[condition.operator](facts[condition.fact], condition.value)
    parts = [ordinary(part, facts) for part in condition.parts]
    counts = {"all": len(parts), "any": 1, "count_at_least": condition.count}
    return not parts[0] if condition.kind == "not" else sum(parts) >= counts[condition.kind]
