"""Where the verdict turns: the smallest margin at which each method finds non-inferiority, by events in the new arm."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from openiort.evidence.methods import METHODS, ONE_SIDED_ALPHA
from openiort.evidence.two_arms import TwoArms

FEWEST_ROWS, MOST_ROWS = 10, 80  # of events; between them the limits run straight


@dataclass(frozen=True, slots=True)
class VerdictMap:
    """All but the events in the new arm stays as it was in the trial.

    Attributes:
        counts: of the trial.
        events: in the new arm, rising, shape (events,).
        turns: method -> upper limit at 1 - 2 alpha, shape (events,); above it the new treatment is non-inferior.
    """

    counts: TwoArms
    events: NDArray[np.int64]
    turns: dict[str, NDArray[np.float64]]


def verdict_map(counts: TwoArms, largest_margin: float, alpha: float = ONE_SIDED_ALPHA) -> VerdictMap:
    """The map from no event to as many as no method tolerates at the largest margin, and beyond the trial's own."""
    def turns(events: int) -> list[float]:
        now = replace(counts, events_new=events)
        return [method.limits(now, 1 - 2 * alpha)[1] for method in METHODS.values()]

    beyond = range(min(counts.events_new + 1, counts.total_new), counts.total_new)
    last = beyond.start + bisect_left(beyond, True, key=lambda events: min(turns(events)) > largest_margin)
    last = max(last, min(FEWEST_ROWS, counts.total_new))
    events = np.unique(np.linspace(0, last, min(last + 1, MOST_ROWS)).round().astype(np.int64))
    found = np.array([turns(int(each)) for each in events]).T
    return VerdictMap(counts, events, dict(zip(METHODS, found, strict=True)))
