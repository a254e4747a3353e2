"""Published estimates, rebuilt: which agree, and which does not follow."""

from __future__ import annotations

from dataclasses import replace

import pytest

from openiort.evidence.margin_table import EXACT, KAPLAN_MEIER, method_results, tipping_events
from openiort.evidence.methods import METHODS
from openiort.evidence.read_trial import shipped_trial, trial_names
from openiort.evidence.rebuild import AGREES, DOES_NOT_FOLLOW, NOT_REBUILT, ROUNDING, Rebuilt, rebuild
from openiort.evidence.two_arms import TwoArms


def one(trial: str, outcome: str, estimate: str) -> Rebuilt:
    found = [item for item in rebuild(shipped_trial(trial))
             if (item.outcome, item.printed.estimate) == (outcome, estimate)]
    assert len(found) == 1
    return found[0]


def test_only_the_p_of_2010_does_not_follow() -> None:
    found = [(name, item.printed.value) for name in trial_names() for item in rebuild(shipped_trial(name))
             if item.verdict == DOES_NOT_FOLLOW]
    assert found == [("targit-a-2010", 0.41)]


def test_p_of_2010() -> None:
    """Wald on the Kaplan-Meier difference: 2 (1 - Phi(0.25 / 0.6603)) = 0.70."""
    assert one("targit-a-2010", "local-recurrence", "p of no difference, Kaplan-Meier").rebuilt == pytest.approx(
        0.7050, abs=5e-4)


@pytest.mark.parametrize(("trial", "outcome", "estimate", "verdict"), [
    ("targit-a-2010", "local-recurrence", "lower 95 % limit, Kaplan-Meier", AGREES),
    ("targit-a-2010", "local-recurrence", "upper 95 % limit, Kaplan-Meier", AGREES),
    ("targit-a-2010", "rtog-3-4", "p of equal proportions, Pearson", AGREES),
    ("targit-a-2014", "local-recurrence", "z of non-inferiority, Wald", AGREES),
    ("targit-a-2014", "local-recurrence", "p of non-inferiority, Wald", AGREES),
    ("targit-a-2014", "postpathology", "p of non-inferiority, Wald", AGREES),
    ("targit-a-2014", "earliest", "z of non-inferiority, from printed limits", ROUNDING),
    ("targit-a-2014", "local-recurrence", "p of the log-rank test", NOT_REBUILT),
    ("targit-a-2020", "prepathology", "upper 90 % limit, Wald", ROUNDING),
    ("targit-a-2020", "prepathology", "difference of proportions", AGREES),
    ("targit-a-2020", "whole-follow-up", "proportion of the new arm", AGREES),
    ("low-kv-78", "recurrence", "exact upper limit, one-sided 95 %", AGREES),
    ("eliot-2021", "local-recurrence", "proportion of the control", AGREES),
])
def test_verdicts(trial: str, outcome: str, estimate: str, verdict: str) -> None:
    assert one(trial, outcome, estimate).verdict == verdict


def test_other_numbers_would_not_follow() -> None:
    """A printed value far off is seen, whether it is made of counts, curves or limits."""
    trial = shipped_trial("targit-a-2014")
    for outcome in trial.outcomes:
        off = tuple(replace(p, value=p.value + 200 * p.resolution, is_bound=False) for p in outcome.printed)
        moved = rebuild(replace(trial, outcomes=(replace(outcome, printed=off),)))
        assert {item.verdict for item in moved} <= {DOES_NOT_FOLLOW, NOT_REBUILT}


def test_a_bound_that_does_not_hold_is_seen() -> None:
    trial = shipped_trial("targit-a-2014")
    post = trial.outcomes[2]
    off = tuple(replace(p, value=0.05, is_bound=True) for p in post.printed if p.estimate.startswith("p of non"))
    assert [item.verdict for item in rebuild(replace(trial, outcomes=(replace(post, printed=off),)))] == [
        DOES_NOT_FOLLOW]


def test_proportions_and_curves_disagree_on_2014() -> None:
    """Limits of the report: Kaplan-Meier upper one-sided 95 % limit 3.4 %, p 0.28, calculated elsewhere."""
    results = {r.method: r for r in method_results(shipped_trial("targit-a-2014").outcomes[0], 0.025)}
    assert set(results) == {*METHODS, EXACT, KAPLAN_MEIER}
    assert all(results[name].is_non_inferior for name in METHODS)
    curves = results[KAPLAN_MEIER]
    assert not curves.is_non_inferior
    assert (curves.upper, curves.p) == pytest.approx((0.034, 0.28), abs=5e-4)
    assert curves.at_margins == (False, False, False, False, False, True, True)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("counts", [TwoArms(23, 1679, 11, 1696), TwoArms(23, 581, 6, 572), TwoArms(13, 572, 5, 569)])
def test_tipping_events_turn_the_verdict_and_one_less_does_not(method: str, counts: TwoArms) -> None:
    def holds(events: int) -> bool:
        return METHODS[method].p_non_inferior(replace(counts, events_new=events), 0.025) < 0.05

    turn = tipping_events(counts, 0.025, METHODS[method].p_non_inferior)
    assert turn is not None
    step = 1 if turn > 0 else -1
    assert (turn > 0) == holds(counts.events_new)
    assert holds(counts.events_new + turn) != holds(counts.events_new)
    assert holds(counts.events_new + turn - step) == holds(counts.events_new)


def test_small_arms_have_no_tipping_point() -> None:
    """With 10 women an arm and no event in the control even 0 of 10 cannot show a margin of 2.5 % (Newcombe)."""
    assert tipping_events(TwoArms(2, 10, 0, 10), 0.025, METHODS["Newcombe"].p_non_inferior) is None


def test_one_arm_has_no_methods() -> None:
    assert method_results(shipped_trial("low-kv-78").outcomes[0], 0.025) == ()


def test_what_has_no_standard_error_is_not_rebuilt_and_stops_nothing() -> None:
    """No event in both arms, and limits that reach 0: z and Kaplan-Meier limits divide by nothing, the rest stands."""
    trial = shipped_trial("targit-a-2014")
    whole = replace(trial.outcomes[0], events=(0, 0), lowers=(0.0, 0.007))
    found = {item.printed.estimate: item for item in rebuild(replace(trial, outcomes=(whole,)))}
    for estimate in ("z of non-inferiority, Wald", "Kaplan-Meier rate of the new arm, from its limits"):
        assert (found[estimate].verdict, found[estimate].rebuilt) == (NOT_REBUILT, None)
        assert "standard error" in found[estimate].why
    assert found["difference of proportions"].rebuilt == 0
    assert KAPLAN_MEIER not in {result.method for result in method_results(whole, 0.025)}


def test_a_limit_that_may_stand_for_0_is_rebuilt() -> None:
    """A printed lower limit of 0.04 % with steps of 0.1 %: corners at 0 and below are left out."""
    trial = shipped_trial("targit-a-2010")
    near = replace(trial.outcomes[0], lowers=(0.0004, 0.0039), rate_resolution=0.001)
    assert all(item.rebuilt is not None for item in rebuild(replace(trial, outcomes=(near,))))
