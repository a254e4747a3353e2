"""Guidelines from files; what is wrong is told with the line it stands in."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from openiort.core.errors import InputError
from openiort.select.candidate import BEFORE_SURGERY, PATHOLOGY, Candidate
from openiort.select.criterion import BOTH, Combination, unknown_facts
from openiort.select.criterion import Test as FactTest
from openiort.select.decide import decide
from openiort.select.guideline import INSUFFICIENT, OUR_READING
from openiort.select.read_guideline import (
    find_guideline,
    guideline_names,
    parse_guideline,
    read_guideline,
    shipped_guideline,
)

GUIDELINE = """\
[guideline]
name = "clinic"
title = "Our clinic"
family = "clinic"
version = "1"
published = "2026"
scope = ["IORT", "low-kV"]
citation = "Protocol of our clinic"
statements = [
    { text = "Talk to her.", source = "section 1", mark = "F" },
]

[[class]]
name = "good"
meaning = "suitable"
holds = "all"

[[class]]
name = "rest"
meaning = "unsuitable"
holds = "otherwise"

[[criterion]]
name = "age"
class = "good"
any = [
    { fact = "age_years", op = ">=", value = 50 },
    { all = [{ fact = "age_years", op = ">=", value = 40 }, { all_others = "good" }] },
]
phase = "both"
text = "50 or older, or 40 and all else"
source = "section 2"
mark = "F"

[[criterion]]
name = "histology"
class = "good"
fact = "histology"
op = "in"
value = ["ductal", "lobular"]
phase = "both"
text = "ductal or lobular"
source = "section 2"
mark = "R"

