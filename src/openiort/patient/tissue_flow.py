"""Tissue that gives way to a growing ball without changing its volume.

In an unbounded body a point at distance r from the centre goes to r' with r'^3 = r^3 + R^3 - r_lump^3: the shell that
it lies on keeps the volume inside it. Ribs and chest wall do not move, so tissue must flow round them: the way is that
of an incompressible flow from the centre, v = grad(phi_0) + c with phi_0 = -1 / (4 pi r) of the radial law and a
correction c, free of divergence too, that takes away what would flow into the wall. c = m grad(phi_c) +
(m - 1) grad(phi_0), with the mobility m of `immobile`; phi_c solves div(c) = 0 by finite volumes and conjugate
gradients. Inside the final ball the flow is radial, so that the cavity is the ball. Without a wall c = 0 and the law
holds exactly.

Source of the radial law: geometry (equal volumes of concentric balls). Incompressible potential flow: H. Lamb,
Hydrodynamics, 6th ed. (1932), chapter III.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from openiort.core.errors import InputError
from openiort.core.interpolation import interpolated
from openiort.patient.immobile import Mobility
from openiort.patient.voxel_space import BoolArray, components

FloatArray = NDArray[np.float64]

STEPS = 6
TOLERANCE = 1e-4
MOST_ITERATIONS = 600


@dataclass(frozen=True, slots=True)
class TissueFlow:
    """Where tissue comes from when a ball of `radius_mm` has grown out of one of `lump_radius_mm` at the centre.

    Attributes:
        mobility: of what surrounds it.
        radius_mm: R.
        lump_radius_mm: r_lump.
        correction_mm: (n, n, n, 3), x, y, z: at each cell, from there to where the radial law would have brought the
            same tissue.
    """

    mobility: Mobility
    radius_mm: float
    lump_radius_mm: float
    correction_mm: FloatArray

    def origin_mm(self, points_mm: FloatArray) -> FloatArray:
        """Where tissue now at points (n, 3) outside the ball was before, relative to the centre as the points are."""
        grid = self.mobility.grid
        index = (points_mm / grid.spacing_mm[0] + (np.array(grid.shape) - 1) / 2)[:, ::-1]
        radial = points_mm + _interpolated(self.correction_mm, index)
        return radial_origin_mm(radial, self.radius_mm, self.lump_radius_mm)


def radial_origin_mm(points_mm: FloatArray, radius_mm: float, lump_radius_mm: float) -> FloatArray:
    """Where the radial law took points (n, 3) from: r^3 = r'^3 - R^3 + r_lump^3; never from inside the lump."""
    far = np.linalg.norm(points_mm, axis=-1)
    cubed = np.maximum(far**3 - radius_mm**3 + lump_radius_mm**3, lump_radius_mm**3)
    return np.asarray(points_mm * (np.cbrt(cubed) / np.maximum(far, 1e-9))[..., None])


def tissue_flow(mobility: Mobility, radius_mm: float, lump_radius_mm: float) -> TissueFlow:
    """Solve the flow round what does not move, and follow it back from the cells of the grid.

    Raises:
        InputError: no solution was found.
    """
    grid = mobility.grid
    cell_mm, shape = grid.spacing_mm[0], grid.shape
    axes = [np.asarray(cell_mm * (np.arange(n) - (n - 1) / 2), float) for n in shape]
    points = np.stack(np.meshgrid(*axes, indexing="ij"), -1)[..., ::-1].reshape(-1, 3)
    far = np.linalg.norm(points, axis=-1)
    share = _with_way_out(mobility.share, far.reshape(shape) > radius_mm - cell_mm)
    correction = _correction(share, axes, cell_mm, radius_mm)
    # nodes just inside the ball carry what holds at its surface, or interpolation would slow the tissue there
    used = ((share.ravel() > 0) | (far < radius_mm)) & (far > radius_mm - 2 * cell_mm)
    start = points[used] * np.maximum(1.0, radius_mm * (1 + 1e-9) / far[used])[:, None]
    # what does not move comes from where it is
    moved = _radial(points, radius_mm**3 - lump_radius_mm**3) - points
    moved[used] = _followed_back(start, correction, cell_mm, radius_mm, lump_radius_mm) - start
    return TissueFlow(mobility, radius_mm, lump_radius_mm, moved.reshape(*shape, 3))


def _with_way_out(share: FloatArray, outside: BoolArray) -> FloatArray:
    """Mobility 0 for pockets from which nothing can flow out of the grid; the ball's inside has no way through it."""
    labels, _ = components((share > 0) & outside)
    ends = [np.take(labels, end, axis) for axis in range(3) for end in (0, -1)]
    is_open = np.isin(labels, np.unique(np.concatenate([end.ravel() for end in ends])))
    return np.where((is_open & (labels > 0)) | ~outside, share, 0.0)


def _followed_back(start: FloatArray, correction: Sequence[FloatArray], cell_mm: float, radius_mm: float,
                   lump_radius_mm: float) -> FloatArray:
    """The places (n, 3) where the radial law alone would have brought the tissue that the flow brings to `start`."""
    gained = radius_mm**3 - lump_radius_mm**3
    strength = 4.0 / 3.0 * math.pi * gained / STEPS

    def shifted(at: FloatArray, from_mm: FloatArray, part: float) -> FloatArray:
        outside = (from_mm**2).sum(-1) > radius_mm**2
        step = part * strength * _velocity(correction, from_mm, cell_mm)
        return np.asarray(at - np.where(outside[:, None], step, 0.0))

    at = start
    for _ in range(STEPS):  # Strang: half a step of the correction, the radial law, half a step again
        at = shifted(at, shifted(at, at, 0.25), 0.5)
        at = _radial(at, -gained / STEPS)
        at = shifted(at, shifted(at, at, 0.25), 0.5)
    return _radial(at, gained)


