"""What may forbid irradiation and few tables speak of: an answer that did not ask it is no answer to it."""

from __future__ import annotations

from collections.abc import Iterable

from openiort.select.criterion import Criterion, tests_in

OFTEN_NOT_ASKED = ("distant_metastasis", "previous_breast_radiotherapy", "pregnant")


def not_asked_by(criteria: Iterable[Criterion]) -> tuple[str, ...]:
    """Of distant metastasis, previous radiotherapy and pregnancy those that no criterion asks."""
    asked = {test.fact for criterion in criteria for test in tests_in(criterion.condition)}
    return tuple(fact for fact in OFTEN_NOT_ASKED if fact not in asked)
