"""The target volume: 10 mm around the sphere, in front of a chest wall whose gaps between ribs are closed."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from pytest import approx

from openiort.core.grid import Grid
from openiort.core.material_table import read_material
from openiort.patient.image import CTImage
from openiort.patient.patient import Patient
from openiort.patient.structure import Structure
from openiort.patient.tissue_map import TissueMap
from openiort.plan.target_volume import beyond_chest_wall, target_name, target_structure

CENTRE_mm, RADIUS_mm = (0.0, 0.0, 0.0), 15.0
SHELL_cc = 4 / 3 * math.pi * (2.5**3 - 1.5**3)
SPHERE_cc = 4 / 3 * math.pi * 1.5**3


def woman(wall_mm: float, *, ribs: bool = True, lung_from_mm: float = 0.0, surface_mm: float = -60.0) -> Patient:
    """Ribs 10 mm high every 30 mm from `wall_mm` on, 8 mm thick; lung from `lung_from_mm` behind their front on."""
    shape = (120, 120, 120)
    grid = Grid((-59.5, -59.5, -59.5), (1.0, 1.0, 1.0), shape)
    z, y, _ = np.meshgrid(*(np.arange(-59.5, 60.0),) * 3, indexing="ij")
    bone = (y > wall_mm) & (y < wall_mm + 8) & (np.abs((z + 15.0) % 30.0 - 15.0) > 10.0) & ribs
    lungs = (y > wall_mm + lung_from_mm) & ~bone
    body = y > surface_mm
    masks = {"body": body, "skin": ~body, "bone": bone, "lungs": lungs, "air": ~body}
    tissues = TissueMap((read_material("water"),), np.zeros(shape, np.uint8), np.ones(shape, np.float32),
                        ({"water": 1.0},))  # fmt: skip
    return Patient(CTImage(np.zeros(shape, np.float32), grid),
                   {name: Structure(name, mask) for name, mask in masks.items()}, tissues, "P-RIBS")  # fmt: skip


def volume_cc(patient: Patient) -> float:
    return target_structure(patient, CENTRE_mm, RADIUS_mm).volume_cc(patient.image.grid)


def cap_cc(plane_mm: float) -> float:
    """What a plane cuts off a ball of 25 mm: pi h^2 (3 r - h) / 3."""
    h = 25.0 - plane_mm
    return math.pi * h * h * (75.0 - h) / 3 / 1000


def test_far_from_the_chest_wall_it_is_the_ball() -> None:
    assert volume_cc(woman(40.0)) == approx(SPHERE_cc + SHELL_cc, rel=0.002)


def test_body_surface_and_chest_wall_cut_it() -> None:
    # lung with a flat front at 18 mm, surface of the body at -20 mm; ball of 25 mm
    found = volume_cc(woman(18.0, ribs=False, surface_mm=-20.0))
    assert found == approx(SPHERE_cc + SHELL_cc - cap_cc(18.0) - cap_cc(20.0), rel=0.01)


def test_gaps_between_ribs_are_closed() -> None:
    # ribs with 20 mm between them and lung 8 mm further back: a ball of 12 mm radius sinks into the gap by
    # 12 - sqrt(12^2 - 10^2) = 5.4 mm at its middle; without closing 8 mm of the gap's depth would belong to the target
    patient = woman(16.0, lung_from_mm=8.0)
    points = np.array([[0.0, y, 0.0] for y in (15.5, 20.0, 23.0, 24.5)])
    behind = beyond_chest_wall(patient, CENTRE_mm, RADIUS_mm, points)
    assert list(behind) == [False, False, True, True]
    inside_lung_or_bone = [False, False, False, True]  # lung begins at 24 mm
    assert list(behind) != inside_lung_or_bone


def test_what_lies_in_the_shadow_of_the_wall_is_behind_it() -> None:
    # a plate of bone at 17-19 mm and tissue behind it: a straight line from the sphere passes the plate first
    patient = woman(60.0)
    _, y, _ = np.meshgrid(*(np.arange(-59.5, 60.0),) * 3, indexing="ij")
    plate = {"bone": Structure("bone", (y > 17) & (y < 19))}
    shadowed = replace(patient, structures={**patient.structures, **plate})
    points = np.array([[0.0, 23.0, 0.0], [0.0, -23.0, 0.0], [20.0, 10.0, 0.0], [6.0, 22.5, 3.0]])
    assert list(beyond_chest_wall(shadowed, CENTRE_mm, RADIUS_mm, points)) == [True, False, False, True]


def test_a_drawn_ptv_keeps_its_name() -> None:
    patient = woman(40.0)
    assert target_name(patient) == "PTV"
    drawn = Structure("PTV", patient.structure("body").mask, "contoured")
    assert target_name(replace(patient, structures={**patient.structures, "PTV": drawn})) == "PTV (sphere + 10 mm)"
