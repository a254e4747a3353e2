"""Gray's test against R 4.2.2 with cmprsk 2.2-11 (validation/survival/) and by what must hold."""

from __future__ import annotations

import numpy as np
import pytest

from openiort.core.errors import InputError
from openiort.evidence.gray_test import gray_test
from openiort.evidence.log_rank import log_rank
from openiort.evidence.survival_table import survival_table
from tests.evidence.r_output import rows, table, values


@pytest.mark.parametrize("event", [1, 2])
def test_three_groups(event: int) -> None:
    [(_, _, value)] = values("made", f"Gray {event}")
    found = gray_test(table("made"), event=event)
    assert found.chi_squared == pytest.approx(value, rel=1e-9)
    assert found.degrees_of_freedom == 2


@pytest.mark.parametrize("event", [1, 2])
def test_two_groups(event: int) -> None:
    [(_, _, value)] = values("made", f"Gray a b {event}")
    kept = [row for row in rows("competing.csv") if row["group"] != "c"]
    follow_up = survival_table(*([row[name] for row in kept] for name in ("time", "event", "group")))
    assert gray_test(follow_up, event=event).chi_squared == pytest.approx(value, rel=1e-9)


def test_scores_are_balanced() -> None:  # what one group has too many the others have too few
    assert gray_test(table("made")).score.sum() == pytest.approx(0, abs=1e-9)


def test_without_competing_events_it_scores_as_the_log_rank_test() -> None:
    follow_up = table("gbsg")
    plain = log_rank(follow_up)
    assert gray_test(follow_up).score == pytest.approx(plain.observed - plain.expected)


def test_order_of_groups_does_not_matter() -> None:
    follow_up = table("made")
    turned = np.array(["z", "y", "x"])[follow_up.group_index]
    found = gray_test(survival_table(follow_up.time_years, follow_up.code, turned))
    assert found.chi_squared == pytest.approx(gray_test(follow_up).chi_squared)


def test_nothing_to_compare() -> None:
    with pytest.raises(InputError, match="two groups"):
        gray_test(survival_table([1.0, 2.0], [1, 0]))
    with pytest.raises(InputError, match="cannot be compared"):
        gray_test(survival_table([1.0, 2.0], [0, 1], ["a", "b"]))
    with pytest.raises(InputError, match="not an event"):
        gray_test(table("made"), event=0)
