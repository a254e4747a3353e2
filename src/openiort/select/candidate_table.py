"""Many candidates: each fact a column, so that a guideline is asked of all at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from openiort.core.column import Column, overridden
from openiort.core.row_fault import RowFault
from openiort.select.candidate import OF_THE_SPECIMEN, PATHOLOGY, STAGE_OF, TABLES, Candidate, derived_facts

BEFORE, AFTER = TABLES
DATE, FOCALITY, CLINICAL_FOCALITY = "date", "focality", "clinical_focality"


@dataclass(frozen=True)
class CandidateTable:
    """Candidates of a table file that passed every check.

    Attributes:
        name: of the file.
        ids: pseudonyms, one a row.
        row_numbers: of each row in the file.
        columns: (`before_surgery` or `pathology`, fact) -> its column; facts without a column are unknown.
        faults: why other rows of the file are not here, in their order.
    """

    name: str
    ids: tuple[str, ...]
    row_numbers: NDArray[np.int64]
    columns: Mapping[tuple[str, str], Column]
    faults: tuple[RowFault, ...] = ()

    def __len__(self) -> int:
        return len(self.ids)

    def candidate(self, row: int) -> Candidate:
        """One of them, as the path for one candidate has her."""
        parts: dict[str, dict[str, Any]] = {part: {} for part in TABLES}
        for (part, fact), column in self.columns.items():
            parts[part][fact] = column[row]
        return Candidate.model_validate({"id": self.ids[row], **{part: TABLES[part](**facts)
                                                                 for part, facts in parts.items()}})

    @cached_property
    def has_pathology(self) -> NDArray[np.bool_]:
        """Whether anything is known of the specimen, more than a date, one a row: then it decides."""
        of_pathology = [column.known() for (part, fact), column in self.columns.items()
                        if part == AFTER and fact != DATE]
        found: NDArray[np.bool_] = np.logical_or.reduce([np.zeros(len(self), bool), *of_pathology])
        return found

    def part(self, start: int, stop: int) -> CandidateTable:
        """Some rows, as a table."""
        rows = np.arange(start, min(stop, len(self)))
        return CandidateTable(self.name, self.ids[start:stop], self.row_numbers[rows],
                              {key: column.of(rows) for key, column in self.columns.items()})

    def rows_at(self, phase: str) -> NDArray[np.intp]:
        """Rows whose latest phase that is."""
        return np.flatnonzero(self.has_pathology == (phase == PATHOLOGY))

    def known_facts(self, rows: NDArray[np.intp], phase: str) -> dict[str, Column]:
        """Columns of the facts known at a phase and of those that follow from them, as `known_facts` of a candidate."""
        before, after = ({fact: column.of(rows) for (part, fact), column in self.columns.items()
                          if part == table and fact != DATE} for table in TABLES)
        found = dict(before)
        if phase == PATHOLOGY:
            found = {fact: column for fact, column in before.items() if fact not in OF_THE_SPECIMEN}
            found |= {fact: overridden(found[fact], column) if fact in found else column
                      for fact, column in after.items()}
        for letter, stage in STAGE_OF[phase].items():
            if stage in found:
                found[letter] = found[stage].mapped(_derived(letter, stage, phase))
        if FOCALITY in before:
            found[CLINICAL_FOCALITY] = before[FOCALITY]
        return found


def _derived(letter: str, stage: str, phase: str) -> Callable[[Any], Any]:
    return lambda code: derived_facts({stage: code}, None, phase).get(letter)
