"""How often limits of a Kaplan-Meier risk hold the truth, and its difference's test rejects wrongly: Monte Carlo.

Run from the repository's root: `python -m validation.interval_coverage.kaplan_meier`. Writes `kaplan_meier.csv`. Event
times are exponential; women are followed for 2 to 8 years, evenly, so that half are followed for 5 years or longer.
Each share has its Monte Carlo standard error. Where a curve has no event, log-log limits do not exist: counted as
limits that do not hold the truth.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from openiort.core.errors import InputError
from openiort.evidence.kaplan_meier import SurvivalAt, kaplan_meier
from openiort.evidence.survival_difference import Risk, non_inferiority
from openiort.evidence.survival_limits import TRANSFORMS, survival_limits
from openiort.evidence.survival_table import survival_table

FILE = Path(__file__).parent / "kaplan_meier.csv"
HEAD = """\
# what: share of trials in which 95 % limits of a Kaplan-Meier risk at 5 years hold the truth (coverage), or the
# what: difference's test at one-sided 5 % finds non-inferiority though the true difference is the margin of 2.5 %
# what: (type I error); standard_error is that of the Monte Carlo; without_events: share of curves without event
# source: kaplan_meier.py beside this file, seed 20261128
# taken: 2026-11-28, by tool   licence: Apache-2.0, as the project   changes: none
"""
WOMEN, RISKS = (100, 500, 1116), (0.01, 0.02, 0.05)
YEARS, SHORTEST_years, LONGEST_years = 5.0, 2.0, 8.0
MARGIN, ALPHA, LEVEL = 0.025, 0.05, 0.95
TRIALS, SEED = 10_000, 20261128


def curve_at_horizon(random: np.random.Generator, women: int, risk: float) -> SurvivalAt:
    """One arm of a trial, and its curve at 5 years."""
    event = random.exponential(-YEARS / np.log1p(-risk), women)
    followed = random.uniform(SHORTEST_years, LONGEST_years, women)
    table = survival_table(np.minimum(event, followed), (event <= followed).astype(int))
    return kaplan_meier(table).at(YEARS)


def finds_non_inferior(new: SurvivalAt, control: SurvivalAt) -> bool:
    """The test; without any event it has nothing to go by and finds nothing."""
    try:
        return non_inferiority(Risk(1 - new.probability, new.standard_error),
                               Risk(1 - control.probability, control.standard_error), MARGIN, alpha=ALPHA).non_inferior
    except InputError:
        return False


def rows() -> Iterator[tuple[str, int, float, str, str, str, str]]:
    """All rows of the table."""
    for women in WOMEN:
        for risk in RISKS:
            random = np.random.default_rng([SEED, women, round(1000 * risk)])
            pairs = [(curve_at_horizon(random, women, risk + MARGIN), curve_at_horizon(random, women, risk))
                     for _ in range(TRIALS)]
            survival = np.array([control.probability for _, control in pairs])
            error = np.array([control.standard_error for _, control in pairs])
            empty = float((survival == 1).mean())
            for transform in TRANSFORMS:
                lower, upper = survival_limits(survival, error, level=LEVEL, transform=transform)
                holds = (lower <= 1 - risk) & (1 - risk <= upper)
                yield "coverage", women, risk, transform, *_share(holds), f"{empty:.4f}"
            found = np.array([finds_non_inferior(new, control) for new, control in pairs])
            yield "type I error", women, risk, "difference", *_share(found), f"{empty:.4f}"
            print(women, risk, flush=True)


def _share(mask: NDArray[np.bool_]) -> tuple[str, str]:
    share = float(mask.mean())
    return f"{share:.4f}", f"{(share * (1 - share) / mask.size) ** 0.5:.4f}"


if __name__ == "__main__":
    with FILE.open("w", newline="") as opened:
        opened.write(HEAD)
        writer = csv.writer(opened, lineterminator="\n")
        writer.writerow(["what", "women", "risk", "method", "share", "standard_error", "without_events"])
        writer.writerows(rows())
