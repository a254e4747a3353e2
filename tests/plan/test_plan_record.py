"""The plan as JSON: all keys, valid everywhere, no name."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pytest import approx

from openiort.device.catalogue import site_device
from openiort.plan.dvh import make_dvh
from openiort.plan.dvh_band import DVHBand
from openiort.plan.plan_record import json_ready, plan_record
from openiort.plan.prescription import Prescription
from tests.device.example_site import TODAY, example_files, tables_of
from tests.plan_factory import IDENTITY, CENTRE_mm, make_patient, make_plan

KEYS = {
    "treatment_time_s", "dose_scale", "prescription", "depth_dose_Gy", "tissue_effect_percent", "dvh", "distances_mm",
    "relative_uncertainty_percent", "second_check", "elapsed_s", "warnings", "provenance",
}


def test_keys() -> None:
    record = plan_record(make_plan())
    assert set(record) >= KEYS
    assert set(record["depth_dose_Gy"]) == {"water", "patient_Dw", "patient_Dm"}
    assert list(record["depth_dose_Gy"]["water"]) == ["0", "1", "2", "5", "7", "10", "20"]
    assert set(record["depth_dose_Gy"]["patient_Dm"]["10"]) == {"mean", "min", "max"}
    assert set(record["second_check"]) >= {"time_s", "difference_percent", "verdict"}
    assert set(record["dvh"]["skin"]) >= {"volume_cc", "mean_Gy", "D2cc_Gy", "D0.1cc_Gy", "D95_Gy", "V90_percent",
                                          "covered_percent"}
    assert record["pseudonym"] == make_patient().pseudonym
    assert "ot a medical device" in record["not_a_medical_device"]


def test_uncertainties_stand_beside_the_figures() -> None:
    band = DVHBand(np.array([1.0, 20.0]), np.array([0.25, 0.25]), 0.125)
    skin = replace(make_plan().dvh("skin"), band=band)
    record = plan_record(replace(make_plan(), dvhs={"skin": skin, "bone": make_plan().dvh("bone")}))
    assert (record["dvh_uncertainty"]["skin"]["D2cc_Gy"], record["dvh_uncertainty"]["skin"]["mean_Gy"]) == (0.25, 0.125)
    assert record["dvh_uncertainty"]["bone"] == {}  # not known is not 0


def test_fitted_filters_come_with_their_uncertainty() -> None:
    text = "source_filter_mm_Al = 0.14\nhardening_filter_mm_Al = 1.2\nsource_uncertainty_mm_Al = 0.02\n"
    device = site_device(tables_of(example_files() | {"fitted.toml": text}), TODAY)
    site = plan_record(replace(make_plan(), device=device))["device"]["site"]
    assert site["fitted_filters_mm_Al"] == {"source": 0.14, "hardening": 1.2}
    assert site["fitted_filters_uncertainty_mm_Al"] == {"source": 0.02, "hardening": None}
    assert site["fitted_filters_correlation"] is None
    plain = plan_record(replace(make_plan(), device=site_device(tables_of(example_files()), TODAY)))["device"]["site"]
    assert plain["fitted_filters_mm_Al"] is plain["fitted_filters_uncertainty_mm_Al"] is None


def test_values_are_the_plans() -> None:
    record, plan = plan_record(make_plan()), make_plan()
    assert record["treatment_time_s"] == approx(plan.treatment_time_s, rel=1e-5)
    assert record["centre_mm"] == list(CENTRE_mm)
    assert record["prescription"] == {"dose_Gy": 20.0, "depth_mm": 0.0, "dose_scale": "Monte Carlo",
                                      "quantity": "dose to water in homogeneous water"}
    assert record["depth_dose_Gy"]["water"]["10"] == approx(plan.water_depth_dose_Gy[10.0], rel=1e-5)
    assert record["tissue_effect_percent"] == {"5": -4.6, "10": -7.1}
    assert record["provenance"]["histories"] == 1_600_000


def test_it_is_strict_json_and_comes_back_the_same() -> None:
    record = plan_record(make_plan())
    assert json.loads(json.dumps(record, allow_nan=False)) == record


def test_what_is_not_a_number_is_null() -> None:
    empty = make_dvh("bone", np.zeros(0), np.zeros(0), prescription_Gy=20.0, covered_percent=None)
    odd = replace(make_plan(), dvhs={"bone": empty}, tissue_effect_percent={5.0: float("nan")},
                  relative_uncertainty_percent=float("inf"), distances_mm={"lungs": None})
    record = json.loads(json.dumps(plan_record(odd), allow_nan=False))
    assert record["dvh"]["bone"]["D2cc_Gy"] is None and record["dvh"]["bone"]["covered_percent"] is None
    assert record["tissue_effect_percent"]["5"] is None
    assert record["relative_uncertainty_percent"] is None
    assert record["distances_mm"]["lungs"] is None


def test_no_name_of_hers() -> None:
    text = json.dumps(plan_record(make_plan()))
    given = [value for value in (getattr(IDENTITY, name) for name in IDENTITY.__slots__) if len(value) > 1]
    assert len(given) >= 10
    assert not [value for value in given if value in text or value.split("^")[0] in text]


def test_note_on_v100_stands_with_surface_prescriptions_only() -> None:
    assert "0 by construction" in plan_record(make_plan())["dvh_note"]
    deeper = replace(make_plan(), prescription=Prescription(6.0, 10.0))
    assert plan_record(deeper)["dvh_note"] is None


def test_tissue_fractions_sum_to_one() -> None:
    for fractions in plan_record(make_plan())["tissue_volume_fractions"].values():
        assert sum(fractions.values()) == approx(1.0, abs=1e-5)


def test_json_ready_of_numpy_and_of_what_does_not_belong() -> None:
    mixed = {1: np.float32(0.1), "a": np.array([1, 2]), "b": (np.bool_(True), np.int64(3))}
    assert json_ready(mixed, 3) == {"1": 0.1, "a": [1, 2], "b": [True, 3]}
    with pytest.raises(TypeError, match="no place in a plan's record"):
        json_ready({"file": Path("x")})
