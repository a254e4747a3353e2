"""Trials that come with the program can be read; a wrong file is refused with the place."""

from __future__ import annotations

from pathlib import Path

import pytest

from openiort.core.errors import InputError
from openiort.evidence.margin_table import method_results
from openiort.evidence.read_trial import find_trial, shipped_trial, trial_names, trial_of

GOOD = """
[trial]
name = "own"
title = "A trial"
published = "2026"
citation = "nowhere"
technique = "low-kV"
arms = ["IORT", "EBRT"]
margin = 0.025
margin_mark = "F"

[[outcome]]
name = "recurrence"
text = "local recurrence"
source = "own data"
events = [3, 2]
events_mark = "F"
totals = [100, 110]
totals_mark = "F"
rates = [0.03, "not public"]
rates_mark = "F"
printed = [{ estimate = "proportion of the new arm", value = 0.03, resolution = 0.01, mark = "F" }]
"""


def test_shipped_trials() -> None:
    names = ["eliot-2013", "eliot-2021", "low-kv-78", "targit-a-2010", "targit-a-2014", "targit-a-2020"]
    assert trial_names() == names
    assert [shipped_trial(name).name for name in names] == names


def test_numbers_of_targit_a_2010_are_those_of_its_report() -> None:
    """Lancet 376, 91 (2010): 6 of 1113 and 5 of 1119."""
    trial = shipped_trial("targit-a-2010")
    assert trial.margin == 0.025
    counts = trial.outcomes[0].counts
    assert counts is not None
    assert (counts.events_new, counts.total_new, counts.events_control, counts.total_control) == (6, 1113, 5, 1119)


def test_what_is_not_public_is_none() -> None:
    assert shipped_trial("targit-a-2014").outcomes[3].events is None
    assert shipped_trial("eliot-2021").outcomes[1].lowers == (0.028, None)
    assert shipped_trial("low-kv-78").margin is None


def test_own_file_is_read(tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    file.write_text(GOOD)
    outcome = find_trial(str(file)).outcomes[0]
    assert outcome.rates == (0.03, None)
    assert outcome.totals == (100, 110)


@pytest.mark.parametrize(("before", "after", "where"), [
    ("events = [3, 2]", "events = [300, 2]", "outcome 1"),
    ("events = [3, 2]", "events = [-3, 2]", "outcome 1"),
    ("events = [3, 2]", "events = [3]", "outcome 1"),
    ("events = [3, 2]", "events = [3.5, 2]", "outcome 1"),
    ("events = [3, 2]", "event = [3, 2]", "outcome 1"),
    ("totals = [100, 110]", "totals = [100, 0]", "outcome 1"),
    ("totals = [100, 110]", "totals = [100, 99999999999999999999]", "outcome 1"),
    ('events = [3, 2]\nevents_mark = "F"\ntotals = [100, 110]', "totals = [100, -110]", "outcome 1"),
    ('source = "own data"', 'source = "own data"\nyears = -5', "outcome 1"),
    ('source = "own data"', 'source = "own data"\nrate_resolution = -0.001', "outcome 1"),
    ("rates = [0.03,", "rates = [3.0,", "outcome 1"),
    ("margin = 0.025", "margin = 2.5", "margin"),
    ("margin = 0.025", "margin = -0.025", "margin"),
    ('margin_mark = "F"', "", "trial 1"),
    ('events_mark = "F"', "", "outcome 1"),
    ('events_mark = "F"', 'events_mark = "guessed"', "outcome 1"),
    ('technique = "low-kV"', 'technique = "protons"', "trial 1"),
    ('arms = ["IORT", "EBRT"]', 'arms = ["a", "b", "c"]', "trial 1"),
    ("value = 0.03", 'value = "3 %"', "printed 1"),
    ("value = 0.03", "value = nan", "printed 1"),
    ("resolution = 0.01", "resolution = 0.0", "printed 1"),
    ('estimate = "proportion of the new arm"', 'estimate = "luck"', "printed 1"),
    ("[trial]", "[[trial]]", "own.toml"),
    ("[trial]", "[trial", "line 2"),
])
def test_wrong_files_are_refused(before: str, after: str, where: str) -> None:
    assert before in GOOD
    with pytest.raises(InputError) as caught:
        trial_of(GOOD.replace(before, after, 1), "own.toml")
    assert where in caught.value.where
    assert caught.value.allowed
    assert caught.value.fix


def test_limits_must_lie_about_the_rate() -> None:
    text = GOOD.replace('rates = [0.03, "not public"]',
                        'rates = [0.03, 0.02]\nlowers = [0.04, 0.01]\nuppers = [0.05, 0.03]\nlimits_mark = "F"')
    with pytest.raises(InputError, match="lowers"):
        trial_of(text, "own.toml")


@pytest.mark.parametrize("name", ["targit-b", "", "nowhere/none.toml"])
def test_unknown_trials_are_refused(name: str) -> None:
    with pytest.raises(InputError):
        find_trial(name)


EXTRA = """followed = [60, 70]
followed_mark = "F"
lowers = [0.0, "not public"]
uppers = [0.05, "not public"]
limits_mark = "F"
is_reread = true
[[number]]
name = "weeks"
text = "weeks of EBRT"
values = [3, 6]
mark = "F"
source = "own data"
"""


def test_numbers_and_re_read_curves_are_read() -> None:
    trial = trial_of(GOOD + EXTRA, "own.toml")
    (outcome,), (number,) = trial.outcomes, trial.numbers
    assert (outcome.followed, outcome.followed_mark, outcome.lowers, outcome.is_reread) == (
        (60, 70), "F", (0.0, None), True)
    assert (number.name, number.values, number.mark) == ("weeks", (3.0, 6.0), "F")


@pytest.mark.parametrize(("old", "new"), [
    ("values = [3, 6]", "values = []"), ("values = [3, 6]", 'values = ["3"]'), ("values = [3, 6]", "values = [nan]"),
    ('values = [3, 6]\nmark = "F"', "values = [3, 6]"), ("is_reread = true", 'is_reread = "yes"'),
    ("followed = [60, 70]", "followed = [60]"), ('followed_mark = "F"\n', ""), ("lowers = [0.0", "lowers = [-0.1"),
    ('uppers = [0.05, "not public"]\n', ""), ("followed = [60, 70]", "followed = [60, 111]"),
    ("followed = [60, 70]", "followed = [60, -1]"),
])
def test_wrong_numbers_are_refused(old: str, new: str) -> None:
    assert old in EXTRA
    with pytest.raises(InputError):
        trial_of(GOOD + EXTRA.replace(old, new), "own.toml")


def test_limits_re_read_from_curves_make_no_standard_error() -> None:
    """Their form is not known: 0 as a lower limit has no complementary log-log at all."""
    outcome = next(each for each in shipped_trial("targit-a-2020").outcomes if each.name == "ten-years")
    assert method_results(outcome, 0.025) == ()
