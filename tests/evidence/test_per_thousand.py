"""Frequencies for a patient: from Kaplan-Meier, never from counts, and nothing that was recalled."""

from __future__ import annotations

import pytest
from pytest import approx

from openiort.evidence.estimates import NotPublicError
from openiort.evidence.per_thousand import NotCheckedError, checked, checked_counts, checked_number, frequency
from openiort.evidence.read_trial import shipped_trial, trial_names, trial_of
from openiort.evidence.trial import MARKS, Trial

OWN = """
[trial]
name = "own"
title = "t"
published = "2026"
citation = "c"
technique = "low-kV"
arms = ["IORT", "EBRT"]

[[number]]
name = "randomised"
text = "women"
values = [900, 901]
mark = "{number}"
source = "s"

[[outcome]]
name = "recurrence"
text = "t"
source = "s"
events = [9, 8]
events_mark = "F"
totals = [500, 501]
totals_mark = "{totals}"
years = 5
rates = {rates}
rates_mark = "{rates_mark}"
lowers = [0.01, 0.005]
uppers = [0.04, 0.03]
limits_mark = "{limits}"
followed = [300, 310]
followed_mark = "{followed}"
"""
FOUND = {"number": "F", "totals": "F", "rates": "[0.02, 0.0125]", "rates_mark": "F", "limits": "F", "followed": "F"}


def own(**changes: str) -> Trial:
    return trial_of(OWN.format(**FOUND | changes), "own.toml")


@pytest.mark.parametrize("mark", MARKS)
def test_only_found_and_calculated_from_found_pass(mark: str) -> None:
    if mark in ("F", "C"):
        assert checked(7, mark) == 7
    else:
        with pytest.raises(NotCheckedError, match="to be confirmed"):
            checked(7, mark)


def test_nothing_is_not_public() -> None:
    with pytest.raises(NotPublicError):
        checked(None, None)


def test_printed_rates_of_targit_a() -> None:
    """Review copy of BMJ 370, m2836: 2.33 % v 1.02 % at five years; 1140 and 1158 women; no limits found."""
    found = frequency(shipped_trial("targit-a-2020"), "prepathology")
    assert found.per_thousand == approx((23.3, 10.2))
    assert (found.years, found.women, found.lowers, found.followed) == (5, (1140, 1158), None, None)


def test_crude_counts_do_not_come_in() -> None:
    """24/1140 is 21.1 of 1,000; Kaplan-Meier says 23.3. Without rates there is no frequency at all."""
    trial = shipped_trial("targit-a-2020")
    assert frequency(trial, "prepathology").per_thousand[0] != approx(1000 * 24 / 1140, abs=1)
    for name in ("whole-follow-up", "deaths", "size-to-10"):
        with pytest.raises(NotPublicError):
            frequency(trial, name)


def test_recalled_limits_and_totals_are_left_out() -> None:
    """Lancet 383, 603: rates found, limits and totals recalled; 1721 and 1730 randomised; 611 by 2012 (S4-2)."""
    found = frequency(shipped_trial("targit-a-2014"), "local-recurrence")
    assert found.per_thousand == approx((33.0, 13.0))
    assert (found.lowers, found.uppers, found.women, found.followed_by) == (None, None, (1721, 1730), (2012, 611))


@pytest.mark.parametrize(("trial", "outcome"), [
    ("targit-a-2010", "local-recurrence"), ("targit-a-2014", "prepathology"), ("targit-a-2014", "mortality"),
    ("eliot-2021", "local-recurrence-10y")])
def test_recalled_rates_are_refused(trial: str, outcome: str) -> None:
    with pytest.raises(NotCheckedError):
        frequency(shipped_trial(trial), outcome)


def test_whatever_comes_out_was_found() -> None:
    """Of every outcome of every trial: a frequency has found rates, and every number beside it is found or None."""
    seen = 0
    for trial in map(shipped_trial, trial_names()):
        for outcome in trial.outcomes:
            try:
                found = frequency(trial, outcome.name)
            except (NotCheckedError, NotPublicError):
                continue
            seen += 1
            assert outcome.rates_mark in ("F", "C")
            assert found.lowers is None or outcome.limits_mark in ("F", "C")
    assert seen == 5  # 2020: five years, ten years, other deaths; 2014: all women; ELIOT 2013


def test_re_read_curves_say_so() -> None:
    """Ward et al., abstract: EBRT 1.7 % (0-4.3), TARGIT 5.5 % (2.9-8.0)."""
    found = frequency(shipped_trial("targit-a-2020"), "ten-years")
    assert found.is_reread
    assert (found.per_thousand, found.lowers, found.uppers) == (
        approx((55, 17)), approx((29, 0)), approx((80, 43)))


def test_counts_and_numbers() -> None:
    """Br. J. Cancer 2021, table 1: 42 and 56 deaths; BMJ 2020: 3 to 6 weeks; Lancet 2014: 21.6 %."""
    assert checked_counts(shipped_trial("targit-a-2020"), "deaths") == ((42, 1140), (56, 1158), 5)
    assert checked_number(shipped_trial("targit-a-2020"), "ebrt-weeks") == (3, 6)
    assert checked_number(shipped_trial("targit-a-2014"), "ebrt-added-percent") == (21.6,)
    with pytest.raises(NotCheckedError):
        checked_counts(shipped_trial("targit-a-2014"), "skin-3-4")
    with pytest.raises(NotPublicError):
        checked_number(shipped_trial("eliot-2013"), "ebrt-weeks")


def test_own_trial_with_everything() -> None:
    found = frequency(own(), "recurrence")
    assert (found.per_thousand, found.lowers, found.uppers, found.followed, found.women) == (
        approx((20, 12.5)), approx((10, 5)), approx((40, 30)), (300, 310), (500, 501))


def test_each_recalled_piece_is_left_out_alone() -> None:
    assert frequency(own(limits="R"), "recurrence").lowers is None
    assert frequency(own(followed="R+C"), "recurrence").followed is None
    assert frequency(own(totals="R"), "recurrence").women == (900, 901)
    assert frequency(own(totals="R", number="R"), "recurrence").women is None
    with pytest.raises(NotCheckedError):
        frequency(own(rates_mark="R+C"), "recurrence")


def test_one_side_is_not_shown_without_the_other() -> None:
    with pytest.raises(NotPublicError):
        frequency(own(rates='[0.02, "not public"]'), "recurrence")
