"""Studies to pool, read from names and tables; wrong ones are refused with their place."""

from __future__ import annotations

from pathlib import Path

import pytest

from openiort.core.errors import InputError
from openiort.evidence.read_studies import read_studies
from openiort.evidence.study import check_together
from openiort.evidence.two_arms import TwoArms

GOOD = """name,technique,events_new,total_new,events_control,total_control
"Centre A, 2019",low-kV,0,78,3,80
Centre B,electrons,4,150,2,148
"""


def test_trial_with_and_without_outcome() -> None:
    """Counts of Br. J. Cancer 2021, table 1, and PMC7348682."""
    early, late = read_studies(["targit-a-2020", "targit-a-2020:delayed"])
    assert (early.counts, late.counts) == (TwoArms(24, 1140, 11, 1158), TwoArms(23, 581, 6, 572))
    check_together([early, late])


@pytest.mark.parametrize("names", [
    ["targit-a-2010", "targit-a-2014"], ["targit-a-2014", "targit-a-2020"], ["eliot-2013", "eliot-2021"],
    ["targit-a-2014:prepathology", "targit-a-2020"], ["targit-a-2020:size-to-10", "targit-a-2020"],
])
def test_reports_of_one_trial_are_not_pooled(names: list[str]) -> None:
    with pytest.raises(InputError, match="same women"):
        check_together(read_studies(names))


def test_own_table(tmp_path: Path) -> None:
    file = tmp_path / "own.csv"
    file.write_text(GOOD)
    first, second = read_studies([str(file)])
    assert (first.name, first.trial, first.part, first.counts) == ("Centre A, 2019", "Centre A, 2019", None,
                                                                 TwoArms(0, 78, 3, 80))
    assert second.technique == "electrons"


@pytest.mark.parametrize(("before", "after", "where"), [
    ("0,78", "79,78", "line 2"), ("0,78", "-1,78", "line 2"), ("0,78", "0.5,78", "line 2"), ("0,78", ",78", "line 2"),
    ("0,78", "0,78,9", "line 2"), ("electrons", "protons", "line 3"), ("name,", "title,", "own.csv"),
    ("4,150,2,148", "4,150,2,0", "line 3"), (GOOD, "", "own.csv"), (GOOD, GOOD.splitlines()[0], "own.csv"),
])
def test_wrong_tables_are_refused(before: str, after: str, where: str, tmp_path: Path) -> None:
    assert before in GOOD
    file = tmp_path / "own.csv"
    file.write_text(GOOD.replace(before, after, 1))
    with pytest.raises(InputError) as caught:
        read_studies([str(file)])
    assert where in caught.value.where
    assert caught.value.allowed
    assert caught.value.fix


@pytest.mark.parametrize("name", ["targit-b", "targit-a-2014:luck", "low-kv-78", "targit-a-2014:mature", "none.csv"])
def test_unknown_names_are_refused(name: str) -> None:
    with pytest.raises(InputError):
        read_studies([name])
