"""The tables of coverage: rebuilt in part by another program's limits, and fresh Monte Carlo."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import binom
from statsmodels.stats.proportion import confint_proportions_2indep

from openiort.evidence.exact_unconditional import p_non_inferior
from openiort.evidence.two_arms import TwoArms
from validation.interval_coverage import kaplan_meier, two_arms


def rows(file: Path) -> list[dict[str, str]]:
    with file.open() as opened:
        return list(csv.DictReader(line for line in opened if not line.startswith("#")))


def share(what: str, arms: tuple[int, int], control_rate: float, difference: float, method: str) -> float:
    return next(float(row["share"]) for row in rows(two_arms.FILE)
                if (row["what"], int(row["new"]), int(row["control"]), row["method"]) == (what, *arms, method)
                and float(row["control_rate"]) == control_rate and float(row["difference"]) == difference)


@pytest.mark.parametrize(("method", "theirs"), [("Wald", "wald"), ("Agresti-Caffo", "agresti-caffo"),
                                                ("Newcombe", "newcomb")])
@pytest.mark.parametrize(("control_rate", "difference"), [(0.02, 0.01), (0.1, 0.0)])
@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # statsmodels divides 0 by 0 where an arm has no event
def test_coverage_is_that_of_the_limits_of_statsmodels(method: str, theirs: str, control_rate: float,
                                                       difference: float) -> None:
    """statsmodels' confint_proportions_2indep of every table of 50 v 50, weighted by SciPy's binomial."""
    total = 0.0
    for x in range(51):
        for y in range(51):
            lower, upper = confint_proportions_2indep(x, 50, y, 50, method=theirs, compare="diff", alpha=0.05)
            if lower <= difference <= upper:
                total += binom.pmf(x, 50, control_rate + difference) * binom.pmf(y, 50, control_rate)
    assert share("coverage", (50, 50), control_rate, difference, method) == pytest.approx(total, abs=2e-6)


def test_exact_test_by_asking_it_of_every_table() -> None:
    """The p of each table of 50 v 50, without the order that the table of results relies on."""
    rejected = np.array([[p_non_inferior(TwoArms(x, 50, y, 50), 0.025) < 0.05 for y in range(51)] for x in range(51)])
    chance = binom.pmf(np.arange(51), 50, 0.075)[:, None] * binom.pmf(np.arange(51), 50, 0.05)[None, :]
    found = share("type I error", (50, 50), 0.05, 0.025, two_arms.EXACT)
    assert found == pytest.approx(chance[rejected].sum(), abs=2e-6)


def test_exact_test_never_exceeds_its_error() -> None:
    found = [float(row["share"]) for row in rows(two_arms.FILE) if row["method"] == two_arms.EXACT]
    assert len(found) == len(two_arms.ARMS) * len(two_arms.CONTROL_RATES)
    assert max(found) <= 0.05


def test_kaplan_meier_table_by_other_random_numbers() -> None:
    """One cell drawn anew: within four standard errors of the difference."""
    random, women, risk, trials = np.random.default_rng(1), 100, 0.05, 2000
    curves = [kaplan_meier.curve_at_horizon(random, women, risk) for _ in range(trials)]
    survival = np.array([curve.probability for curve in curves])
    error = np.array([curve.standard_error for curve in curves])
    for row in rows(kaplan_meier.FILE):
        if (row["what"], int(row["women"]), float(row["risk"])) == ("coverage", women, risk):
            lower, upper = kaplan_meier.survival_limits(survival, error, transform=row["method"])
            again = float(((lower <= 1 - risk) & (1 - risk <= upper)).mean())
            spread = float(row["standard_error"]) * (1 + kaplan_meier.TRIALS / trials) ** 0.5
            assert again == pytest.approx(float(row["share"]), abs=4 * spread)
