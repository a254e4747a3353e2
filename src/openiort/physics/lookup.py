"""Linear interpolation in an evenly spaced table."""

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
