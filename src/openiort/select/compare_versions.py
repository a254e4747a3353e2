"""Two guidelines, or versions of one, criterion by criterion."""

from __future__ import annotations

from dataclasses import dataclass, replace

from openiort.select.criterion import Criterion
from openiort.select.guideline import Guideline

ADDED, REMOVED, CHANGED = "added", "removed", "changed"


@dataclass(frozen=True, slots=True)
class Change:
    """One criterion that is not the same in both.

    Attributes:
        kind: `added`, `removed` or `changed`.
        name: of the criterion.
        before: as it is in the first; None if it is not there.
        after: as it is in the second.
    """

    kind: str
    name: str
    before: Criterion | None
    after: Criterion | None


def compare_versions(first: Guideline, second: Guideline) -> tuple[Change, ...]:
    """What differs, by the criteria's names; sources apart."""
    before = {criterion.name: criterion for criterion in first.criteria}
    after = {criterion.name: criterion for criterion in second.criteria}
    changes = []
    for name in {**before, **after}:
        old, new = before.get(name), after.get(name)
        if old is None or new is None:
            changes.append(Change(ADDED if old is None else REMOVED, name, old, new))
        elif _asked(old) != _asked(new):
            changes.append(Change(CHANGED, name, old, new))
    return tuple(changes)


def _asked(criterion: Criterion) -> Criterion:
    return replace(criterion, source="")
