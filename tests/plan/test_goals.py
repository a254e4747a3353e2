"""Goals met, missed and left open; numbers by hand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pytest import approx

from openiort.core.errors import InputError
from openiort.plan.dvh import DVH, make_dvh
from openiort.plan.dvh_band import DVHBand
from openiort.plan.goal import parse_goal
from openiort.plan.goals import (
    FAIL,
    NOT_EVALUABLE,
    PASS,
    GoalResult,
    checked_goals,
    evaluate_goals,
    goal_value,
    published_goals,
    read_goals,
)
from openiort.report.goal_text import goal_remark, goal_value_text

DISTANCES = {"skin": 9.0, "bone": None}


def ramp(name: str, *, cut: bool = False, covered_percent: float = 100.0) -> DVH:
    """10 cc with a dose that falls linearly from 20 Gy to 0; 100 % are 20 Gy."""
    dose = (np.arange(10_000) + 0.5) / 10_000 * 20.0
    return make_dvh(name, dose, np.full(10_000, 0.001), prescription_Gy=20.0, cut_by_scan=cut,
                    covered_percent=covered_percent)  # fmt: skip


def result(text: str, *, phantom: bool = False) -> GoalResult:
    dvhs = {"PTV": ramp("PTV"), "lungs": ramp("lungs", cut=True), "half": ramp("half", covered_percent=50.0),
            "none": make_dvh("none", np.zeros(0), np.zeros(0), prescription_Gy=20.0)}  # fmt: skip
    water = {"PTV": make_dvh("PTV", np.full(10, 7.0), np.full(10, 1.0), prescription_Gy=20.0, medium="D_w")}
    return evaluate_goals([parse_goal(text)], dvhs, water, DISTANCES, phantom=phantom)[0]


@pytest.mark.parametrize(
    ("text", "value"),
    [  # by hand: D(v cc) = 20 (1 - v/10), V(q %) = 100 - q, V(d Gy) = 100 (1 - d/20) %, mean 10 Gy
        ("PTV D2cc < 17 Gy", 16.0),
        ("PTV D2cc < 17 %", 80.0),
        ("PTV D95 > 2 Gy", 1.0),
        ("PTV V90 > 5 %", 10.0),
        ("PTV V90 > 5 cc", 1.0),
        ("PTV V5Gy > 5 %", 75.0),
        ("PTV V5Gy > 5 cc", 7.5),
        ("PTV mean < 2 Gy", 10.0),
        ("PTV mean < 2 %", 50.0),
        ("PTV max < 2 Gy", 20.0),
        ("PTV min < 2 Gy", 0.0),
        ("ptv mean < 2 Gy D_w", 7.0),
        ("Skin distance > 1 mm", 9.0),
    ],
)
def test_values(text: str, value: float) -> None:
    found = result(text)
    assert found.value == approx(value, abs=0.01)
    assert found.result == (PASS if parse_goal(text).is_met_by(value) else FAIL)
    assert found.reason == ""


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("heart mean < 2 Gy", "no structure of that name; there is PTV, lungs"),
        ("lungs mean < 2 Gy D_w", "no structure of that name; there is PTV"),
        ("PTV D11cc < 2 Gy", "has only 10 cc"),
        ("none max < 2 Gy", "is empty"),
        ("half mean < 2 Gy", "only 50.0 % of it has a dose"),
        ("bone distance > 2 mm", "too far to be searched"),
        ("heart distance > 2 mm", "distances are known of skin, bone only"),
    ],
)
def test_what_cannot_be_said_is_left_open(text: str, reason: str) -> None:
    assert result(text).result == NOT_EVALUABLE
    assert reason in result(text).reason


@pytest.mark.parametrize(
    ("text", "expected"),
    [  # what lies outside the scan gets less: the mean of all, here 10 Gy of the scanned part, can only be lower
        ("lungs mean < 12 Gy", PASS),
        ("lungs mean < 8 Gy", NOT_EVALUABLE),
        ("lungs mean > 12 Gy", FAIL),
        ("lungs mean > 8 Gy", NOT_EVALUABLE),
        ("lungs V50 < 60 %", PASS),
        # and what is hottest is in the scan
        ("lungs D2cc < 12 Gy", FAIL),
        ("lungs V50 > 4 cc", PASS),
        ("lungs max < 12 Gy", FAIL),
    ],
)
def test_structures_that_the_scan_cuts(text: str, expected: str) -> None:
    assert result(text).result == expected


def test_phantoms_have_no_whole_organs() -> None:
    assert result("lungs mean < 12 Gy", phantom=True).result == NOT_EVALUABLE
    assert result("lungs D2cc < 12 Gy", phantom=True).result == FAIL
    assert result("PTV mean < 12 Gy", phantom=True).result == PASS


def test_value_of_a_structure_that_is_too_small() -> None:
    assert np.isnan(goal_value(parse_goal("x D2cc < 1 Gy"), make_dvh("x", np.ones(1), np.ones(1), prescription_Gy=1.0)))


def test_goals_of_the_program_have_a_source_and_none_passes_for_confirmed() -> None:
    for goal in published_goals():
        assert goal.source and goal.mark in ("F", "R")
        assert goal.to_be_confirmed == (goal.mark == "R")
    assert checked_goals(None) == published_goals()
    lines = ["PTV D95 > 5 Gy  # ours", parse_goal("x max < 1 Gy")]
    assert [goal.line for goal in checked_goals(lines)] == ["PTV D95% > 5 Gy  # ours", "x max < 1 Gy"]
    with pytest.raises(InputError) as error:
        checked_goals(["PTV D95 > 5 Gy", "nonsense"])
    assert error.value.where == "goals, number 2"


def test_a_file_of_goals(tmp_path: Path) -> None:
    file = tmp_path / "goals.txt"
    file.write_bytes("\ufeff# ours\n\nskin D0.2cc < 12 Gy  # protocol 3.1\r\nlungs mean < 2 Gy\n".encode())
    goals = read_goals(file)
    assert [goal.text for goal in goals] == ["skin D0.2cc < 12 Gy", "lungs mean < 2 Gy"]
    assert [goal.source for goal in goals] == ["protocol 3.1", ""]
    assert not any(goal.to_be_confirmed for goal in goals)


@pytest.mark.parametrize(
    ("content", "said", "where"),
    [
        (b"skin D0.2cc < 12 Gy\n\nskin is fine\n", "'skin is fine' is not a goal", "line 3"),
        (b"# nothing\n", "0 goals", "goals.txt"),
        (b"skin max < 1 Gy\n" * 201, "201 goals", "goals.txt"),
        (b"\xff\xfe\x00\x01", "this is no file of goals", "goals.txt"),
        (b"x" * 100_001, "this is no file of goals", "goals.txt"),
    ],
)
def test_bad_files(tmp_path: Path, content: bytes, said: str, where: str) -> None:
    file = tmp_path / "goals.txt"
    file.write_bytes(content)
    with pytest.raises(InputError) as error:
        read_goals(file)
    assert said in error.value.what and where in error.value.where and error.value.allowed


def test_no_file(tmp_path: Path) -> None:
    for name in ("missing.txt", "."):
        with pytest.raises(InputError, match="cannot read the goals"):
            read_goals(tmp_path / name)


@pytest.mark.parametrize(
    ("text", "sigma", "close"),
    (
        # the ramp with a band of 2 % of the dose: D5cc is 10 Gy, its mean too; V50% changes by 2 % of 50 %
        ("banded D5cc < 10.3 Gy", 0.2, True),
        ("banded D5cc < 10.5 Gy", 0.2, False),
        ("banded D5cc < 51 %", 1.0, True),
        ("banded mean < 11 Gy", 0.2, False),
        ("banded V50 > 49.5 %", 1.0, True),
        ("banded V50 > 4.7 cc", 0.1, False),
    ),
)
def test_a_value_has_its_uncertainty_and_noise_may_turn_a_verdict(text: str, sigma: float, close: bool) -> None:
    dose_Gy = np.linspace(0.0, 20.0, 21)
    dvh = replace(ramp("banded"), band=DVHBand(dose_Gy, 0.02 * dose_Gy, 0.2))
    found = evaluate_goals([parse_goal(text)], {"banded": dvh}, {}, DISTANCES)[0]
    assert found.sigma == approx(sigma, rel=0.01)
    assert found.is_close == close
    assert ("within 2 standard uncertainties" in goal_remark(found)) == close
    assert "±" in goal_value_text(found)


def test_no_uncertainty_is_made_up() -> None:
    assert result("PTV D2cc < 30 Gy").sigma is None
    assert result("skin distance >= 5 mm").sigma is None
