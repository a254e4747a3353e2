"""Seconds by stage."""

from __future__ import annotations

import pytest

from openiort.core import stopwatch
from openiort.core.stopwatch import Stopwatch


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    ticks = iter([0.0, 2.0, 10.0, 13.0, 20.0, 24.0])
    monkeypatch.setattr(stopwatch.time, "monotonic", lambda: next(ticks))


@pytest.mark.usefixtures("clock")
def test_stages_in_their_order_and_added_up() -> None:
    watch = Stopwatch()
    with watch.stage("water"):
        pass
    with pytest.raises(ZeroDivisionError), watch.stage("dose"):
        raise ZeroDivisionError
    with watch.stage("water"):
        pass
    assert list(watch.elapsed_s.items()) == [("water", 6.0), ("dose", 3.0)]  # 2 + 4 s, 3 s
