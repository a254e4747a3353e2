"""Many at once are decided as each alone."""

from __future__ import annotations

import random
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openiort.select import assess_table as module
from openiort.select.assess import assess
from openiort.select.assess_table import assess_table
from openiort.select.candidate import Candidate
from openiort.select.candidate_table import CandidateTable
from openiort.select.changed_patients import changed_patients
from openiort.select.decision import Decision
from openiort.select.guideline import Guideline
from openiort.select.read_candidate_table import read_candidate_table
from openiort.select.table_decision import Outcome
from tests.select.one_by_one import changed_for
from tests.select.random_candidates import csv_text, random_row
from tests.select.sample_guidelines import every_guideline, sample_guidelines

MANY = 3_000


def table_of(rows: list[dict[str, str]], folder: Path) -> CandidateTable:
    (folder / "a.csv").write_text(csv_text(rows))
    return read_candidate_table(folder / "a.csv")


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> CandidateTable:
    return table_of([random_row(seed, (0.02, 0.1, 0.5)[seed % 3]) for seed in range(MANY)],
                    tmp_path_factory.mktemp("many"))


def outcome_of(decision: Decision, not_asked: tuple[str, ...]) -> Outcome:
    return Outcome(decision.phase, decision.class_name, decision.meaning,
                   tuple(criterion.name for criterion in decision.decided_by),
                   tuple(missing.fact for missing in decision.missing), decision.to_be_confirmed, not_asked)


def alone(guideline: Guideline, candidate: Candidate) -> Outcome:
    """Of her alone, with what was not asked."""
    found = assess(candidate, [guideline])
    return outcome_of(found.decisions[0], tuple(found.not_asked))


@pytest.mark.parametrize("guideline", every_guideline(), ids=lambda guideline: guideline.name)
def test_many_rows(many: CandidateTable, guideline: Guideline) -> None:
    (decision,) = assess_table(many, [guideline])
    rows = random.Random(guideline.name).sample(range(len(many)), 400)
    for row in rows:
        assert decision[row] == alone(guideline, many.candidate(row))
    seen = {decision[row].class_name for row in range(len(many))}
    assert seen >= {asked.name for asked in guideline.classes}  # each class and its reasons are compared
    assert {fact for row in rows for fact in decision[row].not_asked} >= {"pregnant", "previous_breast_radiotherapy"}


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 2**32), st.sampled_from((0.0, 0.1, 0.6, 1.0)), st.booleans()), min_size=1,
                max_size=6, unique_by=lambda drawn: drawn[0]))
def test_any_rows(drawn: list[tuple[int, float, bool]]) -> None:
    with TemporaryDirectory() as folder:
        table = table_of([random_row(*one) for one in drawn], Path(folder))
    for decision in assess_table(table, every_guideline()):
        for row in range(len(table)):
            assert decision[row] == alone(decision.guideline, table.candidate(row))


def test_order_and_neighbours_do_not_matter(many: CandidateTable, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = assess_table(many, sample_guidelines())
    monkeypatch.setattr(module, "PATIENTS_AT_ONCE", 700)
    for one, parts in zip(whole, assess_table(many, sample_guidelines()), strict=True):
        assert all(one[row] == parts[row] for row in range(len(many)))


def test_no_rows(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,cN\n")
    for decision in assess_table(read_candidate_table(tmp_path / "a.csv"), every_guideline()):
        assert decision.outcomes.codes.size == 0


def test_changed_patients(many: CandidateTable) -> None:
    first, second = sample_guidelines()
    part = many.part(0, 300)
    changed = changed_patients(part, first, second)
    hers = changed_for(first, second, (part.candidate(row) for row in range(len(part))))
    assert [(patient.id, patient.before, patient.after) for patient in changed] == [
        (candidate.id, alone(first, candidate), alone(second, candidate)) for candidate, _, _ in hers]
    assert 0 < len(changed) < len(part)