def _radial(points: FloatArray, cubed_mm3: float) -> FloatArray:
    far = np.linalg.norm(points, axis=-1)
    return np.asarray(points * (np.cbrt(np.maximum(far**3 + cubed_mm3, 1e-9)) / np.maximum(far, 1e-9))[:, None])


def _velocity(correction: Sequence[FloatArray], points: FloatArray, cell_mm: float) -> FloatArray:
    """The correction (n, 3) at points, from its normal components at the faces of the cells, in z, y, x order."""
    cells = np.array([correction[2].shape[0], correction[2].shape[1], correction[0].shape[2]])
    index = points[:, ::-1] / cell_mm + (cells - 1) / 2
    found = np.empty_like(points)
    for axis, faces in enumerate(correction):
        place = index.copy()
        place[:, axis] += 0.5
        found[:, 2 - axis] = interpolated(faces, place)
    return found


def _interpolated(values: FloatArray, index: FloatArray) -> FloatArray:
    return np.stack([interpolated(values[..., k], index) for k in range(3)], -1)


def _correction(share: FloatArray, axes: Sequence[FloatArray], cell_mm: float, radius_mm: float) -> list[FloatArray]:
    """The correction's normal component at the faces across z, y and x, outer faces included, per unit of volume."""
    mobile, fixed = [], []
    for axis in range(3):
        open_part, outward = _faces(axes, axis, cell_mm, radius_mm)
        m = _at_faces(share, axis)
        mobile.append(open_part * m)
        fixed.append(open_part * (m - 1.0) * outward)
    if not any(part.any() for part in fixed):
        return fixed
    potential = _solved(mobile, _divergence(fixed), cell_mm)
    return [f + m * d for f, m, d in zip(fixed, mobile, _gradient(potential, cell_mm), strict=True)]


def _faces(axes: Sequence[FloatArray], axis: int, cell_mm: float, radius_mm: float) -> tuple[FloatArray, FloatArray]:
    """For the faces across an axis: the part outside the ball, and the radial flow's normal component."""
    places = [np.append(a - cell_mm / 2, a[-1] + cell_mm / 2) if k == axis else a for k, a in enumerate(axes)]
    z, y, x = np.meshgrid(*places, indexing="ij", sparse=True)
    far = np.sqrt(z**2 + y**2 + x**2)
    outside = np.clip((far - radius_mm) / cell_mm + 0.5, 0.0, 1.0)
    along = (z, y, x)[axis] / (4.0 * math.pi * np.maximum(far, cell_mm / 2) ** 3)
    return outside, np.asarray(along)


def _at_faces(share: FloatArray, axis: int) -> FloatArray:
    """Harmonic mean of the two cells at each face; the outermost faces have their cell's."""
    low, high = np.moveaxis(share, axis, 0)[:-1], np.moveaxis(share, axis, 0)[1:]
    between = np.divide(2 * low * high, low + high, out=np.zeros_like(low), where=(low + high) > 0)
    ends = np.moveaxis(share, axis, 0)
    return np.moveaxis(np.concatenate([ends[:1], between, ends[-1:]]), 0, axis)


def _divergence(faces: Sequence[FloatArray]) -> FloatArray:
    """Outflow of each cell, over the area of a face."""
    return np.asarray(sum(np.diff(f, axis=axis) for axis, f in enumerate(faces)))


def _gradient(potential: FloatArray, cell_mm: float) -> list[FloatArray]:
    """Normal derivative at the faces; beyond the grid the potential is 0, one cell away."""
    return [np.diff(np.pad(potential, [(int(k == axis),) * 2 for k in range(3)]), axis=axis) / cell_mm
            for axis in range(3)]


def _solved(mobile: Sequence[FloatArray], outflow: FloatArray, cell_mm: float) -> FloatArray:
    """Potential whose flow takes away an outflow: conjugate gradients with the diagonal as preconditioner."""
    diagonal = np.asarray(sum(np.moveaxis(np.moveaxis(m, k, 0)[:-1] + np.moveaxis(m, k, 0)[1:], 0, k)
                              for k, m in enumerate(mobile))) / cell_mm
    inverse = np.divide(1.0, diagonal, out=np.zeros_like(diagonal), where=diagonal > 0)
    potential, residual = np.zeros_like(outflow), np.where(diagonal > 0, outflow, 0.0)
    limit = TOLERANCE * float(np.sqrt((residual**2).sum()))
    direction = inverse * residual
    product = float((residual * direction).sum())
    for _ in range(MOST_ITERATIONS):
        applied = -_divergence([m * d for m, d in zip(mobile, _gradient(direction, cell_mm), strict=True)])
        length = product / float((direction * applied).sum())
        potential += length * direction
        residual -= length * applied
        if float(np.sqrt((residual**2).sum())) <= limit:
            return potential
        scaled = inverse * residual
        product, before = float((residual * scaled).sum()), product
        direction = scaled + (product / before) * direction
    raise InputError(
        f"no way was found for the tissue to flow ({MOST_ITERATIONS} steps of the calculation)",
        where="--at (at_mm)",
        allowed="a place in the breast",
        fix="move the centre, or leave the lump out: the sphere is then put in place of what was scanned",
    )
