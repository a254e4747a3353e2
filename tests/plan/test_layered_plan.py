"""Plans on layers: layers of water are water; layers of tissue differ from it by what their cross sections say."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from pytest import approx

from openiort.core.errors import InputError
from openiort.core.material_table import read_material
from openiort.core.table import read_table
from openiort.patient.layered_patient import layered_patient
from openiort.patient.patient import Patient
from openiort.physics.element_tables import ENERGIES_keV
from openiort.physics.photon_tables import photon_tables
from openiort.plan.goals import NOT_EVALUABLE
from openiort.plan.make_plan import make_plan
from openiort.plan.placement import distances_mm
from openiort.plan.plan import Plan

RADIUS_mm, SKIN_mm, CHEST_WALL_mm, MUSCLE_mm, RIB_mm, SKIN_THICKNESS_mm = 20.0, 12.3, 15.6, 4.5, 8.2, 2.0
DEEPER_mm = 8.0
# in front of the skin 8 mm of water scatter back less than homogeneous water does
TOLERANCES = {"skin": 0.035, "bone": 0.02, "lungs": 0.025, "chest wall": 0.02}
ASKED = {"applicator_mm": 40, "dose_Gy": 20}
GOALS = ["lungs mean < 2 Gy", "skin distance >= 10 mm", "bone D2cc < 27 Gy", "ipsilateral lung mean < 2 Gy"]
RIB_FRONT_mm = RADIUS_mm + CHEST_WALL_mm + MUSCLE_mm


def odd_layers(*, rib_mm: float = RIB_mm, deeper_mm: float = 0.0) -> Patient:
    """Faces at tenths of a millimetre, none of them where a voxel of the dose ends.

    `deeper_mm` of skin lie in front of the usual ones, so that there is something behind the skin to scatter back.
    """
    return layered_patient(applicator_mm=2 * RADIUS_mm, skin_mm=SKIN_mm + deeper_mm, chest_wall_mm=CHEST_WALL_mm,
                           skin_thickness_mm=SKIN_THICKNESS_mm + deeper_mm, muscle_mm=MUSCLE_mm,
                           rib_mm=rib_mm)  # fmt: skip


@cache
def of_water() -> Plan:
    """Every layer is water; the names stay."""
    patient = odd_layers(deeper_mm=DEEPER_mm)
    water = (read_material("water"),) * len(patient.tissues.materials)
    density = np.ones_like(patient.tissues.density_g_cm3)
    tissues = replace(patient.tissues, materials=water, density_g_cm3=density)
    return make_plan(replace(patient, tissues=tissues), uncertainty_percent=0.7, **ASKED)  # type: ignore[arg-type]


@cache
def of_tissue() -> Plan:
    return make_plan(odd_layers(), uncertainty_percent=4, goals=GOALS, **ASKED)  # type: ignore[arg-type]


def egs_brachy_dose_Gy() -> Callable[[float], float]:
    """Dose at a distance from the centre for 20 Gy at the surface in water: egs_brachy, tables/water/."""
    table = read_table("water/generic_50kv_spheres.csv")
    rows = table["diameter_mm"] == 2 * RADIUS_mm
    r_mm, dose = RADIUS_mm + table["depth_mm"][rows], table["dose_Gy_per_photon"][rows]
    log = np.log(dose / dose[0] * r_mm**2)
    return lambda at_mm: float(20.0 * np.exp(np.interp(at_mm, r_mm, log)) / at_mm**2)


def cap_radius_mm(volume_cc: float, plane_mm: float) -> float:
    """Radius of the sphere that cuts off a cap of that volume beyond a plane: pi h^2 (3 r - h) / 3, h = r - plane."""
    low, high = plane_mm, plane_mm + 60.0
    for _ in range(60):
        r = (low + high) / 2
        h = r - plane_mm
        low, high = (r, high) if math.pi * h**2 * (3 * r - h) / 3 < volume_cc * 1000 else (low, r)
    return low


def test_highest_dose_of_each_layer_is_that_of_water_at_its_front() -> None:
    dose_Gy = egs_brachy_dose_Gy()
    fronts = {"skin": RADIUS_mm + SKIN_mm - SKIN_THICKNESS_mm, "bone": RIB_FRONT_mm, "lungs": RIB_FRONT_mm + RIB_mm,
              "chest wall": RADIUS_mm + CHEST_WALL_mm}  # fmt: skip
    for name, front_mm in fronts.items():
        # noise of the scatter around the point about 1 %; 0.5 mm more or less would be 4 %
        assert of_water().dvh(name).max_Gy == approx(dose_Gy(front_mm), rel=TOLERANCES[name]), name


def test_hottest_volumes_of_skin_and_bone_follow_from_the_depth_dose() -> None:
    # closed form: the dose depends on r alone, so the hottest v cc of a plate is the cap that a sphere cuts off it
    dose_Gy = egs_brachy_dose_Gy()
    plan = of_water()
    for name, plane_mm, volumes_cc in (("skin", RADIUS_mm + SKIN_mm - SKIN_THICKNESS_mm, (0.1, 0.2)),
                                       ("bone", RIB_FRONT_mm, (0.1, 0.2, 1.0, 2.0))):  # fmt: skip
        for volume_cc in volumes_cc:
            r_mm = cap_radius_mm(volume_cc, plane_mm)
            assert r_mm < plane_mm + RIB_mm  # the cap does not reach through the plate
            found_Gy = plan.dvh(name).dose_to_volume_Gy(volume_cc)
            assert found_Gy == approx(dose_Gy(r_mm), rel=TOLERANCES[name]), (name, volume_cc)


def test_volumes_are_those_of_the_layers() -> None:
    # 160 x 160 mm wide; lung 100 mm; the sphere holds no tissue
    plan = of_water()
    for name, thickness_mm in (("skin", SKIN_THICKNESS_mm + DEEPER_mm), ("bone", RIB_mm), ("lungs", 100.0),
                               ("chest wall", MUSCLE_mm + RIB_mm + 100.0)):  # fmt: skip
        assert plan.dvh(name).total_volume_cc == approx(16.0 * 16.0 * thickness_mm / 10, rel=1e-6), name
        assert plan.dvh(name).cut_by_scan
    whole_cc = 25.6 * (SKIN_mm + DEEPER_mm + 2 * RADIUS_mm + CHEST_WALL_mm + MUSCLE_mm + RIB_mm + 100.0)
    assert plan.dvh("body").total_volume_cc == approx(whole_cc - 4 / 3 * math.pi * 8.0, rel=1e-4)
    shell_cc = 4 / 3 * math.pi * (3.0**3 - 2.0**3)
    assert plan.dvh("shell 0-10 mm").total_volume_cc == approx(shell_cc, rel=1e-6)  # all in front of muscle and rib


def test_depth_doses_in_layers_of_water() -> None:
    dose_Gy = egs_brachy_dose_Gy()
    for depth_mm, range_Gy in of_water().patient_water_depth_dose_Gy.items():
        if depth_mm <= 10:  # further out the front has no tissue
            assert range_Gy.mean == approx(dose_Gy(RADIUS_mm + depth_mm), rel=0.015), depth_mm


def test_dose_to_each_tissue_against_dose_to_water_at_the_same_place() -> None:
    # mu_en/rho of tissue to water at 20-50 keV, egs_brachy's XCOM table [FACTS 6]: rib (Woodard and White) 3.58-4.33,
    # skin 0.935-0.963, lung 1.037-1.048, breast of 50/50 0.695-0.797 (up to 0.745 at 40 keV)
    plan = of_tissue()
    for name, low, high in (("bone", 3.58, 4.40), ("skin", 0.93, 0.965), ("lungs", 1.03, 1.06),
                            ("shell 0-5 mm", 0.69, 0.75)):  # fmt: skip
        ratio = plan.dvh(name).max_Gy / plan.water_dvhs[name].max_Gy
        assert low < ratio < high, name
        assert plan.dvh(name).medium == "D_m,m" and plan.water_dvhs[name].medium == "D_w"


def test_behind_the_rib_there_is_less_than_behind_a_gap() -> None:
    # closed form: a rib of 8.2 mm in the place of lung takes exp(-(mu_rib - mu_lung) x 8.2 mm) from the primary, which
    # lies between the values at 25 and 50 keV: little below 25 keV gets through 4 cm of tissue and polyetherimide
    rib, lung = read_material("rib"), read_material("lung")
    tables = photon_tables((rib, lung))  # per mm at 1 g/cm3
    row = [int(np.searchsorted(ENERGIES_keV, energy)) for energy in (25.0, 50.0)]
    low, high = (
        math.exp(-RIB_mm * float(tables.attenuation[k, 0] * rib.density_g_cm3
                                 - tables.attenuation[k, 1] * lung.density_g_cm3))
        for k in row
    )  # fmt: skip
    gap = make_plan(odd_layers(rib_mm=0), uncertainty_percent=4, **ASKED)  # type: ignore[arg-type]
    square = ((RIB_FRONT_mm + RIB_mm) / RIB_FRONT_mm) ** 2  # the gap's lung begins nearer
    behind = of_tissue().water_dvhs["lungs"].max_Gy / gap.water_dvhs["lungs"].max_Gy * square
    assert low < behind < high
    assert gap.dvh("bone").total_volume_cc == 0 and gap.distances_mm.get("bone") is None


def test_more_dose_through_fat_than_through_gland() -> None:
    # mu at 20 keV: adipose 0.539, gland 0.703, water 0.810 per cm (xraylib) [FACTS 6]
    at_10 = {}
    for adipose in (100.0, 0.0):
        patient = layered_patient(applicator_mm=40, skin_mm=30, chest_wall_mm=30, adipose_percent=adipose)
        plan = make_plan(patient, uncertainty_percent=5, **ASKED)  # type: ignore[arg-type]
        at_10[adipose] = plan.tissue_effect_percent[10.0]
    assert at_10[100.0] > at_10[0.0] > 0


def test_distances_are_those_that_were_measured() -> None:
    plan = of_tissue()
    assert plan.distances_mm == approx({"skin": SKIN_mm, "bone": CHEST_WALL_mm + MUSCLE_mm,
                                        "lungs": CHEST_WALL_mm + MUSCLE_mm + RIB_mm})  # fmt: skip
    # the same found on the masks, along 8,000 directions, as in a CT
    found = distances_mm(replace(plan.patient, layers=None), (0.0, 0.0, 0.0), RADIUS_mm)
    assert {name: found[name] for name in plan.distances_mm} == approx(plan.distances_mm, abs=0.1)


def test_target_volume_ends_at_the_chest_wall() -> None:
    # closed form: the shell 0-10 mm without the cap beyond a plane 4 mm from the sphere
    patient = layered_patient(applicator_mm=40, skin_mm=20, chest_wall_mm=4)
    plan = make_plan(patient, uncertainty_percent=10, **ASKED)  # type: ignore[arg-type]
    h = 10.0 - 4.0
    cap_cc = math.pi * h**2 * (3 * 30.0 - h) / 3 / 1000
    shell_cc = 4 / 3 * math.pi * (3.0**3 - 2.0**3)
    assert plan.dvh("PTV").total_volume_cc == approx(shell_cc - cap_cc, rel=0.005)
    structure = plan.patient.structure("PTV")
    assert structure.volume_cc(patient.image.grid) == approx(4 / 3 * math.pi * 27.0 - cap_cc, rel=0.01)


def test_goals_on_whole_organs_stay_open() -> None:
    results = of_tissue().goals
    assert [result.result for result in results] == [NOT_EVALUABLE, "pass", "pass", NOT_EVALUABLE]
    assert results[1].value == approx(SKIN_mm)
    assert of_tissue().options["goals"] == GOALS


def test_same_seed_same_bits_whatever_the_threads() -> None:
    again = make_plan(odd_layers(), uncertainty_percent=4, threads=1, **ASKED)  # type: ignore[arg-type]
    assert np.array_equal(again.fine_dose.medium_Gy, of_tissue().fine_dose.medium_Gy)


@pytest.mark.parametrize(
    ("change", "said"),
    [({"applicator_mm": 30}, "a sphere of 40 mm"), ({"at_mm": (0.0, 1.0, 0.0)}, "where the layers were measured")],
)
def test_another_applicator_or_place_is_refused(change: dict[str, object], said: str) -> None:
    with pytest.raises(InputError, match=said) as error:
        make_plan(odd_layers(), **(ASKED | change))  # type: ignore[arg-type]
    assert error.value.where and error.value.allowed and error.value.fix


@pytest.mark.parametrize("change", [{"skin_mm": 2.0, "chest_wall_mm": 0.0, "muscle_mm": 0.0},
                                    {"skin_thickness_mm": 0.0, "muscle_mm": 0.0, "rib_mm": 0.0},
                                    {"skin_mm": 100.0, "chest_wall_mm": 100.0}])  # fmt: skip
def test_the_limits_can_be_planned(change: dict[str, float]) -> None:
    asked = {"applicator_mm": 50.0, "skin_mm": 12.0, "chest_wall_mm": 25.0} | change
    plan = make_plan(layered_patient(**asked), applicator_mm=50, dose_Gy=5, depth_mm=30, uncertainty_percent=20)
    assert plan.patient_water_depth_dose_Gy[30.0].mean > 0
    assert all(np.isfinite(dvh.max_Gy) for dvh in (*plan.dvhs.values(), *plan.water_dvhs.values()))
