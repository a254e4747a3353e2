"""One outcome under every method, and the map of where the verdict turns."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from openiort.evidence import exact_unconditional
from openiort.evidence.margin_table import EXACT, MARGINS, method_results
from openiort.evidence.methods import METHODS
from openiort.evidence.read_trial import shipped_trial
from openiort.evidence.two_arms import TwoArms
from openiort.evidence.verdict_map import verdict_map


@pytest.mark.parametrize(("trial", "outcome"), [
    ("targit-a-2014", "postpathology"), ("targit-a-2020", "delayed"), ("targit-a-2010", "local-recurrence"),
])
def test_the_exact_verdict_turns_where_it_is_said_to(trial: str, outcome: str) -> None:
    chosen = next(each for each in shipped_trial(trial).outcomes if each.name == outcome)
    counts = chosen.counts
    assert counts is not None
    found = next(result for result in method_results(chosen, 0.025) if result.method == EXACT)
    assert found.tipping_events

    def holds(events: int) -> bool:
        return exact_unconditional.p_non_inferior(replace(counts, events_new=counts.events_new + events), 0.025) < 0.05

    before = found.tipping_events - (1 if found.tipping_events > 0 else -1)
    assert holds(0) == holds(before) == found.is_non_inferior
    assert holds(found.tipping_events) != found.is_non_inferior


def test_arms_too_large_for_the_exact_test_have_the_others() -> None:
    large = replace(shipped_trial("targit-a-2014").outcomes[0], events=(60, 5001), totals=(5001, 5001), rates=None)
    assert [result.method for result in method_results(large, 0.025)] == list(METHODS)


def test_map_turns_where_each_method_does() -> None:
    counts = TwoArms(13, 572, 5, 569)
    found = verdict_map(counts, MARGINS[-1])
    assert found.events[0] == 0
    assert min(turns[-1] for turns in found.turns.values()) > MARGINS[-1]
    for name, turns in found.turns.items():
        assert (np.diff(turns) > 0).all()
        now = replace(counts, events_new=9)
        assert METHODS[name].p_non_inferior(now, turns[9] + 1e-6) < 0.05 < METHODS[name].p_non_inferior(
            now, turns[9] - 1e-6)