[[criterion]]
name = "two-of-three"
class = "good"
count_at_least = { count = 2, of = [
    { fact = "grade", op = "in", value = [1, 2] },
    { fact = "oestrogen_receptor", op = "=", value = "positive" },
    { not = { fact = "her2", op = "=", value = "positive" } },
] }
phase = "pathology"
text = "two of three"
source = "section 3"
mark = "C"
"""
FIRST, LAST = "[[class]]\nname = \"good\"", "[[class]]\nname = \"rest\""


def test_all_of_it_is_read() -> None:
    guideline = parse_guideline(GUIDELINE, "clinic.toml")
    assert (guideline.name, guideline.scope, guideline.statements[0].mark) == ("clinic", ("IORT", "low-kV"), "F")
    assert [(c.name, c.holds) for c in guideline.classes] == [("good", "all"), ("rest", "otherwise")]
    assert guideline.criteria[1].condition == FactTest("histology", "in", ("ductal", "lobular"))
    counted = guideline.criteria[2].condition
    assert isinstance(counted, Combination)
    assert (counted.kind, counted.count, len(counted.parts)) == ("count_at_least", 2, 3)


def test_a_new_guideline_needs_no_code(tmp_path: Path) -> None:
    file = tmp_path / "clinic.toml"
    file.write_text(GUIDELINE)
    guideline = find_guideline(str(file))
    assert guideline == read_guideline(file)
    assert guideline.sha256 == hashlib.sha256(file.read_bytes()).hexdigest()
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes())  # a byte order mark changes the file, not what it says
    assert read_guideline(file).sha256 == hashlib.sha256(file.read_bytes()).hexdigest() != guideline.sha256
    woman = Candidate(before_surgery={"age_years": 45, "histology": "ductal", "grade": 3, "her2": "negative",
                                      "oestrogen_receptor": "negative"})
    assert decide(guideline, woman).class_name == "good"


def test_all_others_are_those_asked_at_the_phase() -> None:
    """At 45 all else must be met: before surgery that is the histology; on pathology two of three as well."""
    guideline = parse_guideline(GUIDELINE, "clinic.toml")
    facts = {"age_years": 45, "histology": "ductal", "grade": 3, "oestrogen_receptor": "negative"}
    specimen = {"histology": "ductal", "grade": 3}

    def twice(**more: str) -> tuple[str, ...]:
        woman = Candidate(before_surgery=facts | more, pathology=specimen)
        return tuple(decide(guideline, woman, phase).class_name for phase in (BEFORE_SURGERY, PATHOLOGY))

    assert {twice(her2=her2) for her2 in ("negative", "positive", "unknown")} == {("good", "rest")}  # 1 of 3 at most
    assert twice(oestrogen_receptor="positive", her2="negative")[1] == "good"
    assert twice(oestrogen_receptor="positive")[1] == INSUFFICIENT


# text that is there, what takes its place, what the message says, text of the line it names
FAULTS = [
    ('fact = "age_years", op = ">=", value = 50', 'fact = "age", op = ">=", value = 50', "age_years", '"age"'),
    ('value = ["ductal", "lobular"]', 'value = ["ductal", "lobullar"]', "did you mean lobular", "lobullar"),
    ('op = "in"\nvalue = ["d', 'op = "<"\nvalue = ["d', "operator '<' cannot be used for histology", 'op = "<"'),
    ("value = 40", 'value = "40"', "cannot be a value of age_years", 'value = "40"'),
    ("value = 40", "value = true", "cannot be a value of age_years", "value = true"),
    ("value = 40", "value = 4", "cannot be a value of age_years", "value = 4 }"),
    ("value = [1, 2]", "value = [1, 4]", "cannot be a value of grade", "[1, 4]"),
    ("value = [1, 2]", "value = []", "value of grade is not a list", "value = []"),
    ("count = 2", "count = 4", "1 to 3", "count = 4"),
    ("count = 2, of", "number = 2, of", "has not count and of", "number = 2"),
    ('all_others = "good"', 'all_others = "godo"', "did you mean good", '"godo"'),
    ('all_others = "good"', 'all_others = "rest"', "is no class", 'all_others = "rest"'),
    ('fact = "histology"\n', "", "a condition of op, value", 'op = "in"'),
    ('fact = "histology"\n', 'fact = "histology"\nall = []\n', "a condition of", "all = []"),
    ('fact = "histology"\n', 'fcat = "histology"\n', "did you mean fact", "fcat"),
    ('phase = "pathology"', 'phase = "patology"', "did you mean pathology", "patology"),
    ('phase = "pathology"\n', "", "phase is missing", "[[criterion]]"),
    ('mark = "C"', 'mark = "X"', "mark = 'X' is unknown", 'mark = "X"'),
    ('mark = "C"', 'mark = "C"\nnote = "x"', "'note' is unknown", "note"),
    ('name = "histology"', 'name = "age"', "comes twice", 'name = "age"\nclass = "good"\nfact'),
    ('class = "good"\nfact', 'class = "better"\nfact', "class = 'better' is unknown", '"better"'),
    ('class = "good"\nfact', 'class = "rest"\nfact', "class = 'rest' is unknown", 'class = "rest"'),
    ('text = "ductal or lobular"', "text = 3", "text = '3' cannot be used", "text = 3"),
    ('text = "ductal or lobular"', 'text = ""', "cannot be used", 'text = ""'),
    ('meaning = "suitable"', 'meaning = "suitible"', "did you mean suitable", "suitible"),
    ('holds = "otherwise"', 'holds = "any"', "otherwise for the last class", 'holds = "any"'),
    ('holds = "all"', 'holds = "otherwise"', "otherwise for the last class", 'holds = "otherwise"\n\n[[class]]'),
    ('name = "rest"', 'name = "good"', "class 'good' is taken", 'name = "good"\nmeaning = "unsuitable"'),
    ('name = "rest"', f'name = "{INSUFFICIENT}"', "is taken", INSUFFICIENT),
    (LAST, f'[[class]]\nname = "fair"\nmeaning = "cautionary"\nholds = "any"\n\n{LAST}',
     "class 'fair' has no criterion", 'name = "fair"'),
    ('scope = ["IORT", "low-kV"]', 'scope = ["IORT", "lowkV"]', "did you mean low-kV", "lowkV"),
    ('scope = ["IORT", "low-kV"]', "scope = []", "scope is not a list", "scope = []"),
    ('version = "1"', "version = 1", "version = '1' cannot be used", "version = 1"),
    ('version = "1"\n', "", "version is missing", "[guideline]"),
    ('title = "Our clinic"', 'titel = "Our clinic"', "did you mean title", "titel"),
    ("[[criterion]]\nname = \"two", "[[criterium]]\nname = \"two", "did you mean criterion", "[[criterium]]"),
    ('source = "section 1", mark = "F"', 'source = "section 1", mark = "Z"', "mark = 'Z' is unknown", 'mark = "Z"'),
    ("[[class]]\nname = \"good\"", "[[class]\nname = \"good\"", "no valid TOML", "[[class]\n"),
    ('count = 2, of = [\n    { fact = "grade", op = "in", value = [1, 2] }',
     'count = 2, of = [\n    { all_others = "good" }', "all_others", 'name = "age"'),
]


@pytest.mark.parametrize(("old", "new", "what", "line_text"), FAULTS)
def test_wrong_line_is_named(old: str, new: str, what: str, line_text: str) -> None:
    assert GUIDELINE.count(old) >= 1
    text = GUIDELINE.replace(old, new, 1)
    with pytest.raises(InputError) as error:
        parse_guideline(text, "clinic.toml")
    assert what in str(error.value)
    found = int(error.value.where.split("line ")[1])
    if line_text == "[[criterion]]":
        assert text.splitlines()[found - 1] == line_text
        assert text.splitlines()[found] == 'name = "two-of-three"'
    elif "all_others" in what:  # the criterion that leans on another that leans on it
        assert text[: text.index('name = "histology"')].count("\n") + 1 > found > 20
    else:
        assert found == text[: text.index(line_text)].count("\n") + 1, text.splitlines()[found - 1]
    assert error.value.allowed


def test_files_that_are_none(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot read the guideline"):
        read_guideline(tmp_path / "none.toml")
    with pytest.raises(InputError, match="cannot read the guideline"):
        read_guideline(tmp_path)
    large = tmp_path / "large.toml"
    large.write_text("#" * 600_000)
    with pytest.raises(InputError, match="too large"):
        read_guideline(large)
    broken = tmp_path / "broken.toml"
    broken.write_bytes(GUIDELINE.encode().replace(b"Talk", b"T\xe4lk"))
    with pytest.raises(InputError, match="no UTF-8: byte 0xe4") as error:
        read_guideline(broken)
    assert error.value.where.endswith("line 10")
    deep = tmp_path / "deep.toml"
    deep.write_text("a = " + "[" * 5_000)
    with pytest.raises(InputError, match="no valid TOML"):
        read_guideline(deep)
    for text in ("", "[guideline]\n", "guideline = 3\n"):
        deep.write_text(text)
        with pytest.raises(InputError):
            read_guideline(deep)


def test_conditions_do_not_nest_without_end() -> None:
    nested = "{ not = " * 12 + '{ fact = "grade", op = "=", value = 1 }' + " }" * 12
    text = GUIDELINE.replace('{ fact = "grade", op = "in", value = [1, 2] }', nested)
    with pytest.raises(InputError, match="no condition"):
        parse_guideline(text, "clinic.toml")


def test_unknown_guideline_is_asked_back() -> None:
    with pytest.raises(InputError, match="did you mean astro-2017") as error:
        find_guideline("astro2017")
    assert "gec-estro-2010" in error.value.allowed


@pytest.mark.parametrize("name", guideline_names())
def test_shipped_guidelines(name: str) -> None:
    guideline = shipped_guideline(name)
    assert guideline.name == name
    assert guideline.citation
    assert len(guideline.sha256) == 64


@pytest.mark.parametrize("name", guideline_names())
def test_clinical_nodes_that_stand_for_pathological_ones_are_our_reading(name: str) -> None:
    """N is cN before surgery and pN on pathology: no source says so of its table."""
    guideline = shipped_guideline(name)
    of_nodes = [criterion for criterion in guideline.criteria
                if criterion.phase == BOTH and "N" in unknown_facts(criterion.condition, {})]
    said = [statement.mark for statement in guideline.statements if "clinical stage of the nodes" in statement.text]
    assert said == [OUR_READING] * bool(of_nodes)
