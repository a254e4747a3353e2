"""The virtual patient as layers of paint, from the couch to the tumour bed; a later layer covers the earlier ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

import numpy as np
from numpy.typing import NDArray

from openiort.core.table import read_toml
from openiort.patient.virtual_breast import (
    Breast,
    breast_distance,
    gland_score,
    gland_share,
    ligament_share,
    offset_for_mean,
    tumour_bed_layers,
)
from openiort.patient.virtual_parameters import SKIN_mm, VirtualPatient
from openiort.patient.virtual_shapes import Field, Layer, Point, covered, slab, united
from openiort.patient.virtual_thorax import (
    Cage,
    HALF_DEPTH_mm,
    cage_at,
    chest_content_layers,
    muscle_layers,
    rib_layers,
    spine_layers,
    sternum_layers,
    trunk_distance,
)

TABLE = "virtual_patient.toml"
CLEAVAGE_mm = 26.0
ON_MUSCLE_mm = 13.0
BACK_mm = HALF_DEPTH_mm + 34.0
COUCH_mm = (3.0, 17.0)


def hounsfield_table() -> Mapping[str, float]:
    """CT number of each of the virtual patient's tissues."""
    table: Mapping[str, float] = read_toml(TABLE)["hounsfield"]
    return table


def scene_layers(patient: VirtualPatient, point: Point, edge_mm: float) -> Iterator[Layer]:
    """All layers of her body at the given points, first to last; edges fade over `edge_mm`."""
    hounsfield = hounsfield_table()
    cage = cage_at(point)
    skin = skin_distance(patient, cage)
    yield Layer("skin", covered(skin, edge_mm), hounsfield["skin"])
    yield Layer("adipose", covered(skin + SKIN_mm, edge_mm), hounsfield["adipose"])
    for breast in patient.breasts:
        yield from _breast_layers(patient, breast, cage, skin, hounsfield)
    yield from muscle_layers(cage, hounsfield, edge_mm)
    yield from chest_content_layers(cage, hounsfield, edge_mm, patient.seed)
    yield from rib_layers(cage, hounsfield, edge_mm)
    yield from sternum_layers(cage, hounsfield, edge_mm)
    yield from spine_layers(cage, hounsfield, edge_mm)
    centre, diameter = patient.tumour_centre_mm, patient.tumour_diameter_mm
    yield from tumour_bed_layers(point, centre, diameter, hounsfield, edge_mm, patient.seed,
                                 is_lump=patient.tumour_state == "lump")


def skin_distance(patient: VirtualPatient, cage: Cage) -> Field:
    """Distance to the outer surface of the skin."""
    right, left = (breast_distance(breast, cage.point) for breast in patient.breasts)
    return united(united(trunk_distance(cage), right, CLEAVAGE_mm), left, CLEAVAGE_mm)


def _breast_layers(
    patient: VirtualPatient, breast: Breast, cage: Cage, skin: Field, hounsfield: Mapping[str, float]
) -> Iterator[Layer]:
    within = breast_tissue(breast, cage, skin)
    part = _taken(cage.point, within)
    sheets, gland = np.zeros(skin.shape, np.float32), np.zeros(skin.shape, np.float32)
    sheets[within] = ligament_share(part, patient.seed)
    score = gland_score(breast, part, -skin[within], cage.outside_mm[within], patient.seed)
    gland[within] = gland_share(score, _gland_offset(patient, breast.sign))
    yield Layer("", sheets, hounsfield["ligament"])
    yield Layer("gland", gland, hounsfield["gland"])


def breast_tissue(breast: Breast, cage: Cage, skin: Field) -> NDArray[np.bool_]:
    """Which points lie in a breast: under its skin and in front of the muscle, on its side."""
    inside = (skin < -SKIN_mm) & (cage.outside_mm > ON_MUSCLE_mm) & (breast.sign * cage.point[0] > 0)
    return np.asarray(inside & (breast_distance(breast, cage.point) < 0))


@cache
def _gland_offset(patient: VirtualPatient, sign: int) -> float:
    """The offset that gives the share of gland asked for, on a grid of its own, so that every image has the same."""
    breast = patient.breasts[int(sign > 0)]
    reach = np.arange(-100, 101, 4.0, dtype=np.float32)
    x, y, z = breast.centre_mm
    point = (x + reach[None, None, :], y + reach[None, :, None], z + reach[:, None, None])
    u, v, w = (np.broadcast_to(p, (len(reach),) * 3).astype(np.float32) for p in point)
    full = u, v, w
    cage = cage_at(full)
    skin = skin_distance(patient, cage)
    within = breast_tissue(breast, cage, skin)
    score = gland_score(breast, _taken(full, within), -skin[within], cage.outside_mm[within], patient.seed)
    return offset_for_mean(score, patient.gland_percent / 100)


def _taken(point: Point, within: NDArray[np.bool_]) -> Point:
    x, y, z = (np.broadcast_to(p, within.shape)[within] for p in point)
    return x, y, z


def couch_layers(point: Point, edge_mm: float) -> Iterator[Layer]:
    """The couch she lies on: a hollow board, curved as couches are."""
    hounsfield = hounsfield_table()
    x, y, z = point
    middle = np.asarray(y - (BACK_mm + sum(COUCH_mm) / 2) + 0.0004 * x * x + 0 * z, np.float32)
    board = slab(np.asarray(x + 0 * y + 0 * z, np.float32), middle, 210.0, (COUCH_mm[1] - COUCH_mm[0]) / 2, 6.0)
    yield Layer("", covered(board, edge_mm), hounsfield["couch_shell"])
    yield Layer("", covered(board + 2.5, edge_mm), hounsfield["couch_core"])
