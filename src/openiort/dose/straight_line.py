"""A straight line through the scene: where it enters and leaves boxes and sphere, and the walk voxel by voxel."""

from __future__ import annotations

import math

from openiort.core.compiled import njit

FAR_mm = 1e30


@njit
def through_box(box, x, y, z, dx, dy, dz):
    """Distances (begin, end) along the line, from 0 on, at which it is in the box; end < begin if it misses."""
    begin, end = 0.0, FAR_mm
    position, direction = (x, y, z), (dx, dy, dz)
    for axis in range(3):
        low = box.low_mm[axis] - position[axis]
        high = low + box.step_mm * box.shape[2 - axis]
        if abs(direction[axis]) < 1e-12:
            if low > 0.0 or high < 0.0:
                return 1.0, 0.0
        else:
            a, b = low / direction[axis], high / direction[axis]
            begin, end = max(begin, min(a, b)), min(end, max(a, b))
    return begin, end


@njit
def through_sphere(radius_mm, x, y, z, dx, dy, dz):
    """Distances (begin, end) along the line, from 0 on, at which it is in the sphere; end < begin if it misses."""
    along = x * dx + y * dy + z * dz
    inside = radius_mm * radius_mm - (x * x + y * y + z * z) + along * along
    if inside <= 0.0 or radius_mm <= 0.0:
        return 1.0, 0.0
    half = math.sqrt(inside)
    return max(0.0, -along - half), -along + half


@njit
def leg(number, coarse, fine, sphere, far):
    """One of the five legs of a line: (kind, begin, end); kind 0 coarse, 1 fine, 2 sphere.

    The sphere lies in the fine box and that in the coarse one, so the order is always coarse, fine, sphere, fine,
    coarse; legs without length are skipped by the caller. Arguments are (begin, end) pairs; `far` cuts the line.
    """
    hits_fine, hits_sphere = fine[1] > fine[0], sphere[1] > sphere[0]
    if number == 0:
        return 0, coarse[0], min(far, fine[0] if hits_fine else coarse[1])
    if number == 1:
        return 1, fine[0], min(far, sphere[0] if hits_sphere else fine[1])
    if number == 2:
        return 2, sphere[0], min(far, sphere[1])
    if number == 3:
        return 1, sphere[1] if hits_sphere else FAR_mm, min(far, fine[1])
    return 0, fine[1] if hits_fine else FAR_mm, min(far, coarse[1])


@njit
def first_voxel(low, step, count, position, direction, begin):
    """Along one axis: voxel at distance `begin`, distance to its far face, distance per voxel, sense of walk."""
    index = int(math.floor((position + direction * begin - low) / step + (1e-9 if direction > 0 else -1e-9)))
    index = min(max(index, 0), count - 1)
    if abs(direction) < 1e-12:
        return index, FAR_mm, FAR_mm, 0
    face = low + step * (index + (1 if direction > 0 else 0))
    return index, (face - position) / direction, step / abs(direction), 1 if direction > 0 else -1
