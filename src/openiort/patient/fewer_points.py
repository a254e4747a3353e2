"""Lines with fewer points: those that lie close to the line without them are left out.

Source: D. Douglas, T. Peucker, Cartographica 10, 112 (1973), doi:10.3138/FM57-6770-U75U-7727; all segments of all
lines are halved in one step, so that NumPy does the work.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


def fewer_points(lines_mm: list[FloatArray], tolerance_mm: float) -> list[FloatArray]:
    """Lines of points (n, d), each kept to within a tolerance; first and last points stay.

    A line that ends where it begins is taken as closed. What is left has no point further than the tolerance from
    the line that replaces it; it may have two points only.
    """
    if not lines_mm:
        return []
    points = np.concatenate(lines_mm)
    ends = np.cumsum([len(line) for line in lines_mm]) - 1
    starts = np.concatenate([[0], ends[:-1] + 1])
    kept = np.zeros(len(points), bool)
    kept[starts] = kept[ends] = True
    candidates = np.flatnonzero(~kept)
    while candidates.size:
        candidates = _keep_farthest(points, kept, candidates, tolerance_mm)
    return [points[a:b + 1][kept[a:b + 1]] for a, b in zip(starts, ends, strict=True)]


def _keep_farthest(points: FloatArray, kept: NDArray[np.bool_], candidates: NDArray[np.intp],
                   tolerance_mm: float) -> NDArray[np.intp]:
    """Keep the farthest point of every segment that needs one; return the points still in question."""
    anchors = np.flatnonzero(kept)
    after = np.searchsorted(anchors, candidates)
    distance_mm = _distance_mm(points[candidates], points[anchors[after - 1]], points[anchors[after]])
    begins = np.flatnonzero(np.diff(after, prepend=-1))  # of each segment among the candidates
    worst_mm = np.maximum.reduceat(distance_mm, begins)
    lengths = np.diff(begins, append=len(candidates))
    is_open = np.repeat(worst_mm > tolerance_mm, lengths)
    farthest = np.flatnonzero(is_open & (distance_mm == np.repeat(worst_mm, lengths)))
    kept[candidates[farthest[np.unique(after[farthest], return_index=True)[1]]]] = True
    left = candidates[is_open]
    return np.asarray(left[~kept[left]])


def _distance_mm(points: FloatArray, begin: FloatArray, end: FloatArray) -> FloatArray:
    """Distance of points (n, d) from the segments between points (n, d)."""
    along = end - begin
    length2 = (along**2).sum(axis=1)
    share = ((points - begin) * along).sum(axis=1) / np.where(length2 > 0, length2, 1.0)
    return np.asarray(np.linalg.norm(points - begin - np.clip(share, 0.0, 1.0)[:, None] * along, axis=1))
