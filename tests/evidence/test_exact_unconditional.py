"""The exact unconditional test against an enumeration of every table, another program and a published example."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.optimize import minimize_scalar
from scipy.stats import barnard_exact, binom

from openiort.core.errors import InputError
from openiort.evidence.exact_unconditional import LARGEST_ARM, p_non_inferior
from openiort.evidence.two_arms import TwoArms


def score(new: int, total_new: int, control: int, total_control: int, margin: float) -> float:
    """The score, its restricted proportions found by a search for the largest likelihood."""
    def minus(rate: float) -> float:
        chance = binom.logpmf(new, total_new, rate) + binom.logpmf(control, total_control, rate - margin)
        return -float(chance)

    rate = minimize_scalar(minus, bounds=(margin, 1.0), method="bounded", options={"xatol": 1e-10}).x
    variance = rate * (1 - rate) / total_new + (rate - margin) * (1 - rate + margin) / total_control
    return (new / total_new - control / total_control - margin) / math.sqrt(variance)


@pytest.mark.parametrize(("counts", "margin"), [
    (TwoArms(0, 6, 2, 7), 0.1), (TwoArms(1, 9, 3, 8), 0.2), (TwoArms(2, 8, 2, 10), 0.15), (TwoArms(0, 5, 0, 7), 0.3),
    (TwoArms(5, 6, 5, 5), 0.05),
])
def test_p_is_that_of_every_table_enumerated(counts: TwoArms, margin: float) -> None:
    """Origin: every table as far or farther by the score, its probability summed, at 4,001 rates of the control."""
    n, m = counts.total_new, counts.total_control
    found = score(counts.events_new, n, counts.events_control, m, margin)
    far = [(x, y) for x in range(n + 1) for y in range(m + 1) if score(x, n, y, m, margin) <= found + 1e-6]
    rates = np.linspace(0.0, 1.0 - margin, 4001)
    chance = sum(binom.pmf(x, n, rates + margin) * binom.pmf(y, m, rates) for x, y in far)
    assert p_non_inferior(counts, margin) == pytest.approx(float(np.max(chance)), rel=1e-5)


@pytest.mark.parametrize("counts", [TwoArms(5, 30, 11, 28), TwoArms(1, 12, 6, 14), TwoArms(13, 100, 20, 90)])
def test_without_a_margin_it_is_scipys_barnard_test(counts: TwoArms) -> None:
    """SciPy's barnard_exact, pooled: as the margin goes to 0 the score becomes its statistic."""
    table = [[counts.events_new, counts.events_control],
             [counts.total_new - counts.events_new, counts.total_control - counts.events_control]]
    expected = barnard_exact(table, alternative="less", pooled=True, n=256).pvalue
    assert p_non_inferior(counts, 1e-9) == pytest.approx(expected, rel=1e-6)


def test_published_example() -> None:
    """I. S. F. Chan, Stat. Med. 17, 1403 (1998), recalled: 83 of 88 v 69 of 76 successes, margin 10 %: p = 0.0017."""
    assert round(p_non_inferior(TwoArms(5, 88, 7, 76), 0.1), 4) == 0.0017


@pytest.mark.parametrize("margin", [0.1, 0.3])
def test_type_one_error_stays_below_alpha(margin: float) -> None:
    """What an exact test is: tables with p below 5 % have at most 5 % probability, whatever the rate."""
    n, m = 12, 10
    rejected = [(x, y) for x in range(n + 1) for y in range(m + 1)
                if p_non_inferior(TwoArms(x, n, y, m), margin) < 0.05]
    assert rejected
    rates = np.linspace(0.0, 1.0 - margin, 500)
    for excess in (0.0, 0.1):  # at the margin, and beyond it
        inside = rates[rates + margin + excess <= 1]
        chance = sum(binom.pmf(x, n, inside + margin + excess) * binom.pmf(y, m, inside) for x, y in rejected)
        assert np.max(chance) < 0.05


def test_arms_too_large_are_refused() -> None:
    with pytest.raises(InputError, match="too large"):
        p_non_inferior(TwoArms(10, LARGEST_ARM + 1, 10, 100), 0.025)
