"""What one guideline says of all candidates of a table."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from openiort.core.column import Column
from openiort.select.guideline import Guideline


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is said alike of many; the fields are those of `Decision`, criteria and facts by name.

    Attributes:
        phase: at which it was asked.
        class_name: as the guideline calls it, or `insufficient information`.
        meaning: suitable, cautionary, unsuitable or insufficient information.
        decided_by: names of the criteria that decided.
        missing: names of the facts that would be needed.
        to_be_confirmed: whether the class hangs on a recalled criterion.
        not_asked: of distant metastasis, previous radiotherapy and pregnancy those that are so and were not asked.
    """

    phase: str
    class_name: str
    meaning: str
    decided_by: tuple[str, ...]
    missing: tuple[str, ...]
    to_be_confirmed: bool
    not_asked: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TableDecision:
    """One guideline, many candidates.

    Attributes:
        guideline: that was asked.
        outcomes: column of `Outcome`, one a candidate.
    """

    guideline: Guideline
    outcomes: Column

    def __getitem__(self, row: int) -> Outcome:
        found: Outcome = self.outcomes[row]
        return found

    def counts(self) -> list[tuple[Outcome, int]]:
        """Each outcome that occurs, and of how many."""
        numbers = np.bincount(self.outcomes.codes, minlength=len(self.outcomes.values))
        return [(outcome, int(n)) for outcome, n in zip(self.outcomes.values, numbers, strict=True) if n]
