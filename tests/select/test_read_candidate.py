"""Candidates from files and from Python; every fault with its place."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest

import openiort as oi
from openiort.core.errors import InputError
from openiort.select.candidate import BEFORE_SURGERY, PATHOLOGY, TABLES, Candidate, known_facts
from openiort.select.candidate_fault import CandidateError
from openiort.select.contradictions import contradictions
from openiort.select.fact_type import CODE, DATE, YES_NO, fact_types
from openiort.select.read_candidate import parse_candidate, read_candidate
from openiort.select.template import candidate_template

FILE = """\
id = "P-1"

[before_surgery]
date = 2026-01-05
age_years = 62
histology = "ductal"
size_mm = 15
cT = "cT1"
cN = "cN0"
her2 = "unknown"

[pathology]
date = 2026-02-01
pT = "pT1c"
size_mm = 16.5
pN = "pN0(i+)"
"""


def test_all_of_it_is_read(tmp_path: Path) -> None:
    file = tmp_path / "P-1.toml"
    file.write_text(FILE)
    woman = read_candidate(file)
    assert (woman.id, woman.before_surgery.date, woman.before_surgery.her2) == ("P-1", datetime.date(2026, 1, 5), None)
    assert woman.phase == PATHOLOGY
    before = {"age_years": 62, "cT": "cT1", "cN": "cN0"}
    assert known_facts(woman, BEFORE_SURGERY) == before | {"histology": "ductal", "size_mm": 15, "T": "T1", "N": "N0"}
    later = {"size_mm": 16.5, "pT": "pT1c", "pN": "pN0(i+)", "T": "T1", "N": "N0"}
    assert known_facts(woman, PATHOLOGY) == before | later


def test_stages_are_those_of_the_phase() -> None:
    """A clinical stage does not stand for a pathological one that is still to come."""
    woman = Candidate(before_surgery={"cT": "cT1", "cN": "cN0", "focality": "multifocal"},
                      pathology={"margin_mm": 2.0, "focality": "unifocal"})
    facts = known_facts(woman, PATHOLOGY)
    assert "T" not in facts
    assert "N" not in facts
    assert (facts["focality"], facts["clinical_focality"]) == ("unifocal", "multifocal")
    unexamined = Candidate(before_surgery={"cN": "cN0"}, pathology={"pN": "pNx"})
    assert known_facts(unexamined, PATHOLOGY)["N"] == "Nx"


def test_what_only_the_specimen_says_is_not_taken_from_biopsy_and_imaging() -> None:
    """pT2 may be 45 mm where the ultrasound had 15 mm; a core of ductal tissue does not exclude lobular cancer."""
    before = {"size_mm": 15, "histology": "ductal", "grade": 2, "oestrogen_receptor": "positive"}
    woman = Candidate(before_surgery=before, pathology={"pT": "pT2"})
    assert known_facts(woman, PATHOLOGY) == {"oestrogen_receptor": "positive", "pT": "pT2", "T": "T2"}


def test_nothing_known_of_pathology_is_before_surgery() -> None:
    assert Candidate().phase == BEFORE_SURGERY
    assert Candidate(pathology={}).phase == BEFORE_SURGERY
    assert Candidate(pathology={"pN": "unknown"}).phase == BEFORE_SURGERY
    assert Candidate(pathology={"date": datetime.date(2026, 1, 1)}).phase == BEFORE_SURGERY
    assert Candidate(pathology={"date": datetime.date(2026, 1, 1), "grade": 1}).phase == PATHOLOGY


# text that is there, what takes its place, what the message says, text of the line it names
FAULTS = [
    ("age_years = 62", 'age_years = "62"', "age_years = '62' cannot be used", "age_years"),
    ("age_years = 62", "age_years = 62.5", "a whole number, 18 to 110 years", "age_years"),
    ("age_years = 62", "age_years = 17", "a whole number, 18 to 110 years", "age_years"),
    ("age_years = 62", "age_years = true", "age_years = true cannot be used", "age_years"),
    ("age_years = 62", "age = 62", "did you mean age_years?", "age = 62"),
    ('"ductal"', '"ductual"', "did you mean ductal", "histology"),
    ('"ductal"', '"Ductal"', "did you mean ductal", "histology"),
    ('"ductal"', '"dcis"', "pure in situ cancer is Tis", "cT"),
    ('"ductal"', '["ductal"]', "histology = ['ductal']", "histology"),
    ('"ductal"', '"ductal"\ngrade = true', "grade = 'true' is no code", "grade"),
    ("size_mm = 15\n", "size_mm = 1.5\n", "is that in cm?", "size_mm = 1.5"),
    ("size_mm = 15\n", "size_mm = 5.0\n", "is that in cm?", "size_mm = 5.0"),
    ("size_mm = 15\n", "size_mm = 15\ndcis_extent_mm = 2.5\n", "is that in cm?", "dcis_extent_mm"),
    ('"ductal"\nsize_mm = 15\ncT = "cT1"', '"dcis"\ndcis_extent_mm = 4\ncT = "cTis"',
     "dcis_extent_mm = 4: is that in cm?", "dcis_extent_mm"),
    ("size_mm = 15\n", "size_mm = 151\n", "0 to 150 mm", "size_mm = 151"),
    ("size_mm = 15\n", "size_mm = nan\n", "size_mm = nan cannot be used", "size_mm = nan"),
    ("size_mm = 15\n", "size_mm = -3\n", "0 to 150 mm", "size_mm = -3"),
    ("size_mm = 15\n", "size_mm = 35\n", "size_mm = 35 with cT1", "size_mm = 35"),
    ("size_mm = 15\n", "size_mm = 20.1\n", "size_mm = 20.1 with cT1", "size_mm = 20.1"),
    ("size_mm = 16.5\n", "size_mm = 9\n", "pT1c is over 10 mm, up to 20 mm", "size_mm = 9"),
    ("size_mm = 16.5\n", "size_mm = 16.5\nfoci_extent_mm = 15\n", "all foci together", "foci_extent_mm"),
    ("size_mm = 15\n", "foci_extent_mm = 2.5\n", "foci_extent_mm = 2.5: is that in cm?", "foci_extent_mm"),
    ('cT = "cT1"', 'cT = "T1"', "did you mean cT1", "cT"),
    ('cT = "cT1"', 'cT = "cTis"', "cTis with histology ductal", "cT"),
    ('cN = "cN0"', 'pN = "pN0"', "it belongs below [pathology]", 'pN = "pN0"\n'),
    ('pT = "pT1c"', 'age_years = 62\npT = "pT1c"', "it belongs below [before_surgery]", "age_years = 62\npT"),
    ('pN = "pN0(i+)"', 'pN = "pN0(i+)"\npositive_nodes = 1', "pN0(i+) with 1 positive nodes", "positive_nodes"),
    ('pN = "pN0(i+)"', 'pN = "pN1a"\npositive_nodes = 0', "pN1a with 0 positive nodes", "positive_nodes"),
    ('pN = "pN0(i+)"', 'pN = "pN0(i+)"\nnodal_surgery = "none"', "without surgery of the nodes", 'pN = "pN0'),
    ('pN = "pN0(i+)"', 'pN = "pNx"\nnodal_surgery = "none"\npositive_nodes = 0', "0 positive nodes without surgery",
     "positive_nodes"),
    ('pT = "pT1c"\nsize_mm = 16.5\npN = "pN0(i+)"', 'pT = "pTis"\nhistology = "dcis"\npN = "pN1mi"',
     "histology dcis (pure) with pN = pN1mi", 'pN = "pN1mi"'),
    ('pT = "pT1c"\nsize_mm = 16.5\npN = "pN0(i+)"', 'pT = "pTis"\nhistology = "dcis"\npositive_nodes = 2',
     "histology dcis (pure) with positive_nodes = 2", "positive_nodes"),
    ('pT = "pT1c"\nsize_mm = 16.5', 'pT = "pTis"\nhistology = "dcis"\ngrade = 2', "dcis_grade", "grade = 2"),
    ('histology = "ductal"\nsize_mm = 15\ncT = "cT1"\ncN = "cN0"', 'histology = "dcis"\ncN = "cN1"',
     "histology dcis (pure) with cN = cN1", 'cN = "cN1"'),
    ("date = 2026-02-01", "date = 2026-01-04", "older than the facts before surgery", "date = 2026-01-04"),
    ("date = 2026-02-01", "date = 3026-02-01", "is in the future", "date = 3026"),
    ("date = 2026-02-01", 'date = "2026-02-01"', "without quotation marks", 'date = "2026'),
    ("date = 2026-02-01", "date = 2026-02-30", "no valid TOML", "date = 2026-02-30"),
    ("date = 2026-02-01", "date = 2026-02-01T10:00:00", "a date such as", "date = 2026-02-01T"),
    ('id = "P-1"', 'id = ""', "id = '' cannot be used", "id"),
    ('id = "P-1"', 'name = "P-1"', "'name' is unknown", "name"),
    ("[before_surgery]", "[before_sugery]", "did you mean before_surgery", "[before_sugery]"),
    ('id = "P-1"', 'id = "P-1', "no valid TOML", 'id = "P-1\n'),
]


@pytest.mark.parametrize(("old", "new", "what", "line_text"), FAULTS)
def test_wrong_line_is_named(old: str, new: str, what: str, line_text: str) -> None:
    assert FILE.count(old) == 1
    text = FILE.replace(old, new)
    with pytest.raises(InputError) as error:
        parse_candidate(text, "P-1.toml")
    assert what in str(error.value)
    start = text.index(line_text)
    if line_text.isidentifier() and line_text in ("grade", "positive_nodes", "foci_extent_mm", "dcis_extent_mm", "cT"):
        start = text.index(f"\n{line_text} =") + 1
    assert f"P-1.toml, line {text[:start].count(chr(10)) + 1}" in error.value.where
    assert error.value.fix


def test_one_error_names_all_faults() -> None:
    text = FILE.replace("62", '"62"').replace('"ductal"', '"ductual"').replace("cN0", "cN9")
    with pytest.raises(InputError) as error:
        parse_candidate(text, "P-1.toml")
    for place in ("line 5, [before_surgery] age_years", "line 6, [before_surgery] histology",
                  "line 9, [before_surgery] cN"):
        assert place in str(error.value)


@pytest.mark.parametrize("facts", [
    {"size_mm": 2.2, "cT": "cT1a"}, {"size_mm": 0.8, "cT": "cT1mi"}, {"size_mm": 3, "cT": "cTis", "histology": "dcis"},
    {"size_mm": 5.1}, {"size_mm": 20, "cT": "cT1"}, {"size_mm": 20.1, "cT": "cT2"}, {"size_mm": 50, "cT": "cT2"},
    {"size_mm": 51, "cT": "cT3"}, {"size_mm": 12, "cT": "cT4"}, {"size_mm": 0, "cT": "cT0"}, {"size_mm": 150},
    {"size_mm": 12, "dcis_extent_mm": 2}, {"size_mm": 12, "dcis_extent_mm": 5.5},
    {"size_mm": 4, "cT": "cTis", "histology": "dcis", "dcis_extent_mm": 4},
])
def test_what_can_be_is_taken(facts: dict[str, Any]) -> None:
    """Both sides of the limits of TNM, 8th edition: T1a up to 5 mm, T1 up to 20 mm, T2 up to 50 mm."""
    assert Candidate(before_surgery=facts).before_surgery.size_mm == facts["size_mm"]


@pytest.mark.parametrize("given", [
    {"before_surgery": {"age_years": "62"}}, {"before_surgery": 3}, {"before_sugery": {}}, {"id": 3},
    {"pathology": {"pN": "pN9"}}, {"before_surgery": {"size_mm": 2.2}}, {"before_surgery": {3: 4}},
])
def test_from_python_too(given: dict[str, Any]) -> None:
    with pytest.raises(CandidateError) as error:
        oi.Candidate(**given)
    assert isinstance(error.value, oi.InputError)
    assert error.value.faults[0].key


def test_today_is_not_the_future() -> None:
    woman = Candidate(before_surgery={"date": datetime.date(2026, 1, 5)})
    assert contradictions(woman, datetime.date(2026, 1, 5)) == []
    assert [fault.key for fault in contradictions(woman, datetime.date(2026, 1, 4))] == ["date"]


def test_files_that_are_none(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot read the candidate"):
        read_candidate(tmp_path / "none.toml")
    broken = tmp_path / "broken.toml"
    broken.write_bytes(FILE.encode("utf-16"))
    with pytest.raises(InputError, match="no UTF-8"):
        read_candidate(broken)
    broken.write_text(FILE + "#" * 600_000)
    with pytest.raises(InputError, match="too large"):
        read_candidate(broken)


def test_template_is_an_empty_candidate() -> None:
    assert parse_candidate(candidate_template(), "template").phase == BEFORE_SURGERY
    assert parse_candidate(candidate_template(), "template") == Candidate(pathology={})


@pytest.mark.parametrize("table", TABLES)
def test_template_shows_every_fact_and_code(table: str) -> None:
    text = candidate_template().split(f"[{table}]")[1].split("\n[")[0]
    for kind in fact_types(TABLES[table]).values():
        assert f'\n{kind.name} = "unknown"\n' in text
        assert all(f'"{code}"' in text for code in kind.codes if isinstance(code, str))


def test_every_value_of_the_template_can_be_given() -> None:
    """Each fact alone, with each of its codes: the template promises that it is taken."""
    for table, model in TABLES.items():
        for kind in fact_types(model).values():
            values = kind.codes if kind.kind == CODE else (True, False) if kind.kind == YES_NO else (
                (datetime.date(2026, 1, 1),) if kind.kind == DATE else (kind.low, kind.high))
            for value in values:
                assert parse_candidate(f"[{table}]\n{kind.name} = {_toml(value)}\n", "x")


def _toml(value: Any) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value).lower()


def test_faults_of_all_tables_are_told_at_once() -> None:
    with pytest.raises(CandidateError) as caught:
        Candidate.model_validate({"id": "-x", "foo": 1, "before_surgery": {"age_years": 5},
                                  "pathology": {"margin_mm": -1}})
    assert [fault.place for fault in caught.value.faults] == [
        "id", "foo", "before_surgery.age_years", "pathology.margin_mm"]
