"""Shapes as distances to their surface, negative inside, and smooth random fields: what virtual patients are made of.

Distances are first-order: exact at the surface, good within a few centimetres of it. Lengths in mm.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Field = NDArray[np.float32]
Point = tuple[Field, Field, Field]
Triple = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Layer:
    """One coat of paint.

    Attributes:
        name: the structure it belongs to; empty for what has no name.
        share: how much of each voxel it covers, 0 to 1.
        hounsfield: its CT number, one for all or one a voxel.
    """

    name: str
    share: Field
    hounsfield: float | Field


def covered(distance_mm: Field, edge_mm: float) -> Field:
    """Share of a voxel inside a shape: falls from 1 to 0 over `edge_mm` across its surface."""
    return np.asarray(np.clip(np.float32(0.5) - distance_mm / np.float32(edge_mm), 0, 1), np.float32)


def ellipsoid(point: Point, centre_mm: Triple, half_axes_mm: Triple, axes: NDArray[np.float64] | None = None) -> Field:
    """Distance to an ellipsoid; rows of `axes` are the unit vectors of its half axes (x, y, z if not given)."""
    offset = [np.asarray(p - np.float32(c)) for p, c in zip(point, centre_mm, strict=True)]
    if axes is not None:
        offset = [sum(np.float32(e) * o for e, o in zip(axis, offset, strict=True)) for axis in axes]  # type: ignore[misc]
    scaled = [o / np.float32(h) for o, h in zip(offset, half_axes_mm, strict=True)]
    level = np.sqrt(sum(s * s for s in scaled) + np.float32(1e-6))
    slope = np.sqrt(
        sum((s / np.float32(h)) ** 2 for s, h in zip(scaled, half_axes_mm, strict=True)) + np.float32(1e-12)
    )
    return np.asarray(level * (level - 1) / slope, np.float32)


def tube(u_mm: Field, v_mm: Field, half_u_mm: float | Field, half_v_mm: float | Field) -> Field:
    """Distance to an endless elliptic tube from the offsets across it."""
    level = np.sqrt((u_mm / half_u_mm) ** 2 + (v_mm / half_v_mm) ** 2 + np.float32(1e-6))
    slope = np.sqrt((u_mm / half_u_mm**2) ** 2 + (v_mm / half_v_mm**2) ** 2 + np.float32(1e-12))
    return np.asarray(level * (level - 1) / slope, np.float32)


def slab(u_mm: Field, v_mm: Field, half_u_mm: float | Field, half_v_mm: float | Field, round_mm: float) -> Field:
    """Distance to an endless rectangular bar with edges rounded by `round_mm`."""
    a, b = np.abs(u_mm) - half_u_mm + round_mm, np.abs(v_mm) - half_v_mm + round_mm
    outside = np.sqrt(np.maximum(a, 0) ** 2 + np.maximum(b, 0) ** 2)
    return np.asarray(outside + np.minimum(np.maximum(a, b), 0) - round_mm, np.float32)


def united(first: Field, second: Field, blend_mm: float) -> Field:
    """Union of two shapes with a fillet of about `blend_mm` where they meet."""
    h = np.maximum(np.float32(blend_mm) - np.abs(first - second), 0) / np.float32(blend_mm)
    return np.asarray(np.minimum(first, second) - h * h * np.float32(blend_mm / 4), np.float32)


def cut(first: Field, second: Field, blend_mm: float) -> Field:
    """What two shapes have in common, its edges rounded by about `blend_mm`."""
    return -united(-first, -second, blend_mm)


def ramp(value: Field, start: float, end: float) -> Field:
    """Smooth step from 0 at `start` to 1 at `end`; `start` may be the larger."""
    t = np.clip((value - np.float32(start)) / np.float32(end - start), 0, 1)
    return np.asarray(t * t * (3 - 2 * t), np.float32)


def random_waves(point: Point, wavelength_mm: float, seed: tuple[int, ...], *, count: int = 16) -> Field:
    """A smooth random field of mean 0 and variance 1 that depends on position and seed only, not on the grid.

    A sum of `count` plane waves in random directions with wavelengths within 30 % of `wavelength_mm`.
    """
    rng = np.random.default_rng(seed)
    vectors = rng.normal(size=(count, 3))
    vectors *= 2 * np.pi / wavelength_mm / np.linalg.norm(vectors, axis=1, keepdims=True)
    vectors *= rng.uniform(0.77, 1.43, size=(count, 1))
    phases = rng.uniform(0, 2 * np.pi, size=count)
    total = np.zeros(np.broadcast_shapes(*(np.shape(p) for p in point)), np.float32)
    for vector, phase in zip(vectors.astype(np.float32), phases.astype(np.float32), strict=True):
        total += np.cos(vector[0] * point[0] + vector[1] * point[1] + vector[2] * point[2] + phase)
    return total * np.float32(np.sqrt(2 / count))
