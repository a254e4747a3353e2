"""Look-up in tables: linear interpolation, and the bin of a value."""

from __future__ import annotations

from openiort.core.compiled import njit


@njit
def between(values, position):
    """Value of the 1-D table `values` at a fractional index, held at both ends."""
    last = values.shape[0] - 1
    if position >= last:
        return values[last]
    i = max(int(position), 0)
    fraction = max(position - i, 0.0)
    return values[i] + fraction * (values[i + 1] - values[i])


@njit
def bin_of(edges, value):
    """Number of the bin (edges[i] <= value < edges[i + 1]) of a value; outside the edges the nearest bin."""
    low, high = 0, edges.shape[0] - 1
    while high - low > 1:
        middle = (low + high) // 2
        if edges[middle] <= value:
            low = middle
        else:
            high = middle
    return low
