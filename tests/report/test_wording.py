"""How numbers are worded, on screen and page alike."""

from __future__ import annotations

import pytest

from openiort.report.wording import distance, minutes_seconds


@pytest.mark.parametrize(("time_s", "text"), ((0.4, "0:00"), (0.5, "0:01"), (59.5, "1:00"), (1380.0, "23:00"),
                                              (7325.0, "122:05")))
def test_minutes_and_seconds(time_s: float, text: str) -> None:  # by hand; halves up
    assert minutes_seconds(time_s) == text


def test_distances() -> None:
    assert distance(4.96) == "5.0 mm"
    assert distance(None) == "over 60 mm or not in scan"  # as far as is searched
