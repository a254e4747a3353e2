"""What the page says: rounding, words, and text from outside."""

from __future__ import annotations

import datetime
from dataclasses import replace
from typing import Any

import pytest

from openiort.dose.second_check import SecondCheck
from openiort.plan.plan import Plan
from openiort.plan.prescription import Prescription
from openiort.report.page_data import page_data, shown_warnings
from tests.plan_factory import IDENTITY, make_plan, renamed

MINUS = "\N{MINUS SIGN}"


def data(**changes: Any) -> dict[str, Any]:
    return page_data(replace(make_plan(), **changes))


def values(items: list[dict[str, str]]) -> dict[str, str]:
    return {item["label"]: item["value"] for item in items}


def test_identity_is_the_clinics() -> None:
    assert values(data()["identity"]) == {
        "patient": "Xylophonova, Quintessa Maria", "patient ID": "HOSP-778-4411", "birth date": "1958-11-03",
        "CT of": "2024-02-29",
    }


def test_deidentified_page_has_the_pseudonym_alone() -> None:
    page = page_data(make_plan(), deidentify=True)
    text = repr(page)
    assert make_plan().patient.pseudonym in text
    assert not [part for part in (IDENTITY.patient_id, "Xylophonova", "1958", "2024-02-29") if part in text]


def test_second_page_says_whose_it_is_and_both_feet_the_pseudonym() -> None:
    page = data()
    assert page["running"] == "Xylophonova, Quintessa Maria · HOSP-778-4411 · P-7F3A91C2 · input abababababab"
    assert page_data(make_plan(), deidentify=True)["running"] == "de-identified · P-7F3A91C2 · input abababababab"
    assert page["foot"].startswith("pseudonym P-7F3A91C2 · ")


def test_what_is_not_in_the_ct_is_said() -> None:
    nobody = renamed(make_plan(), replace(IDENTITY, patient_name="", birth_date=""))
    found = values(page_data(nobody)["identity"])
    assert (found["patient"], found["birth date"]) == ("not in the CT", "not in the CT")


def test_numbers_of_the_plan() -> None:
    """1380.4 s, second check 1372.9 s and +0.546 %, 14.25, 13.0 and 29.0 mm: as plan_factory makes them up."""
    page = data()
    assert page["time"] == "23:00"
    assert (page["check"]["time"], page["check"]["difference"]) == ("22:53", "+0.5 %")
    assert values(page["setup"])["centre, DICOM coordinates (mm)"] == f"x {MINUS}30.0  y {MINUS}24.0  z 10.0"
    assert [row["value"] for row in page["distances"]] == ["14.2 mm", "13.0 mm", "29.0 mm"]
    assert page["prescription"]["place"] == "at the applicator's surface"
    assert f"{MINUS}4.6" in page["tissue_effect"] and f"{MINUS}7.1" in page["tissue_effect"]


@pytest.mark.parametrize(
    ("distance_mm", "level"),
    [(4.99, "very near"), (5.0, "near"), (9.99, "near"), (10.0, "fine"), (None, "fine")],
)
def test_skin_below_5_and_10_mm(distance_mm: float | None, level: str) -> None:  # stronger below 5 mm
    assert data(distances_mm={"skin": distance_mm})["distances"][0]["level"] == level


def test_bone_is_never_very_near() -> None:
    assert data(distances_mm={"bone": 1.0})["distances"][0]["level"] == "near"


@pytest.mark.parametrize("verdict", ["pass", "review", "stop"])
def test_verdicts(verdict: str) -> None:
    check = data(second_check=SecondCheck(1000.0, -4.0, verdict, "what: doses; more"))["check"]
    assert (check["kind"], check["word"], check["difference"]) == (verdict, verdict.upper(), f"{MINUS}4.0 %")


def test_verdict_nobody_knows_is_stop() -> None:
    assert data(second_check=SecondCheck(1000.0, 0.0, "fine", "x"))["check"]["kind"] == "stop"


def test_note_on_v100_stands_with_surface_prescriptions_only() -> None:
    assert data()["v100_note"]
    assert not data(prescription=Prescription(6.0, 10.0))["v100_note"]


def test_warnings_that_do_not_fit_are_counted() -> None:
    assert shown_warnings(["a"] * 6) == (["a"] * 6, 0)  # six lines
    assert shown_warnings(["a"] * 9) == (["a"] * 6, 3)
    assert shown_warnings(["a" * 119, "b" * 400, "c"]) == (["a" * 119, "b" * 400], 1)  # 118 a line: 2 + 4 lines


def test_text_from_outside_is_one_plain_line() -> None:
    hostile = "A\u202eB\x00\x1b[31m\nC#import \"x\"$*_`<b>" + "x" * 300
    plan = renamed(make_plan(), replace(IDENTITY, patient_name=hostile, patient_id=hostile))
    for value in values(page_data(plan)["identity"]).values():
        assert len(value) <= 90
        assert not set(value) & {"\u202e", "\x00", "\x1b", "\n"}


def test_date_is_shown_where_it_is_given() -> None:
    made = datetime.datetime(2026, 3, 4, 5, 6, 7, tzinfo=datetime.UTC)
    page = page_data(make_plan(), made=made)
    assert (page["created"], page["date"]) == ([2026, 3, 4, 5, 6, 7], "2026-03-04 05:06 UTC")
    assert (data()["created"], data()["date"]) == (None, "")


def test_nothing_known_of_the_tissue_effect() -> None:
    plan: Plan = replace(make_plan(), tissue_effect_percent={}, tissue_effect_uncertainty_percent={})
    assert page_data(plan)["tissue_effect"] == "not known"
