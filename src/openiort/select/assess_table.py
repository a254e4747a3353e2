"""Guidelines asked of all candidates of a table at once; each gets what `decide` says of her alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from openiort.core.column import Codes, Column, ColumnWriter, distinct_rows
from openiort.select.candidate import PHASES
from openiort.select.candidate_table import CandidateTable
from openiort.select.column_truth import ColumnTruth, Truths, all_of_columns, any_of_columns
from openiort.select.criterion import Criterion
from openiort.select.decide import deciding_criteria, is_to_be_confirmed
from openiort.select.decision import Reason
from openiort.select.facts import place_of
from openiort.select.guideline import HOLDS_ALL, HOLDS_ANY, INSUFFICIENT, Guideline, GuidelineClass
from openiort.select.not_asked import not_asked_by
from openiort.select.table_decision import Outcome, TableDecision
from openiort.select.three_valued import FALSE, TRUE, UNKNOWN

PATIENTS_AT_ONCE = 100_000  # the values of all conditions are kept meanwhile, a byte each
UNDECIDED = -1


def assess_table(table: CandidateTable, guidelines: Sequence[Guideline]) -> tuple[TableDecision, ...]:
    """What each guideline says of each candidate, at the latest phase of which anything is known of her."""
    writers = [ColumnWriter() for _ in guidelines]
    for start in range(0, len(table), PATIENTS_AT_ONCE):
        part = table.part(start, start + PATIENTS_AT_ONCE)
        asked = [_PhaseRows.of(part, phase) for phase in PHASES]
        for guideline, writer in zip(guidelines, writers, strict=True):
            codes = np.empty(len(part), np.int32)
            values: list[Outcome] = []
            for of_phase in asked:
                found = _outcomes(guideline, of_phase)
                codes[of_phase.rows] = found.codes + len(values)
                values += found.values
            writer.add_coded(codes, values)
    return tuple(TableDecision(guideline, writer.column())
                 for guideline, writer in zip(guidelines, writers, strict=True))


@dataclass(frozen=True, slots=True)
class _PhaseRows:
    """The candidates whose latest phase it is; arrays below have one value for each of `rows`."""

    phase: str
    rows: NDArray[np.intp]
    facts: Mapping[str, Column]
    truth: ColumnTruth

    @classmethod
    def of(cls, table: CandidateTable, phase: str) -> _PhaseRows:
        rows = table.rows_at(phase)
        facts = table.known_facts(rows, phase)
        return cls(phase, rows, facts, ColumnTruth(facts, rows.size))

    def is_so(self, fact: str) -> NDArray[np.bool_]:
        """Where a yes-or-no fact is known to be so."""
        column = self.facts.get(fact)
        return np.zeros(self.rows.size, bool) if column is None else column.looked_up(bool).astype(bool)


def _outcomes(guideline: Guideline, asked: _PhaseRows) -> Column:
    """Outcome of each candidate."""
    criteria = {c.name: guideline.criteria_of(c.name, asked.phase) for c in guideline.classes}
    truths = [_class_truth(c, [asked.truth(criterion.condition) for criterion in criteria[c.name]], asked.rows.size)
              for c in guideline.classes]
    hers = _first_that_holds(truths, asked.rows.size)
    if not guideline.asks_at(asked.phase):
        hers[:] = UNDECIDED
    every = [criterion for of_class in criteria.values() for criterion in of_class]
    values = [asked.truth(criterion.condition) for criterion in every]
    waits = _waited_for(guideline, criteria, truths, hers == UNDECIDED, asked)
    decides = [_decides(guideline, hers, criterion, value) for criterion, value in zip(every, values, strict=True)]
    silent = {fact: asked.is_so(fact) for fact in not_asked_by(every)}
    kinds, firsts = distinct_rows([hers + 1, *decides, *waits.values(), *silent.values()], asked.rows.size)
    found = []
    for row in firsts:
        not_asked = tuple(fact for fact, is_so in silent.items() if is_so[row])
        if hers[row] == UNDECIDED:
            missing = tuple(place for place, is_waited in waits.items() if is_waited[row])
            found.append(Outcome(asked.phase, INSUFFICIENT, INSUFFICIENT, (), missing, False, not_asked))
        else:
            reasons = tuple(Reason(criterion, int(value[row])) for criterion, value in zip(every, values, strict=True))
            found.append(_decided(guideline, guideline.classes[hers[row]], reasons, asked.phase, not_asked))
    return Column(kinds, tuple(found))


def _class_truth(asked: GuidelineClass, values: list[Truths], rows: int) -> Truths:
    """As `class_truth`, row by row."""
    if asked.holds == HOLDS_ANY:
        return any_of_columns(values, rows)
    if asked.holds == HOLDS_ALL:
        return all_of_columns(values, rows) if values else np.full(rows, UNKNOWN, np.int8)
    return np.full(rows, TRUE, np.int8)


def _first_that_holds(truths: Sequence[Truths], rows: int) -> Codes:
    """Number of the class that is hers; -1 where a class before it may hold too."""
    hers = np.full(rows, UNDECIDED, np.int32)
    for number in reversed(range(len(truths))):
        hers = np.where(truths[number] == TRUE, np.int32(number),
                        np.where(truths[number] == UNKNOWN, np.int32(UNDECIDED), hers))
    return hers


def _decides(guideline: Guideline, hers: Codes, criterion: Criterion, value: Truths) -> NDArray[np.bool_]:
    """Where the value of a criterion matters to what decided; where a class holds by `all`, none does."""
    found = np.zeros(hers.size, bool)
    for number, asked in enumerate(guideline.classes):
        if asked.holds == HOLDS_ANY and asked.name == criterion.class_name:
            found |= (hers == number) & (value == TRUE)
        elif asked.holds not in (HOLDS_ANY, HOLDS_ALL):
            found |= (hers == number) & (value == FALSE)
    return found


def _decided(guideline: Guideline, hers: GuidelineClass, reasons: tuple[Reason, ...], phase: str,
             not_asked: tuple[str, ...]) -> Outcome:
    deciding = deciding_criteria(guideline, hers, reasons)
    return Outcome(phase, hers.name, hers.meaning, tuple(criterion.name for criterion in deciding), (),
                   is_to_be_confirmed(guideline, hers, deciding), not_asked)


def _waited_for(guideline: Guideline, criteria: Mapping[str, Sequence[Criterion]], truths: Sequence[Truths],
                is_open: NDArray[np.bool_], asked: _PhaseRows) -> dict[str, NDArray[np.bool_]]:
    """As `missing_facts`: place of a fact -> whether a decision that is open waits for it."""
    found: dict[str, NDArray[np.bool_]] = {}
    for of_class, class_truth in zip(guideline.classes, truths, strict=True):
        may_hold = is_open & (class_truth != FALSE)
        for criterion in criteria[of_class.name]:
            for fact, waits in asked.truth.waits_for(criterion.condition).items():
                place = place_of(fact, asked.phase)
                missing = waits & may_hold
                found[place] = found[place] | missing if place in found else missing
    return found
