"""Whether closed lines cross themselves or one another."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

MOST_PAIRS = 20_000_000
PAIRS_AT_ONCE = 1_000_000


def lines_cross(lines: Sequence[NDArray[np.float64]]) -> bool | None:
    """Whether two edges of the closed lines, (n, 2) each, cross; None if there are too many edges to look.

    Only crossings from one side to the other count: edges that touch, or run back on each other as the channel of a
    keyhole does, do not; nor do lines that cross exactly at a corner, which cannot be told from touching.
    """
    start = np.concatenate(lines)
    end = np.concatenate([np.roll(line, -1, axis=0) for line in lines])
    order = np.argsort(np.minimum(start[:, 0], end[:, 0]), kind="stable")
    start, end = start[order], end[order]
    low, high = np.minimum(start[:, 0], end[:, 0]), np.maximum(start[:, 0], end[:, 0])
    # partners of an edge: those behind it in the order that begin before it ends
    count = np.searchsorted(low, high, side="right") - np.arange(len(low)) - 1
    if count.sum() > MOST_PAIRS:
        return None
    total = np.cumsum(count)
    first = 0
    while first < len(count):
        last = int(np.searchsorted(total, (total[first - 1] if first else 0) + PAIRS_AT_ONCE, side="right"))
        last = max(last, first + 1)
        a = np.repeat(np.arange(first, last), count[first:last])
        b = a + 1 + np.arange(len(a)) - np.repeat(np.cumsum(count[first:last]) - count[first:last], count[first:last])
        if _any_cross(start[a], end[a], start[b], end[b]):
            return True
        first = last
    return False


def _any_cross(p0: NDArray[np.float64], p1: NDArray[np.float64], q0: NDArray[np.float64],
               q1: NDArray[np.float64]) -> bool:  # fmt: skip
    """Whether any edge p crosses its partner q: the ends of each lie on opposite sides of the other."""
    beside = (np.minimum(p0[:, 1], p1[:, 1]) < np.maximum(q0[:, 1], q1[:, 1])) & (
        np.minimum(q0[:, 1], q1[:, 1]) < np.maximum(p0[:, 1], p1[:, 1])
    )
    p0, p1, q0, q1 = p0[beside], p1[beside], q0[beside], q1[beside]
    apart = (_side(p0, p1, q0) * _side(p0, p1, q1) < 0) & (_side(q0, q1, p0) * _side(q0, q1, p1) < 0)
    return bool(apart.any())


def _side(a: NDArray[np.float64], b: NDArray[np.float64], point: NDArray[np.float64]) -> NDArray[np.float64]:
    """-1, 0 or 1: on which side of the line from a to b a point lies; 0 within rounding."""
    edge, away = b - a, point - a
    cross = edge[:, 0] * away[:, 1] - edge[:, 1] * away[:, 0]
    scale = np.abs(edge).max(axis=1) * np.abs(away).max(axis=1)
    return np.where(np.abs(cross) > 1e-9 * scale, np.sign(cross), 0.0)
