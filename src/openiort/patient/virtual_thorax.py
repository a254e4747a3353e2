"""The chest of the virtual patient, supine, arms raised: rib cage, muscles, sternum, spine, lungs, heart.

Everything hangs on the rib cage's outer surface, an ellipse in every axial plane that tapers towards the head. The
origin lies at its middle at nipple height; x runs to her left, y to her back, z to her head, mm. Shapes and sizes
are chosen to look like an adult woman's; none is a measurement.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from openiort.patient.virtual_shapes import (
    Field,
    Layer,
    Point,
    covered,
    cut,
    ellipsoid,
    ramp,
    random_waves,
    slab,
    tube,
    united,
)

HALF_WIDTH_mm = 136.0
HALF_DEPTH_mm = 92.0
WALL_mm = 11.0
RIB_SPACING_mm = 27.0
RIB_DROP_mm = 95.0
VERTEBRA_mm = 24.0


@dataclass(frozen=True, slots=True)
class Cage:
    """Where each voxel lies relative to the rib cage.

    Attributes:
        point: x, y, z of the voxels, mm.
        outside_mm: distance from the cage's outer surface, negative inside.
        front: 1 in front, 0 at the sides, -1 at the back.
        half_depth_mm: the ellipse's half axis in y at that height.
    """

    point: Point
    outside_mm: Field
    front: Field
    half_depth_mm: Field


def cage_at(point: Point) -> Cage:
    """The rib cage seen from each voxel."""
    x, y, z = point
    taper = np.sqrt(1 - (np.clip(z + 40, -250, 250) / np.float32(290)) ** 2)
    half_width, half_depth = HALF_WIDTH_mm * taper, HALF_DEPTH_mm * (np.float32(0.25) + np.float32(0.75) * taper)
    level = np.sqrt((x / half_width) ** 2 + (y / half_depth) ** 2 + np.float32(1e-6))
    slope = np.sqrt((x / half_width**2) ** 2 + (y / half_depth**2) ** 2 + np.float32(1e-12))
    outside = np.asarray(level * (level - 1) / slope, np.float32)
    front = np.asarray(-(y / half_depth) / level, np.float32)
    return Cage(point, outside, front, np.asarray(half_depth, np.float32))


def trunk_distance(cage: Cage) -> Field:
    """Distance to the skin of the trunk without breasts: thin in front, thick at the back, grooves in the midline."""
    x = cage.point[0]
    thickness = np.float32(22) - 8 * cage.front + 3 * cage.front**2 - 5 * np.exp(-((x / np.float32(20)) ** 2))
    return np.asarray(cage.outside_mm - thickness, np.float32)


def muscle_layers(cage: Cage, hounsfield: Mapping[str, float], edge_mm: float) -> Iterator[Layer]:
    """Muscles outside the ribs, then the wall between the ribs."""
    x, _, z = cage.point
    d = cage.outside_mm
    pectoral = 11 * ramp(np.abs(x), 12, 34) * ramp(np.abs(x), 128, 92) * ramp(z, -75, -35) * ramp(cage.front, 0.1, 0.4)
    back = (12 + 12 * ramp(np.abs(x), 75, 40) - 8 * ramp(np.abs(x), 12, 2)) * ramp(cage.front, -0.15, -0.6)
    side = 8 * ramp(np.abs(cage.front), 0.65, 0.3)
    yield Layer("", covered(d - np.maximum(back, side), edge_mm), hounsfield["muscle"])
    scapula = cut(np.abs(d - 8) - 3, slab(np.abs(x) - 88, z - 62, 38, 75, 10), 3)
    scapula = cut(scapula, np.asarray(60 * (cage.front + 0.2), np.float32), 3)
    yield from bone_layers("scapulae", scapula, hounsfield["rib_marrow"], 1.5, hounsfield, edge_mm)
    yield Layer("pectoral muscle", covered(np.maximum(d - pectoral - 1.5, 1.5 - d), edge_mm), hounsfield["muscle"])
    yield Layer("", covered(d, edge_mm), hounsfield["chest_wall"])


def bone_layers(
    name: str, distance_mm: Field, marrow_HU: float, cortex_mm: float, hounsfield: Mapping[str, float], edge_mm: float
) -> Iterator[Layer]:
    """A bone: cortex, then marrow inside it."""
    yield Layer(name, covered(distance_mm, edge_mm), hounsfield["cortical_bone"])
    yield Layer(name, covered(distance_mm + cortex_mm, edge_mm), marrow_HU)


def rib_layers(cage: Cage, hounsfield: Mapping[str, float], edge_mm: float) -> Iterator[Layer]:
    """Ribs as curved tubes in the wall that sink from back to front and end in cartilage."""
    height = (cage.point[2] + RIB_DROP_mm * (1 + cage.front) / 2 + 8) / RIB_SPACING_mm
    across = (height - np.rint(height)) * RIB_SPACING_mm * np.float32(0.95)
    rib = tube(cage.outside_mm + 5.5, np.asarray(across, np.float32), 4.6, 7.0)
    cartilage = np.maximum(rib, np.asarray(120 * (0.80 - cage.front), np.float32))
    yield Layer("", covered(cartilage, edge_mm), hounsfield["cartilage"])
    bony = np.maximum(rib, np.asarray(120 * (cage.front - 0.80), np.float32))
    yield from bone_layers("ribs", bony, hounsfield["rib_marrow"], 1.6, hounsfield, edge_mm)


def sternum_layers(cage: Cage, hounsfield: Mapping[str, float], edge_mm: float) -> Iterator[Layer]:
    """The breastbone: wider at the top (manubrium), ending below the breasts."""
    x, y, z = cage.point
    half_width = 15 + 12 * ramp(z, 55, 85) - 4 * ramp(z, -20, -70)
    bar = slab(x, cage.outside_mm + 4, half_width, 5.5, 4.0)
    bar = np.maximum(np.maximum(bar, -72 - z), y)
    yield from bone_layers("sternum", bar, hounsfield["sternum_marrow"], 1.6, hounsfield, edge_mm)


def spine_distance(cage: Cage) -> Field:
    """Distance to the vertebral bodies and arches, without the canal."""
    x, y, z = cage.point
    behind = y - cage.half_depth_mm
    body = tube(x, np.asarray(behind + 24, np.float32), 17.5, 15.0)
    arch = tube(x, np.asarray(behind - 1, np.float32), 14.0, 13.0)
    level = (z / VERTEBRA_mm - np.rint(z / VERTEBRA_mm)) * VERTEBRA_mm
    process = slab(x, np.asarray(behind - 11, np.float32), 3.0, 9.5, 2.0)
    process = np.maximum(process, np.asarray(np.abs(level) - 8, np.float32))
    wing = slab(
        np.asarray(np.abs(x) - 20, np.float32), np.asarray(behind - 5 - 0.25 * np.abs(x), np.float32), 17.0, 4.0, 3.0
    )
    wing = np.maximum(wing, np.asarray(np.abs(level) - 6, np.float32))
    return united(united(body, arch, 5.0), united(process, wing, 4.0), 4.0)


def spine_layers(cage: Cage, hounsfield: Mapping[str, float], edge_mm: float) -> Iterator[Layer]:
    """Vertebrae, the discs between their bodies, and the canal."""
    x, y, z = cage.point
    behind = np.asarray(y - cage.half_depth_mm, np.float32)
    yield from bone_layers("spine", spine_distance(cage), hounsfield["vertebra_marrow"], 1.8, hounsfield, edge_mm)
    level = np.abs((z / VERTEBRA_mm - np.rint(z / VERTEBRA_mm)) * VERTEBRA_mm)
    disc = np.maximum(tube(x, behind + 24, 17.5, 15.0), np.asarray(VERTEBRA_mm / 2 - 2.2 - level, np.float32))
    yield Layer("", covered(disc, edge_mm), hounsfield["disc"])
    yield Layer("", covered(tube(x, behind - 1, 9.0, 8.0), edge_mm), hounsfield["spinal_canal"])


def heart_distance(cage: Cage) -> Field:
    """Distance to the heart: an ellipsoid whose tip points forward, left and down."""
    tip = np.array([0.62, -0.50, -0.60])
    tip /= np.linalg.norm(tip)
    across = np.cross(tip, [0.0, 0.0, 1.0])
    across /= np.linalg.norm(across)
    axes = np.stack([tip, across, np.cross(tip, across)])
    return ellipsoid(cage.point, (20.0, -24.0, -22.0), (62.0, 44.0, 47.0), axes)


def diaphragm_distance(cage: Cage) -> Field:
    """Distance to what lies below the diaphragm: a higher dome on the right, a lower one on the left."""
    x, y, z = cage.point
    right = -56 - 42 * ((x + 62) / 80) ** 2 - 34 * (y / 75) ** 2
    left = -70 - 42 * ((x - 62) / 80) ** 2 - 34 * (y / 75) ** 2
    return np.asarray(0.75 * (z - np.maximum(right, left)), np.float32)


def chest_content_layers(cage: Cage, hounsfield: Mapping[str, float], edge_mm: float, seed: int) -> Iterator[Layer]:
    """Mediastinum, lungs with their vessels, heart, great vessels, windpipe, and the organs below the diaphragm."""
    x, y, z = cage.point
    inside = np.asarray(cage.outside_mm + WALL_mm, np.float32)
    below = diaphragm_distance(cage)
    yield Layer("", covered(inside, edge_mm), hounsfield["mediastinum"])
    liver = hounsfield["liver"] + (hounsfield["spleen"] - hounsfield["liver"]) * ramp(x, 20, 40)
    yield Layer("", covered(cut(inside + 1, below, 4.0), edge_mm), np.asarray(liver, np.float32))
    heart = cut(cut(heart_distance(cage), inside + 3, 6.0), 3 - below, 6.0)
    yield from _lung_layers(cage, heart, below, hounsfield, edge_mm, seed)
    yield Layer("heart", covered(heart, edge_mm), hounsfield["heart"])
    up, down = np.asarray(30 - z, np.float32), np.asarray(z + 5, np.float32)
    behind = np.asarray(y - cage.half_depth_mm, np.float32)
    vessels = tube(np.asarray(x - 24, np.float32), behind + 44, 11.5, 11.5)
    vessels = np.minimum(vessels, np.maximum(tube(x - 2, y + 34, 14.5, 14.0), -down))
    vessels = np.minimum(vessels, np.maximum(tube(x + 24, y + 26, 9.0, 8.0), -down))
    vessels = np.minimum(vessels, np.maximum(tube(x - 27, y + 24, 13.0, 12.0), np.maximum(-down, z - 48)))
    yield Layer("", covered(vessels, edge_mm), hounsfield["great_vessel"])
    yield Layer("", covered(tube(x - 4, behind + 50, 8.0, 5.5), edge_mm), hounsfield["oesophagus"])
    yield Layer("", covered(np.maximum(tube(x, behind + 68, 10.0, 9.0), up), edge_mm), hounsfield["oesophagus"])
    yield Layer("windpipe", covered(np.maximum(tube(x, behind + 68, 8.0, 7.5), up), edge_mm), hounsfield["air"])


def _lung_layers(
    cage: Cage, heart: Field, below: Field, hounsfield: Mapping[str, float], edge_mm: float, seed: int
) -> Iterator[Layer]:
    x, y, _ = cage.point
    middle = 15 + 12 * ramp(y, -55, -10) + 6 * ramp(y, 10, 45)
    lung = cut(cage.outside_mm + (WALL_mm + 1), np.asarray(middle - np.abs(x), np.float32), 10.0)
    lung = cut(cut(lung, 4 - heart, 6.0), 4 - spine_distance(cage), 6.0)
    lung = cut(lung, 2 - below, 4.0)
    yield Layer("lungs", covered(lung, edge_mm), hounsfield["lung"])
    within = lung < -4
    part = (x[within], y[within], cage.point[2][within])
    first, second = random_waves(part, 34.0, (seed, 11)), random_waves(part, 34.0, (seed, 12))
    # Two smooth fields vanish together along curves: a tree-like web of vessels, thicker towards the hilum.
    width = 0.14 + 0.26 * ramp(np.abs(part[0]), 90, 35)
    vessels = np.zeros(lung.shape, np.float32)
    vessels[within] = np.clip((width - np.hypot(first, second)) / np.float32(0.12), 0, 1)
    yield Layer("lungs", vessels, hounsfield["lung_vessel"])
