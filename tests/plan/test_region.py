"""Which structure and which material lies at a point, by definition of the voxels."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from pytest import approx

from openiort.patient.structure import Structure
from openiort.plan.region import in_scan, inside, material, share
from tests.plan.water_patient import water_patient

POINTS = np.array([[0.0, 45.0, 0.0], [0.0, 39.0, 0.0], [0.0, -149.5, 0.0], [0.0, 151.9, 0.0], [0.0, 0.0, 400.0]])


def test_structures_at_points() -> None:
    # bone from y = 40 to 50 mm, skin from -150 to -148 mm, body to 150 mm, nothing at z = 400 mm
    assert inside(water_patient(), "bone", POINTS).tolist() == [True, False, False, False, False]
    assert inside(water_patient(), "skin", POINTS).tolist() == [False, False, True, False, False]
    assert inside(water_patient(), "body", POINTS).tolist() == [True, True, True, False, False]


def test_material_is_air_outside_the_scan() -> None:
    assert material(water_patient(), POINTS).tolist() == [1, 1, 1, 0, 0]


def test_scan_reaches_half_a_voxel_beyond_its_centres() -> None:
    # centres from -151 to 151 mm in x and y, 2 mm wide; -152 to 152 mm in z, 4 mm
    edge = np.array([[151.9, 0, 0], [152.1, 0, 0], [0, 0, 153.9], [0, 0, 154.1]])
    assert in_scan(water_patient(), edge).tolist() == [True, False, True, False]


def test_parts_of_voxels() -> None:
    patient = water_patient()
    parts = np.zeros(patient.image.grid.shape)
    parts[38, 76, 76], parts[38, 76, 77] = 0.25, 0.75
    drawn = Structure.from_shares("drawn", parts, "contoured")
    with_it = replace(patient, structures={**patient.structures, "drawn": drawn})
    centres = patient.image.grid.to_points_mm(np.array([[38.0, 76.0, 76.0], [38.0, 76.0, 77.0], [38.0, 76.0, 78.0]]))
    assert share(with_it, "drawn", centres) == approx([0.25, 0.75, 0.0], abs=1 / 255)
    assert inside(with_it, "drawn", centres).tolist() == [False, True, False]


def test_no_points() -> None:
    assert len(share(water_patient(), "body", np.empty((0, 3)))) == 0
