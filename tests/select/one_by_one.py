"""What tables must agree with: candidates decided one by one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from openiort.select.candidate import Candidate
from openiort.select.decide import decide
from openiort.select.decision import Decision
from openiort.select.guideline import Guideline


def changed_for(first: Guideline, second: Guideline, candidates: Iterable[Candidate], phase: str | None = None,
                ) -> Iterator[tuple[Candidate, Decision, Decision]]:
    """Candidates of whom two guidelines say something else: another meaning of the class."""
    for candidate in candidates:
        before, after = decide(first, candidate, phase), decide(second, candidate, phase)
        if before.meaning != after.meaning:
            yield candidate, before, after
