"""Organs by side: two lungs made of boxes, apart or touching; volumes by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from pytest import approx

from openiort.core.grid import Grid
from openiort.core.material_table import read_material
from openiort.patient.image import CTImage
from openiort.patient.layered_patient import layered_patient
from openiort.patient.patient import Patient
from openiort.patient.sides import structures_by_side
from openiort.patient.structure import Structure
from openiort.patient.tissue_map import TissueMap

IN_LEFT_BREAST, IN_RIGHT_BREAST = (70.0, -120.0, 0.0), (-70.0, -120.0, 0.0)
# her right lung is 60 mm wide, her left one 50 mm; both 80 mm deep and 100 mm high; voxels of 2 x 4 x 5 mm
RIGHT_cc, LEFT_cc = 6.0 * 8.0 * 10.0, 5.0 * 8.0 * 10.0


def woman(*, touching: bool = False, lungs: str = "both", direction: np.ndarray | None = None) -> Patient:
    shape = (30, 40, 120)
    way = np.eye(3) if direction is None else direction
    corner = -(way @ (np.array([119, 39, 29]) * np.array([2.0, 4.0, 5.0]))) / 2
    grid = Grid((float(corner[0]), float(corner[1]), float(corner[2])), (2.0, 4.0, 5.0), shape, way)
    index = np.stack(np.meshgrid(*(np.arange(n, dtype=float) for n in shape), indexing="ij"), -1)
    x, y, z = np.moveaxis(grid.to_points_mm(index), -1, 0)
    deep = (np.abs(y) < 40) & (np.abs(z) < 50)
    right, left = deep & (x > -80) & (x < -20), deep & (x > 20) & (x < 70)
    bridge = deep & (np.abs(x) < 24) & (y < -32) & (np.abs(z) < 10)
    mask = (right if lungs != "left" else False) | (left if lungs != "right" else False) | (bridge & touching)
    body = np.ones(shape, bool)
    masks = {"body": body, "skin": ~body, "bone": ~body, "lungs": np.asarray(mask, bool), "air": ~body}
    tissues = TissueMap((read_material("water"),), np.zeros(shape, np.uint8), np.ones(shape, np.float32),
                        ({"water": 1.0},))  # fmt: skip
    return Patient(CTImage(np.zeros(shape, np.float32), grid),
                   {name: Structure(name, m, "automatic", cut_by_scan=name == "lungs") for name, m in masks.items()},
                   tissues, "P-BOXES")  # fmt: skip


def volumes(patient: Patient, centre_mm: tuple[float, float, float]) -> dict[str, float]:
    grid = patient.image.grid
    return {name: s.volume_cc(grid) for name, s in structures_by_side(patient, centre_mm).items()}


def test_lungs_on_either_side_of_the_applicator() -> None:
    assert volumes(woman(), IN_LEFT_BREAST) == approx({"ipsilateral lung": LEFT_cc, "contralateral lung": RIGHT_cc})
    assert volumes(woman(), IN_RIGHT_BREAST) == approx({"ipsilateral lung": RIGHT_cc, "contralateral lung": LEFT_cc})


def test_left_is_left_however_the_array_runs() -> None:
    # an array that runs from her left to her right
    turned = woman(direction=np.diag([-1.0, 1.0, 1.0]))
    assert volumes(turned, IN_LEFT_BREAST) == approx({"ipsilateral lung": LEFT_cc, "contralateral lung": RIGHT_cc})


def test_lungs_that_touch_are_cut_between_them() -> None:
    # the bridge is 40 mm wide between the lungs, 8 mm deep (2 voxels), 20 mm high (4 voxels): cut in the middle
    found = volumes(woman(touching=True), IN_LEFT_BREAST)
    half_cc = 2.0 * 0.8 * 2.0
    assert found["ipsilateral lung"] == approx(LEFT_cc + half_cc, rel=0.01)
    assert found["contralateral lung"] == approx(RIGHT_cc + half_cc, rel=0.01)


def test_one_lung_alone_has_its_side() -> None:
    assert volumes(woman(lungs="left"), IN_LEFT_BREAST) == approx({"ipsilateral lung": LEFT_cc})
    assert volumes(woman(lungs="right"), IN_LEFT_BREAST) == approx({"contralateral lung": RIGHT_cc})


def test_what_is_drawn_by_side_is_taken_as_it_is() -> None:
    patient = woman()
    grid = patient.image.grid
    mask = np.zeros(grid.shape, bool)
    mask[5:8, 3:9, 10:20] = True
    drawn = {name: Structure(name, mask, "contoured") for name in ("left lung", "right breast")}
    found = structures_by_side(replace(patient, structures={**patient.structures, **drawn}), IN_LEFT_BREAST)
    assert set(found) == {"ipsilateral lung", "contralateral breast"}
    assert found["ipsilateral lung"].origin == "contoured"
    assert found["ipsilateral lung"].name == "ipsilateral lung"
    assert (found["ipsilateral lung"].mask == mask).all()


def test_shares_of_voxels_are_kept() -> None:
    patient = woman()
    share = np.where(patient.structure("lungs").mask, 0.5, 0.0)
    half = Structure.from_shares("lungs", share, "contoured", cut_by_scan=True)
    found = structures_by_side(replace(patient, structures={**patient.structures, "lungs": half}), IN_LEFT_BREAST)
    grid = patient.image.grid
    assert found["ipsilateral lung"].volume_cc(grid) == approx(LEFT_cc / 2, rel=0.01)  # shares in 255ths
    assert found["ipsilateral lung"].cut_by_scan


def test_layers_have_no_sides() -> None:
    assert structures_by_side(layered_patient(applicator_mm=30, skin_mm=10, chest_wall_mm=20), (0.0, 0.0, 0.0)) == {}
