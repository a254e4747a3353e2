"""The bands into which a guideline's limits cut the values of a number."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from openiort.select.criterion import Test
from openiort.select.fact_type import WHOLE, FactType


@dataclass(frozen=True, slots=True)
class Band:
    """Values between two limits.

    Attributes:
        low: lower limit; None at the lower end of what is allowed.
        with_low: whether the limit belongs to it.
        high: upper limit; None at the upper end.
        with_high: whether the limit belongs to it.
        example: a value in it.
    """

    low: float | None
    with_low: bool
    high: float | None
    with_high: bool
    example: float

    def words(self, kind: FactType) -> str:
        """As it is read: `over 20 to 30 mm`."""
        unit = f" {kind.unit}" if kind.unit else ""
        low, high = self.low, self.high
        if low is None or high is None:
            if low is None and high is None:
                return "any"
            if low is None:
                return f"{'up to' if self.with_high else 'under'} {high:g}{unit}"
            return f"{low:g}{unit} or more" if self.with_low else f"over {low:g}{unit}"
        if low == high:
            return f"{low:g}{unit}"
        return f"{'' if self.with_low else 'over '}{low:g} to {'' if self.with_high else 'under '}{high:g}{unit}"


def bands_of(kind: FactType, tests: Iterable[Test]) -> list[Band]:
    """All values that are allowed, cut at the limits of tests of that number; in order."""
    cuts = sorted({cut for test in tests for cut in _cuts(test)})
    edges = [None, *cuts, None]
    bands = []
    for lower, upper in pairwise(edges):
        low, with_low = (None, True) if lower is None else (lower[0], not lower[1])
        high, with_high = (None, True) if upper is None else (upper[0], upper[1])
        example = _example(kind, low, with_low, high, with_high)
        if example is not None:
            bands.append(Band(low, with_low, high, with_high, example))
    return bands


def band_between(bands: Sequence[Band]) -> Band:
    """Neighbouring bands as one."""
    first, last = bands[0], bands[-1]
    return Band(first.low, first.with_low, last.high, last.with_high, first.example)


def _cuts(test: Test) -> list[tuple[float, bool]]:
    """Where a test's answer changes: the limit, and whether it belongs to what lies below."""
    if test.operator in ("<=", ">"):
        return [(test.value, True)]
    if test.operator in ("<", ">="):
        return [(test.value, False)]
    values = test.value if test.operator == "in" else (test.value,)
    return [(value, with_low) for value in values for with_low in (False, True)]


def _example(kind: FactType, low: float | None, with_low: bool, high: float | None, with_high: bool) -> float | None:
    """A value in a band; None if there is none that is allowed."""
    lowest = kind.low if kind.low is not None else -math.inf
    highest = kind.high if kind.high is not None else math.inf
    bottom, with_bottom = (low, with_low) if low is not None and low >= lowest else (lowest, True)
    top, with_top = (high, with_high) if high is not None and high <= highest else (highest, True)
    value: float
    if kind.kind == WHOLE:
        value = math.floor(bottom) + 1 if not with_bottom else math.ceil(bottom)
    elif with_bottom or with_top:
        value = bottom if with_bottom else top
    else:
        value = (bottom + top) / 2.0
    inside = value < top or (with_top and value == top)
    return value if inside and (value > bottom or with_bottom) else None
