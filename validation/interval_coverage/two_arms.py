"""How often limits of a risk difference hold the truth, and how often tests reject wrongly: every table enumerated.

Run from the repository's root: `python -m validation.interval_coverage.two_arms`. Writes `two_arms.csv`. No random
number: each table counts with its binomial probability; those left out have less than 1e-9 in all.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from math import sqrt
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri
from scipy.stats import binom

from openiort.evidence import agresti_caffo, newcombe, wald
from openiort.evidence.exact_unconditional import p_non_inferior
from openiort.evidence.restricted_rates import score_z_of_tables
from openiort.evidence.two_arms import TwoArms

FILE = Path(__file__).parent / "two_arms.csv"
HEAD = """\
# what: share of all tables in which limits at 95 % hold the true difference (coverage), and in which a test at
# what: one-sided 5 % finds non-inferiority though the true difference is the margin (type I error); fractions
# source: two_arms.py beside this file: every table enumerated, no Monte Carlo error
# taken: 2026-11-28, by tool   licence: Apache-2.0, as the project   changes: none
"""
ARMS = ((50, 50), (200, 200), (500, 500), (1116, 1116), (400, 200))
CONTROL_RATES = (0.005, 0.01, 0.02, 0.05, 0.10)
DIFFERENCES = (0.0, 0.01, 0.025)
MARGIN, ALPHA, LEVEL = 0.025, 0.05, 0.95
LEFT_OUT = 1e-10  # of each tail of each arm
Mask = NDArray[np.bool_]
LIMITS: dict[str, Callable[[TwoArms, float], tuple[float, float]]] = {
    "Wald": wald.limits, "Agresti-Caffo": agresti_caffo.limits, "Newcombe": newcombe.limits}
SCORES = {"Miettinen-Nurminen": True, "Farrington-Manning": False}
EXACT = "exact unconditional"


class Tables:
    """All tables of two arms that a truth makes likely enough."""

    def __init__(self, arms: tuple[int, int], new_rate: float, control_rate: float) -> None:
        self.arms = arms
        ranges = [np.arange(int(binom.ppf(LEFT_OUT, n, rate)), int(binom.ppf(1 - LEFT_OUT, n, rate)) + 1)
                  for n, rate in zip(arms, (new_rate, control_rate), strict=True)]
        self.new, self.control = ranges[0][:, None], ranges[1][None, :]
        self.chance = binom.pmf(self.new, arms[0], new_rate) * binom.pmf(self.control, arms[1], control_rate)

    def share(self, mask: Mask) -> float:
        """Probability of the tables of a mask."""
        return float(self.chance[mask].sum())

    def limits(self, method: str, level: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Limits of every table, by the method's own function."""
        found = np.array([[LIMITS[method](TwoArms(int(x), self.arms[0], int(y), self.arms[1]), level)
                           for y in self.control[0]] for x in self.new[:, 0]])
        return found[..., 0], found[..., 1]

    def z(self, difference: float, inflated: bool) -> NDArray[np.float64]:
        """Score of every table at a difference."""
        total = sum(self.arms)
        factor = sqrt((total - 1) / total) if inflated else 1.0
        return factor * score_z_of_tables(self.new, self.arms[0], self.control, self.arms[1], difference)


def coverage(tables: Tables, difference: float) -> Iterator[tuple[str, float]]:
    """Method and share of tables whose limits hold the difference; score limits hold what their test keeps."""
    for method in LIMITS:
        lower, upper = tables.limits(method, LEVEL)
        yield method, tables.share((lower <= difference) & (difference <= upper))
    for method, inflated in SCORES.items():
        yield method, tables.share(np.abs(tables.z(difference, inflated)) <= ndtri((1 + LEVEL) / 2))


def type_one_error(tables: Tables, furthest_z: float) -> Iterator[tuple[str, float]]:
    """Method and share of tables found non-inferior at the margin, which is the true difference."""
    for method in LIMITS:
        yield method, tables.share(tables.limits(method, 1 - 2 * ALPHA)[1] < MARGIN)
    for method, inflated in SCORES.items():
        yield method, tables.share(tables.z(MARGIN, inflated) < ndtri(ALPHA))
    yield EXACT, tables.share(tables.z(MARGIN, False) <= furthest_z)


def largest_rejected_z(arms: tuple[int, int]) -> float:
    """The largest score that the exact test still rejects at: its p rises with the score, so halving finds it."""
    new, control = np.arange(arms[0] + 1)[:, None], np.arange(arms[1] + 1)[None, :]
    z = score_z_of_tables(new, arms[0], control, arms[1], MARGIN)
    order = np.argsort(z, axis=None)
    low, high = -1, z.size  # rejected, not rejected
    while high - low > 1:
        middle = (low + high) // 2
        x, y = np.unravel_index(order[middle], z.shape)
        rejected = p_non_inferior(TwoArms(int(x), arms[0], int(y), arms[1]), MARGIN) < ALPHA
        low, high = (middle, high) if rejected else (low, middle)
    return float(z.flat[order[low]]) if low >= 0 else float("-inf")


def rows() -> Iterator[tuple[str, int, int, float, float, str, str]]:
    """All rows of the table."""
    for arms in ARMS:
        furthest_z = largest_rejected_z(arms)
        for control_rate in CONTROL_RATES:
            for difference in DIFFERENCES:
                tables = Tables(arms, control_rate + difference, control_rate)
                for method, share in coverage(tables, difference):
                    yield "coverage", *arms, control_rate, difference, method, f"{share:.6f}"
            tables = Tables(arms, control_rate + MARGIN, control_rate)
            for method, share in type_one_error(tables, furthest_z):
                yield "type I error", *arms, control_rate, MARGIN, method, f"{share:.6f}"
        print(arms, flush=True)


if __name__ == "__main__":
    with FILE.open("w", newline="") as opened:
        opened.write(HEAD)
        writer = csv.writer(opened, lineterminator="\n")
        writer.writerow(["what", "new", "control", "control_rate", "difference", "method", "share"])
        writer.writerows(rows())
