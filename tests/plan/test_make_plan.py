"""A whole plan, in a patient made of water: everything must be what homogeneous water gives."""

from __future__ import annotations

import math

import numpy as np
import pytest
from pytest import approx

from openiort.core.errors import InputError
from openiort.core.material_table import read_material
from openiort.core.table import read_table
from openiort.device.catalogue import read_device
from openiort.device.source_spectrum import source_spectrum
from openiort.dose.scene import make_spectrum
from openiort.dose.water_dose import water_dose
from openiort.plan.make_plan import make_plan
from openiort.plan.prescription import Prescription
from openiort.plan.treatment_time import treatment_time
from tests.plan.water_patient import plan_in_water, water_patient

CENTRE_mm = (0.0, 0.0, 0.0)


def egs_brachy_Gy(depth_mm: float) -> float:
    """Dose per photon outside the 30 mm sphere in water by another program: tables/water, whole mm."""
    table = read_table("water/generic_50kv_spheres.csv")
    row = (table["diameter_mm"] == 30) & (table["depth_mm"] == depth_mm)
    return float(table["dose_Gy_per_photon"][row][0])


@pytest.mark.parametrize(("dose_Gy", "depth_mm"), ((20.0, 0.0), (6.0, 10.0)))
def test_planned_time_gives_the_prescribed_dose_by_another_program(dose_Gy: float, depth_mm: float) -> None:
    """Photons per minute x planned time x egs_brachy's dose per photon; 1 % is the accuracy aimed at in water."""
    device = read_device("generic-50kv")
    applicator = device.applicator(30.0)
    spectrum = make_spectrum(*source_spectrum(device, applicator))
    water = water_dose(spectrum, 15.0, read_material(device.applicator_material), seed=1)
    time_s = treatment_time(device, applicator, Prescription(dose_Gy, depth_mm), lambda _: water).time_s
    photons = applicator.photons_per_minute * time_s / 60.0
    assert photons * egs_brachy_Gy(depth_mm) == approx(dose_Gy, rel=0.01)


def test_time_is_the_published_one() -> None:
    # 23 min for 20 Gy at the surface of the 30 mm sphere: A. Sethi et al. 2018, PMC5879442, table 1 [FACTS 4.3];
    # the catalogue's photons per minute come from egs_brachy's dose per photon, the time here from our own
    assert plan_in_water().treatment_time_s == approx(23 * 60, rel=0.015)
    assert plan_in_water().second_check.time_s == approx(23 * 60, rel=0.001)


def test_doses_on_a_patient_of_water_are_those_in_water() -> None:
    plan = plan_in_water()
    for depth_mm, range_Gy in plan.patient_water_depth_dose_Gy.items():
        # two runs of the engine; the mean over 200 directions is good to about 0.5 % here
        assert range_Gy.mean == approx(plan.water_depth_dose_Gy[depth_mm], rel=0.015)
        assert plan.patient_medium_depth_dose_Gy[depth_mm].mean == approx(range_Gy.mean, rel=0.002)
    assert plan.tissue_effect_percent[5.0] == approx(0.0, abs=1.5)
    assert plan.tissue_effect_percent[10.0] == approx(0.0, abs=1.5)


def test_shell_figures_follow_from_the_depth_dose() -> None:
    # closed form: the dose depends on r alone, so V50 of a shell is the volume out to where egs_brachy's depth dose
    # (tables/water, another program) falls to half of the surface dose, and D95 the dose at 95 % of the volume
    table = read_table("water/generic_50kv_spheres.csv")
    rows = table["diameter_mm"] == 30
    r_mm = 15.0 + table["depth_mm"][rows]
    dose_Gy = 20.0 * table["dose_Gy_per_photon"][rows] / table["dose_Gy_per_photon"][rows][0]
    half_mm = np.interp(-np.log(10.0), -np.log(dose_Gy), r_mm)
    plan = plan_in_water()
    for width_mm in (5.0, 10.0):
        dvh = plan.dvh(f"shell 0-{width_mm:g} mm")
        whole = (15.0 + width_mm) ** 3 - 15.0**3
        assert dvh.total_volume_cc == approx(4 / 3 * math.pi * whole / 1000, rel=1e-6)
        assert dvh.volume_percent(50.0) == approx(100 * min(1.0, (half_mm**3 - 15.0**3) / whole), rel=0.02)
        at_95_mm = (15.0**3 + 0.95 * whole) ** (1 / 3)
        assert dvh.D95_Gy == approx(np.exp(np.interp(at_95_mm, r_mm, np.log(dose_Gy))), rel=0.02)
        assert dvh.covered_percent == 100.0


