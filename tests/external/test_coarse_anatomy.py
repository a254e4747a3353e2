"""The coarse grid: mass, masks, air outside her."""

from __future__ import annotations

import numpy as np
from pytest import approx

from openiort.external.coarse_anatomy import VOXEL_mm, coarse_anatomy
from tests.external.breast_patient import DENSITY_g_cm3, breast_patient


def test_mass_and_volumes_are_kept() -> None:
    patient = breast_patient()
    fine, body = patient.image.grid, patient.structure("body").mask
    coarse = coarse_anatomy(patient, {"lungs": patient.structure("lungs").mask})
    mass_g = float(patient.tissues.density_g_cm3[body].sum()) * fine.voxel_volume_cc
    inside = coarse.density_g_cm3 > 2 * DENSITY_g_cm3["air"]
    assert float(coarse.density_g_cm3[inside].sum()) * coarse.grid.voxel_volume_cc == approx(mass_g, rel=0.01)
    body_cc = patient.structure("body").volume_cc(fine)
    assert coarse.masks["body"].sum() * coarse.grid.voxel_volume_cc == approx(body_cc, rel=0.02)


def test_air_around_her_and_no_couch() -> None:
    coarse = coarse_anatomy(breast_patient(couch=True), {})
    assert coarse.grid.spacing_mm == (VOXEL_mm,) * 3
    for edge in (coarse.density_g_cm3[:, 0], coarse.density_g_cm3[:, -1], coarse.density_g_cm3[:, :, 0]):
        assert edge.max() == approx(DENSITY_g_cm3["air"], rel=0.1)
    assert coarse.density_g_cm3.max() == approx(DENSITY_g_cm3["bone"])
    assert not np.any(coarse.density_g_cm3[~coarse.masks["body"]] > 1.01)


def test_points_of_a_mask_lie_where_the_patient_has_it() -> None:
    coarse = coarse_anatomy(breast_patient(), {"breast": breast_patient().structure("left breast").mask})
    middle = coarse.points_mm(coarse.masks["breast"]).mean(0)
    assert middle[0] == approx(60.0, abs=2.0)
    assert middle[2] == approx(0.0, abs=2.0)
