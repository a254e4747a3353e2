"""The breasts of the virtual patient, flattened as in a supine woman, with gland, ligaments and tumour bed.

A breast is the outer part of an ellipsoid on the chest wall whose axis points forward and outward. Gland spreads
from the nipple as an irregular cone of lobes that fades into fat; smooth random fields shape it, so it is the same
on every grid.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from openiort.patient.virtual_shapes import Field, Layer, Point, Triple, covered, ellipsoid, ramp, random_waves, united
from openiort.patient.virtual_thorax import HALF_DEPTH_mm, HALF_WIDTH_mm

TILT_degrees = 20.0
MIDLINE_GAP_mm = 8.0
ON_WALL_mm = 9.0
NIPPLE_mm = 5.0
# How far the ellipsoid's middle lies under the chest wall muscle, so that the breast flattens out at its edge.
SUNK_mm = 14.0
# Half of its length towards the head and towards the feet, in base radii.
LENGTHS = (1.12, 0.92)
SUBCUTANEOUS_mm = 8.0
RETROMAMMARY_mm = 17.0


@dataclass(frozen=True, slots=True)
class Breast:
    """One breast.

    Attributes:
        sign: 1 for the left, -1 for the right.
        base_radius_mm: half of its width on the chest wall.
        projection_mm: height of the nipple's foot above the chest wall muscle.
    """

    sign: int
    base_radius_mm: float
    projection_mm: float

    @property
    def centre_mm(self) -> Triple:
        """Middle of its base, on the chest wall."""
        x = min(self.base_radius_mm + MIDLINE_GAP_mm, 0.75 * HALF_WIDTH_mm)
        y = -HALF_DEPTH_mm * float(np.sqrt(1 - (x / HALF_WIDTH_mm) ** 2)) - ON_WALL_mm
        return self.sign * x, y, 0.0

    @property
    def axes(self) -> NDArray[np.float64]:
        """Rows: unit vectors along its width (towards her left), outward to the nipple, and to her head."""
        angle = np.radians(TILT_degrees) * self.sign
        return np.array([[np.cos(angle), np.sin(angle), 0.0], [np.sin(angle), -np.cos(angle), 0.0], [0.0, 0.0, 1.0]])

    @property
    def nipple_mm(self) -> Triple:
        """The nipple's foot on the skin."""
        x, y, z = np.array(self.centre_mm) + self.projection_mm * self.axes[1]
        return float(x), float(y), float(z)

    def along_axes(self, point: Point) -> Point:
        """Coordinates from the middle of the base: to her left, outward, to her head."""
        offset = [p - np.float32(c) for p, c in zip(point, self.centre_mm, strict=True)]
        u, v, w = (
            np.asarray(sum(np.float32(e) * o for e, o in zip(axis, offset, strict=True)), np.float32)
            for axis in self.axes
        )
        return u, v, w


def breast_distance(breast: Breast, point: Point) -> Field:
    """Distance to its skin, nipple included; it rises gently from above and falls steeper below."""
    u, v, w = breast.along_axes(point)
    long, short = LENGTHS[0] * breast.base_radius_mm, LENGTHS[1] * breast.base_radius_mm
    height = np.asarray(w * (1 + (long / short - 1) * ramp(w, 15, -15)), np.float32)
    below = np.asarray(v + SUNK_mm, np.float32)
    outline = ellipsoid((u, below, height), (0, 0, 0), (breast.base_radius_mm, breast.projection_mm + SUNK_mm, long))
    tip = (0.0, breast.projection_mm, 0.0)
    nipple = ellipsoid((u, v, w), tip, (NIPPLE_mm, NIPPLE_mm + 1, NIPPLE_mm))
    return united(outline, nipple, 5.0)


def gland_score(breast: Breast, point: Point, depth_mm: Field, above_wall_mm: Field, seed: int) -> Field:
    """How gland-like each voxel of breast tissue is, any scale; `gland_share` turns it into a share.

    Args:
        breast: which one.
        point: x, y, z of the voxels.
        depth_mm: how deep each lies below the skin.
        above_wall_mm: how far each lies from the rib cage.
        seed: of the random fields.
    """
    u, v, w = breast.along_axes(point)
    aside = np.sqrt(u * u + w * w)
    from_nipple = np.maximum(breast.projection_mm - v, 0)
    cone = 8 + 1.05 * from_nipple
    shape = 1 - aside / np.minimum(cone, 0.8 * breast.base_radius_mm)
    key = (seed, 20 + breast.sign)
    lobes = 0.34 * random_waves(point, 34.0, (*key, 1)) + 0.20 * random_waves(point, 13.0, (*key, 2))
    lobes += 0.10 * random_waves(point, 6.0, (*key, 3))
    # Under the skin and on the muscle lies a layer of fat, pierced only by the ducts behind the nipple.
    away = np.minimum(depth_mm - SUBCUTANEOUS_mm, above_wall_mm - RETROMAMMARY_mm) / 8
    behind_nipple = ramp(aside, 12, 4) * ramp(from_nipple, 30, 10)
    return np.asarray(np.minimum(shape + lobes, np.maximum(away, 2 * behind_nipple - 1)), np.float32)


def gland_share(score: Field, offset: float) -> Field:
    """Share of gland, 0 to 1: gland fades into fat over a small range of scores."""
    return np.asarray(1 / (1 + np.exp(-np.clip((score + np.float32(offset)) / np.float32(0.14), -30, 30))), np.float32)


def offset_for_mean(score: Field, mean: float) -> float:
    """The offset at which `gland_share` averages to `mean`, by bisection."""
    low, high = -8.0, 8.0
    for _ in range(40):
        offset = (low + high) / 2
        low, high = (offset, high) if gland_share(score, offset).mean() < mean else (low, offset)
    return (low + high) / 2


def ligament_share(point: Point, seed: int) -> Field:
    """Share of the thin sheets of connective tissue that cross the fat (Cooper's ligaments)."""
    field = random_waves(point, 42.0, (seed, 31)) + 0.25 * random_waves(point, 15.0, (seed, 32))
    return np.asarray(0.45 * np.clip(1 - np.abs(field) / 0.09, 0, 1), np.float32)


def tumour_bed_layers(
    point: Point, centre_mm: Triple, diameter_mm: float, hounsfield: Mapping[str, float], edge_mm: float, seed: int, *,
    is_lump: bool = False
) -> Iterator[Layer]:
    """The cavity after excision, filled with fluid, with a denser rim, or the lump before it; nearly a ball."""
    offset = [p - np.float32(c) for p, c in zip(point, centre_mm, strict=True)]
    radius = np.sqrt(sum(o * o for o in offset))
    bed = np.asarray(radius - diameter_mm / 2 * (1 + 0.06 * random_waves(point, 22.0, (seed, 41))), np.float32)
    if is_lump:
        yield Layer("lump", covered(bed, edge_mm), hounsfield["lump"])
        return
    yield Layer("tumour bed", covered(bed, edge_mm), hounsfield["tumour_bed_rim"])
    yield Layer("tumour bed", covered(bed + 2.0, edge_mm), hounsfield["tumour_bed"])
