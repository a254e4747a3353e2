"""A quantity measured along the distance from the source, with the checks that each such table must pass.

Between two points ln(value x r^power) is a straight line in r: power 2 for dose rates, which fall mainly by the
square of the distance, 0 for transfer coefficients. Nothing is ever extrapolated.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median

from openiort.core.errors import InputError

LEAST_POINTS = 4
GAP_RATIO = 3.0
TYPO_percent = 5.0
OUTERMOST_mm = 300.0


@dataclass(frozen=True, slots=True)
class RadialTable:
    """Values by distance from the source.

    Attributes:
        r_mm: from the source, rising.
        values: finite and above 0.
        power: of r in the interpolation, see above.
        must_fall: whether each value must be below the one before.
        where: file and what else a message should name.

    Raises:
        InputError: too few points; not finite, not above 0, not rising in r; not falling; a gap.
    """

    r_mm: tuple[float, ...]
    values: tuple[float, ...]
    power: float
    must_fall: bool
    where: str

    def __post_init__(self) -> None:
        self._check_numbers()
        self._check_order()
        self._check_gaps()

    @property
    def first_mm(self) -> float:
        """Innermost distance."""
        return self.r_mm[0]

    @property
    def last_mm(self) -> float:
        """Outermost distance."""
        return self.r_mm[-1]

    def at(self, r_mm: float) -> float:
        """The value at a distance within the table.

        Raises:
            InputError: outside of it.
        """
        if not self.first_mm <= r_mm <= self.last_mm:
            raise InputError(f"r = {r_mm:g} mm is outside the table, which is never extrapolated", where=self.where,
                             allowed=f"{self.first_mm:g} to {self.last_mm:g} mm from the source",
                             fix="choose another depth, or measure there and import the table again")
        upper = min(bisect_right(self.r_mm, r_mm), len(self.r_mm) - 1)
        return self._between(r_mm, upper - 1, upper)

    def typos(self) -> Iterator[str]:
        """A line for each point that its two neighbours contradict by more than 5 %, the worst of a group alone."""
        off = [0.0, *(self.values[i] / self._between(self.r_mm[i], i - 1, i + 1) - 1.0
                      for i in range(1, len(self.r_mm) - 1)), 0.0]  # fmt: skip
        for i in range(1, len(off) - 1):
            if abs(off[i]) * 100.0 > TYPO_percent and abs(off[i]) >= max(abs(off[i - 1]), abs(off[i + 1])):
                yield (f"{self.where}: {self.values[i]:g} at r = {self.r_mm[i]:g} mm is {100.0 * off[i]:+.0f} % off "
                       "what its neighbours lead to expect")

    def _between(self, r_mm: float, low: int, high: int) -> float:
        inner, outer = self.r_mm[low], self.r_mm[high]
        part = (r_mm - inner) / (outer - inner)
        first, second = (math.log(self.values[i] * self.r_mm[i] ** self.power) for i in (low, high))
        return math.exp(first + part * (second - first) - self.power * math.log(r_mm))

    def _check_numbers(self) -> None:
        if len(self.r_mm) < LEAST_POINTS:
            raise InputError(f"only {len(self.r_mm)} points", where=self.where, allowed=f"at least {LEAST_POINTS}",
                             fix="give the whole measured table")
        for r_mm, value in zip(self.r_mm, self.values, strict=True):
            if not (math.isfinite(r_mm) and 0 < r_mm <= OUTERMOST_mm):
                raise InputError(f"r = {r_mm:g} mm cannot be a distance from the source", where=self.where,
                                 allowed=f"above 0, up to {OUTERMOST_mm:g} mm", fix="correct that row")
            if not (math.isfinite(value) and value > 0):
                raise InputError(f"value {value:g} at r = {r_mm:g} mm", where=self.where,
                                 allowed="finite numbers above 0", fix="correct or leave out that row")

    def _check_order(self) -> None:
        for i in range(1, len(self.r_mm)):
            if self.r_mm[i] <= self.r_mm[i - 1]:
                raise InputError(f"r = {self.r_mm[i]:g} mm follows r = {self.r_mm[i - 1]:g} mm", where=self.where,
                                 allowed="distances that rise from row to row, each once", fix="sort the rows")
            if self.must_fall and self.values[i] >= self.values[i - 1]:
                raise InputError(
                    f"the rate does not fall from r = {self.r_mm[i - 1]:g} mm ({self.values[i - 1]:g}) to "
                    f"r = {self.r_mm[i]:g} mm ({self.values[i]:g})",
                    where=self.where, allowed="a rate that falls with the distance",
                    fix="look for a slip of the pen there",
                )  # fmt: skip

    def _check_gaps(self) -> None:
        steps = [outer - inner for inner, outer in zip(self.r_mm, self.r_mm[1:], strict=False)]
        usual = median(steps)
        for i, step in enumerate(steps):
            before, after = steps[:i], steps[i + 1 :]
            # fine steps on both sides, however far: one row left between two gaps hides neither; steps that only
            # become coarser outwards are no gap, so an end is compared with its neighbour
            finer = max(min(before), min(after)) if before and after else [*before[-1:], *after[:1]][0]
            if step >= GAP_RATIO * max(finer, usual):
                raise InputError(f"gap from r = {self.r_mm[i]:g} to {self.r_mm[i + 1]:g} mm, where others are "
                                 f"{max(finer, usual):g} mm", where=self.where,
                                 allowed=f"steps below {GAP_RATIO:g} times the table's others",
                                 fix="fill in the rows that are missing")
