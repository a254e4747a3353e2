"""Directions of flight: isotropic emission, and turning by a scattering angle."""

from __future__ import annotations

import math

from openiort.core.compiled import njit
from openiort.core.random_stream import uniform


@njit
def isotropic(state):
    """A unit vector, every direction equally likely: (x, y, z, state)."""
    u, state = uniform(state)
    v, state = uniform(state)
    z = 2.0 * u - 1.0
    across = math.sqrt(max(0.0, 1.0 - z * z))
    azimuth = 2.0 * math.pi * v
    return across * math.cos(azimuth), across * math.sin(azimuth), z, state


@njit
def turn(x, y, z, cos_theta, azimuth):
    """The unit vector (x, y, z) turned by theta, around itself by `azimuth` (radian).

    Source: the branchless orthonormal basis of T. Duff et al., J. Comput. Graph. Tech. 6, 1 (2017).
    """
    across = math.sqrt(max(0.0, 1.0 - cos_theta * cos_theta))
    a = across * math.cos(azimuth)
    b = across * math.sin(azimuth)
    sign = math.copysign(1.0, z)
    p = -1.0 / (sign + z)
    q = x * y * p
    new_x = a * (1.0 + sign * x * x * p) + b * q + cos_theta * x
    new_y = a * sign * q + b * (sign + y * y * p) + cos_theta * y
    new_z = -a * sign * x - b * y + cos_theta * z
    length = math.sqrt(new_x * new_x + new_y * new_y + new_z * new_z)
    return new_x / length, new_y / length, new_z / length
