"""From the axes along which an array is stored to those of the patient: turns by right angles, no interpolation."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from openiort.core.grid import Grid

# Between orders that are equally near (an array at 45 degrees) rounding must not choose.
AS_NEAR = 1e-6
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class AxisOrder:
    """Which stored axis becomes the array's x, y and z, and whether it is walked backwards.

    Attributes:
        axes: (3,) the stored axis, 0 for x to 2 for z, that becomes x, y and z.
        flipped: (3,) whether it runs the other way.
    """

    axes: tuple[int, int, int]
    flipped: tuple[bool, bool, bool]

    @property
    def is_as_stored(self) -> bool:
        """Whether nothing changes."""
        return self.axes == (0, 1, 2) and not any(self.flipped)

    def grid(self, stored: Grid) -> Grid:
        """The grid of the turned array; each voxel keeps its place in the patient."""
        first = np.zeros(3)
        for axis, flipped in zip(self.axes, self.flipped, strict=True):
            first[2 - axis] = stored.shape[2 - axis] - 1 if flipped else 0
        x_mm, y_mm, z_mm = map(float, stored.to_points_mm(first))
        signs = np.where(self.flipped, -1.0, 1.0)
        spacing_mm = [stored.spacing_mm[axis] for axis in self.axes]
        shape = [stored.shape[2 - axis] for axis in self.axes]
        return Grid(
            (x_mm, y_mm, z_mm),
            (spacing_mm[0], spacing_mm[1], spacing_mm[2]),
            (shape[2], shape[1], shape[0]),
            stored.direction[:, self.axes] * signs + 0.0,  # + 0.0: no negative zeros
        )

    def along_z(self, per_slice: tuple[T, ...]) -> tuple[T, ...]:
        """What belongs to each stored slice in the order of the turned array's; none where those are other planes."""
        if self.axes[2] != 2:
            return ()
        return per_slice[::-1] if self.flipped[2] else per_slice

    def as_stored(self, turned: NDArray[np.float32]) -> NDArray[np.float32]:
        """A view on a turned array (z, y, x) that is indexed as the stored one, to read and to fill."""
        step = [slice(None, None, -1 if flipped else 1) for flipped in self.flipped]
        place = [self.axes.index(axis) for axis in range(3)]  # where stored x, y, z are found
        view = turned[step[2], step[1], step[0]]
        return view.transpose(2 - place[2], 2 - place[1], 2 - place[0])


def axis_order(direction: NDArray[np.float64]) -> AxisOrder:
    """The order that brings the axes `direction` (3, 3) of a `Grid` nearest to the patient's (x, y, z).

    Only turns, no mirror images: a right-handed grid stays right-handed. An array that lies along the patient's axes in
    any order gets the direction of identity; one that lies askew keeps its angle.
    """
    best = AxisOrder((0, 1, 2), (False, False, False))
    nearest = float(np.trace(direction))
    for x, y, z in itertools.permutations(range(3)):
        parity = float(np.linalg.det(np.eye(3)[[x, y, z]]))
        for flip_x, flip_y, flip_z in itertools.product((False, True), repeat=3):
            order = AxisOrder((x, y, z), (flip_x, flip_y, flip_z))
            signs = np.where(order.flipped, -1.0, 1.0)
            sum_of_cosines = float(np.trace(direction[:, order.axes] * signs))
            if parity * np.prod(signs) > 0 and sum_of_cosines > nearest + AS_NEAR:
                best, nearest = order, sum_of_cosines
    return best
