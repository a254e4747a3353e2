"""`openiort compare PLAN`: what is refused before anything is calculated, and the way from a plan to its files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from openiort.app.command_line import run
from openiort.plan.plan import Plan
from openiort.report.saved_plan import SavedPlan
from tests.compared_plan import compared_plan
from tests.dicom.planning_system import dose_file, linear_Gy, plan_file, write_all


@pytest.fixture
def plan_made_again(monkeypatch: pytest.MonkeyPatch) -> Plan:
    """The plan of `compared_plan` in the place of one that is calculated."""
    monkeypatch.setattr("openiort.app.compare_plan.plan_again", lambda folder, ct, progress: compared_plan())
    return compared_plan()


def test_json_of_a_plan_with_own_goals(plan_made_again: Plan, tmp_path: Path,
                                       capsys: pytest.CaptureFixture[str]) -> None:
    goals = tmp_path / "goals.txt"
    goals.write_text("heart mean < 0.01 Gy # ours\nskin distance >= 5 mm\n")
    assert run(["compare", "plan", "--ebrt", "26/5", "--goals", str(goals), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [goal["goal"] for goal in found["goals"]] == ["heart mean < 0.01 Gy", "skin distance >= 5 mm"]
    assert found["goals"][0]["iort"]["result"] == "fail"
    assert found["ebrt"]["facts"]["visits"] == "5"
    assert found["ebrt"]["structures"]["ipsilateral breast"]["physical"]["mean_Gy"] == 26.0
    assert found["ebrt"]["missing"]["heart"].startswith("needs tangents")
    assert found["files"] == []


def test_screen_and_files(plan_made_again: Plan, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    assert run(["compare", "plan", "--out", str(out)]) == 0
    shown = capsys.readouterr().out
    assert sorted(path.name for path in out.iterdir()) == ["comparison.json", "comparison.pdf", "dvh.png", "planes.png"]
    for said in ("needs tangents", "what trials found", "to be confirmed", "sphere of equivalence", "IORT as boost"):
        assert said in shown
    for name in ("Xylophonova", "HOSP-778"):
        assert name not in shown and name not in (out / "comparison.json").read_text()


def test_a_dose_of_somebody_else_or_elsewhere(plan_made_again: Plan, tmp_path: Path,
                                              capsys: pytest.CaptureFixture[str]) -> None:
    """The made-up files have another PatientID and another frame of reference than the plan's CT."""
    folder = write_all(tmp_path / "dicom", dose_file(linear_Gy()), plan_file())
    assert run(["compare", "plan", "--ebrt-dose", str(folder)]) == 2
    assert "more than one patient" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "said"),
    (
        ([], "nothing to compare is given"),
        (["--tissues", "--ebrt-dose", "x"], "--tissues needs a plan"),
        (["--tangents", "--ebrt-dose", "x"], "--tangents needs a plan"),
        (["plan", "--tangents", "--ebrt-dose", "x"], "are both given"),
        (["plan", "--uncertainty", "5"], "--uncertainty is that of tangents"),
        (["plan", "--tangents", "--uncertainty", "nan"], "is out of range"),
        (["plan", "--tangents", "--uncertainty", "0"], "is out of range"),
        (["plan", "--ebrt", "41/15"], "no schedule '41/15'"),
        (["plan", "--ebrt", "partial-30/5"], "treats the partial breast"),
        (["plan", "--ebrt", "partial-30/5", "--tangents"], "treats the partial breast"),
        (["plan", "--goals", "no-such-file"], "cannot read the goals"),
        (["plan", "--uncertainties", "no-such-file"], "cannot read the file of dose uncertainties"),
        (["plan", "--seed", "-1"], "seed -1 cannot be used"),
        (["plan"], "no plan can be read"),
    ),
)
def test_bad_input_leaves_nothing(options: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                                  capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["compare", *options, "--out", "out"]) == 2
    assert said in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_plan_on_layers_is_refused_before_it_is_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                                                             capsys: pytest.CaptureFixture[str]) -> None:
    saved = SavedPlan(tmp_path, {"options": {"patient": {"layers": {}}, "plan": {}}}, None)  # type: ignore[arg-type]
    monkeypatch.setattr("openiort.report.saved_plan.read_plan", lambda folder: saved)
    assert run(["compare", "plan"]) == 2
    assert "stands on layers" in capsys.readouterr().err
