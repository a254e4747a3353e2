"""For whom in a table two guidelines, or two versions of one, say something else."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from openiort.core.column import distinct_rows
from openiort.select.assess_table import assess_table
from openiort.select.candidate_table import CandidateTable
from openiort.select.guideline import Guideline
from openiort.select.table_decision import Outcome


@dataclass(frozen=True, slots=True)
class ChangedPatient:
    """One patient whose class has another meaning.

    Attributes:
        id: her pseudonym.
        before: what the first guideline says.
        after: what the second says.
    """

    id: str
    before: Outcome
    after: Outcome


def changed_patients(table: CandidateTable, first: Guideline, second: Guideline) -> tuple[ChangedPatient, ...]:
    """The patients of whom two guidelines say something else, in the order of the table."""
    decisions = assess_table(table, (first, second))
    before, after = (decision.outcomes for decision in decisions)
    kinds, firsts = distinct_rows((before.codes, after.codes), len(table))
    differs = np.array([before[row].meaning != after[row].meaning for row in firsts], bool)
    return tuple(ChangedPatient(table.ids[row], before[row], after[row]) for row in np.flatnonzero(differs[kinds]))
