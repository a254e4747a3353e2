"""How long a run still takes: by the rounds after the first, which may compile; said before it is waited for."""

from __future__ import annotations

import pytest

from openiort.core.errors import InputError
from openiort.dose import photon_dose as runner
from openiort.dose.run_time import check_time_left, check_wanted, time_left_s


def test_time_left_is_in_proportion():
    """Closed form: 2 s brought the share from 0.1 to 0.5, so the other half takes 2.5 s."""
    assert time_left_s(2.0, 0.1, 0.5) == pytest.approx(2.5)
    assert time_left_s(2.0, 0.1, 1.0) == 0.0
    assert time_left_s(2.0, 0.1, 0.1) > 1e6  # nothing gained


def test_it_asks_for_yes():
    check_time_left(600.0, 10.0, 1.0)
    check_time_left(1e9, None, 1.0)
    with pytest.raises(InputError, match=r"0\.5 % uncertainty would take about 11 minutes more") as caught:
        check_time_left(660.0, 10.0, 0.5)
    assert "--yes" in caught.value.fix


@pytest.mark.parametrize("percent", (0.0, -1.0, float("nan"), float("inf")))
def test_an_uncertainty_that_no_run_reaches(percent: float):
    with pytest.raises(InputError, match="cannot be aimed at"):
        check_wanted(percent, 1)


def test_no_histories():
    with pytest.raises(InputError, match="0 rounds of histories give no dose"):
        check_wanted(1.0, 0)


class Slow:
    """A stand-in for scatter whose first round compiles for 100 s; 1 s a round after that."""

    def __init__(self) -> None:
        self.batches, self.histories, self.clock_s = 0, 0, 0.0

    def add_round(self, _seed: int, _reached: float, _wanted: float) -> None:
        self.clock_s += 100.0 if self.histories == 0 else 1.0
        self.histories += 1

    def uncertainty_percent(self) -> float:
        return 10.0 / self.histories**0.5


def test_compiling_does_not_count(monkeypatch: pytest.MonkeyPatch):
    """1 % from 100 rounds of 1 s: two minutes are enough, though the first round alone takes nearly as long."""
    slow = Slow()
    monkeypatch.setattr(runner.time, "monotonic", lambda: slow.clock_s)
    runner._run(slow, 1.0, 1, 1000, runner.silent, 2.0)
    assert slow.histories == 100
    with pytest.raises(InputError, match="would take about 2 minutes more"):
        again = slow = Slow()
        runner._run(again, 1.0, 1, 1000, runner.silent, 1.5)
    assert again.histories == 3
