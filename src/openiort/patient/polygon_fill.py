"""How much of each pixel lies inside closed lines, by the even-odd rule.

A point is inside when a ray from it crosses the lines an odd number of times. So all lines of a slice count together:
a line inside another cuts a hole (exclusive or), a keyhole's channel encloses nothing, and where a line crosses itself
or another the parts enclosed twice are outside.

Along a row the share is exact (the length between crossings), across it is the mean of `SUB_ROWS` rays a pixel.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Lines = Sequence[NDArray[np.float64]]
SUB_ROWS = 16


def inside_share(lines: Lines, shape: tuple[int, int]) -> NDArray[np.float32]:
    """(ny, nx) share, 0 to 1, of each pixel inside.

    Args:
        lines: closed lines, (n, 2) each, as (row, column) in pixels; pixel i reaches from i - 0.5 to i + 0.5. They may
            leave the array.
        shape: (ny, nx).
    """
    ny, nx = shape
    ray, column = _crossings(lines, ny)
    order = np.lexsort((column, ray))
    ray, column = ray[order], np.clip(column[order], 0.0, nx)
    # even crossings of a ray open a stretch inside, odd ones close it; each ray has an even number of them
    sign = np.where(np.arange(len(ray)) % 2 == 0, 1.0, -1.0) / SUB_ROWS
    pixel = np.minimum(column.astype(np.intp), nx - 1)
    within = column - pixel
    # the pixel of the crossing holds the rest behind it, every later one the whole
    at = ray // SUB_ROWS * (nx + 1) + pixel
    step = np.bincount(at, sign * (1.0 - within), minlength=ny * (nx + 1))
    step += np.bincount(at + 1, sign * within, minlength=ny * (nx + 1))
    share = np.cumsum(step.reshape(ny, nx + 1), axis=1)[:, :nx]
    return np.clip(share, 0.0, 1.0).astype(np.float32)


def _crossings(lines: Lines, ny: int) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Number of the ray and distance from the array's left edge, in pixels, of every crossing of a line with a ray."""
    start = np.concatenate(lines)
    end = np.concatenate([np.roll(line, -1, axis=0) for line in lines])
    # ray k runs at (k + 0.5) / SUB_ROWS pixels below the array's upper edge; an edge owns its upper end, not its lower
    first, last = (np.ceil((rows + 0.5) * SUB_ROWS - 0.5) for rows in (start[:, 0], end[:, 0]))
    low = np.clip(np.minimum(first, last), 0, ny * SUB_ROWS).astype(np.intp)
    count = np.clip(np.maximum(first, last), 0, ny * SUB_ROWS).astype(np.intp) - low
    edge = np.repeat(np.arange(len(start)), count)
    ray = np.arange(len(edge)) - np.repeat(np.cumsum(count) - count, count) + low[edge]
    row = (ray + 0.5) / SUB_ROWS - 0.5
    (row0, column0), (row1, column1) = start[edge].T, end[edge].T
    column = column0 + (row - row0) * ((column1 - column0) / (row1 - row0))
    return ray, column + 0.5
