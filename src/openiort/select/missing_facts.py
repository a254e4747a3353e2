"""Which facts a decision waits for, and which values of each would lead where."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from typing import Any

from openiort.select.class_of import class_of, class_truth
from openiort.select.criterion import tests_in, unknown_facts
from openiort.select.decision import MissingFact
from openiort.select.fact_type import YES_NO
from openiort.select.facts import FACTS, place_of, with_value
from openiort.select.guideline import INSUFFICIENT, Guideline
from openiort.select.three_valued import FALSE
from openiort.select.value_bands import band_between, bands_of


def missing_facts(guideline: Guideline, facts: Mapping[str, Any], phase: str) -> tuple[MissingFact, ...]:
    """Facts that an open decision waits for; empty where a class is decided.

    Args:
        guideline: that was asked.
        facts: known at the phase, by name.
        phase: at which it was asked.
    """
    if class_of(guideline, facts, phase) is not None:
        return ()
    return tuple(MissingFact(place, _outcomes(guideline, facts, place, phase))
                 for place in _waited_for(guideline, facts, phase))


def _waited_for(guideline: Guideline, facts: Mapping[str, Any], phase: str) -> list[str]:
    """Places of the unknown facts of all classes that are still open, in the order of the guideline."""
    waited: set[str] = set()
    places: dict[str, None] = {}
    for asked in guideline.classes:
        may_hold = class_truth(guideline, asked, facts, phase) != FALSE
        for criterion in guideline.criteria_of(asked.name, phase):
            places |= {place_of(test.fact, phase): None for test in tests_in(criterion.condition)}
            if may_hold:
                waited |= {place_of(fact, phase) for fact in unknown_facts(criterion.condition, facts)}
    return [place for place in places if place in waited]


def _outcomes(guideline: Guideline, facts: Mapping[str, Any], place: str, phase: str) -> tuple[tuple[str, str], ...]:
    kind = FACTS[place.split(".")[1]]

    def class_with(value: Any) -> str:
        hers = class_of(guideline, with_value(facts, place, value, phase), phase)
        return INSUFFICIENT if hers is None else hers.name

    if kind.is_number:
        tests = [test for criterion in guideline.criteria for test in tests_in(criterion.condition)
                 if test.fact == kind.name]
        groups = groupby(bands_of(kind, tests), key=lambda band: class_with(band.example))
        return tuple((band_between(list(bands)).words(kind), name) for name, bands in groups)
    values = (False, True) if kind.kind == YES_NO else kind.codes
    by_class: dict[str, list[str]] = {}
    for value in values:
        by_class.setdefault(class_with(value), []).append(str(value).lower() if kind.kind == YES_NO else str(value))
    return tuple((", ".join(words), name) for name, words in by_class.items())
