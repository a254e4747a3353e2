"""Shares of tissues around the applicator: by hand for voxels, by the ball's volume for the shell."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from pytest import approx

from openiort.core.material_table import read_material
from openiort.patient.structure import Structure
from openiort.patient.tissue_map import TissueMap
from openiort.plan.tissue_shares import near_applicator, tissue_shares, tissues_around
from tests.plan_factory import CENTRE_mm, make_patient


def six_voxels() -> TissueMap:
    """Air, two voxels of half fat and half gland, two of bone that is a quarter cortical, one of skin."""
    materials = tuple(read_material(name) for name in ("air", "adipose", "spongiosa", "skin"))
    shares = ({"air": 1.0}, {"adipose": 0.5, "gland": 0.5}, {"spongiosa": 0.75, "cortical bone": 0.25}, {"skin": 1.0})
    return TissueMap(materials, np.array([[[0, 1, 1, 2, 2, 3]]]), np.array([[[0.001, 0.9, 1.1, 1.2, 1.6, 1.09]]]),
                     shares)


def test_shares_and_densities_by_hand() -> None:
    inside = np.array([[[False, True, True, True, True, True]]])
    found = {share.tissue: (share.fraction, share.density_g_cm3) for share in tissue_shares(six_voxels(), inside)}
    assert found == {
        "adipose": (approx(0.2), approx(1.0)), "gland": (approx(0.2), approx(1.0)),  # half of two voxels of five each
        "bone": (approx(0.4), approx(1.4)), "skin": (approx(0.2), approx(1.09)),
    }


def test_largest_share_first_and_nothing_of_nothing() -> None:
    assert tissue_shares(six_voxels(), np.ones((1, 1, 6), bool))[0].tissue == "bone"
    assert tissue_shares(six_voxels(), np.zeros((1, 1, 6), bool)) == ()


def test_regions() -> None:
    found = tissues_around(make_patient(), CENTRE_mm, 15.0)
    assert list(found) == ["0-10 mm", "0-30 mm"]
    for shares in found.values():
        assert sum(share.fraction for share in shares) == approx(1.0)
        assert {share.tissue for share in shares} >= {"adipose", "gland"}
    nearest = {share.tissue: share.fraction for share in found["0-10 mm"]}
    assert "lung" not in nearest and "bone" not in nearest  # the plate begins 13 mm from the sphere


def test_drawn_breast_is_a_region_without_the_sphere() -> None:
    patient = make_patient()
    sphere = near_applicator(patient, CENTRE_mm, 0.0, 15.0)
    structures = {**patient.structures, "breast": Structure("breast", sphere, "contoured")}
    assert tissues_around(replace(patient, structures=structures), CENTRE_mm, 15.0)["breast"] == ()


def test_neighbourhood_has_the_volume_of_its_shell() -> None:
    for reach_mm in (10.0, 30.0):
        near = near_applicator(make_patient(), CENTRE_mm, 15.0, reach_mm)
        exact_cc = 4 / 3 * np.pi * ((15.0 + reach_mm) ** 3 - 15.0**3) / 1000
        assert near.sum() * make_patient().image.grid.voxel_volume_cc == approx(exact_cc, rel=0.02)  # 2 x 2 x 4 mm