def test_structures_far_and_near() -> None:
    plan = plan_in_water()
    # slab from y = 40 to 50 mm, 300 mm wide: volume 300 x 300 x 10 mm3; its hottest point lies 25 mm from the surface
    bone = plan.dvh("bone")
    assert bone.total_volume_cc == approx(900.0, rel=0.01)
    # 25 mm from the surface it is egs_brachy's D(25 mm)/D(0) of 20 Gy. 1 % at 0-10 mm are about 2.5 % there,
    # the same over a few millimetres; places as hot as that lie within 5 mm of each other, so that all of them may be
    # 2 of these low or high
    expected_Gy = 20.0 * egs_brachy_Gy(25.0) / egs_brachy_Gy(0.0)
    assert bone.max_Gy == approx(expected_Gy, rel=0.05)
    body = plan.dvh("body")
    sphere_cc = 4 / 3 * math.pi * 1.5**3
    assert body.total_volume_cc == approx(300**3 / 1000 - sphere_cc, rel=1e-3)
    assert not body.cut_by_scan
    assert body.covered_percent == 100.0
    # prescribed to the surface of a sphere in water, so the maximum is 20 Gy; the hottest voxels lie 8 % above
    assert body.max_Gy == approx(20.0, rel=0.025)


def test_same_seed_same_bits_whatever_the_threads() -> None:
    again = make_plan(water_patient(), applicator_mm=30, at_mm=CENTRE_mm, dose_Gy=20, uncertainty_percent=1, threads=1)
    assert np.array_equal(again.fine_dose.medium_Gy, plan_in_water().fine_dose.medium_Gy)
    assert again.treatment_time_s == plan_in_water().treatment_time_s


@pytest.mark.parametrize(
    ("change", "said"),
    (
        ({"device": "x-ray-9000"}, "generic-50kv"),
        ({"applicator_mm": 55}, "15, 20, 25, 30, 35, 40, 45, 50"),
        ({"dose_scale": "TARGIT"}, "Monte Carlo"),
        ({"uncertainty_percent": float("nan")}, "0.05 to 20 %"),
        ({"seed": -1}, "2\\^63"),
        ({"threads": 0}, "1 to"),
    ),
)
def test_what_cannot_be_planned_says_what_can(change: dict[str, object], said: str) -> None:
    asked: dict[str, object] = {"applicator_mm": 30, "at_mm": CENTRE_mm, "dose_Gy": 20} | change
    with pytest.raises(InputError, match=said):
        make_plan(water_patient(), **asked)  # type: ignore[arg-type]


def test_water_that_gives_way_to_the_sphere_is_still_water() -> None:
    """The lump out, 30 mm sphere in, 25 mm below the surface: the dose round it is that in homogeneous water."""
    plan = make_plan(water_patient(), applicator_mm=30, at_mm=(0.0, -110.0, 0.0), dose_Gy=20, uncertainty_percent=5,
                     lump_volume_cc=5.0)
    assert plan.insertion.method == "displace"
    assert plan.insertion.volume_change_percent == approx(0.0, abs=1.0)
    # the engine's own statistical uncertainty, and what back-scatter from beyond the surface would have added
    assert plan.patient_water_depth_dose_Gy[5.0].mean == approx(plan.water_depth_dose_Gy[5.0], rel=0.015)
    # the law without a wall takes the skin from 40 mm from the centre to (40^3 + R^3 - r_lump^3)^(1/3); what is behind
    # moves little, so that up to all of the volume leaves in front instead of half of it
    added_mm3 = 3000.0 / (4.0 * math.pi) * (4.0 / 3.0 * math.pi * 3.375 - 5.0)
    alone_mm = (40.0**3 + added_mm3) ** (1 / 3) - 40.0
    assert plan.distances_before_mm["skin"] == approx(25.0, abs=0.05)
    assert alone_mm < plan.distances_mm["skin"] - 25.0 < 2.2 * alone_mm
    assert plan.patient_before is water_patient()
    assert plan.options["lump_volume_cc"] == 5.0
    assert any("moved anatomy" in note for note in plan.notes)
