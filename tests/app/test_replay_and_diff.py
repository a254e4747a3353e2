"""`openiort replay` and `openiort diff`, on a patient of water through DICOM."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from openiort.app.command_line import run
from openiort.app.diff_command import show_difference
from openiort.patient.layered_patient import layered_patient
from openiort.plan.prescription import Prescription
from openiort.report.plan_difference import Change, DoseDifference, PlanDifference
from openiort.report.plan_folder import save_plan
from tests.plan_factory import make_plan


def test_diff_names_what_differs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first = make_plan()
    second = replace(first, prescription=Prescription(10.0), treatment_time_s=first.treatment_time_s / 2,
                     options={"dose_Gy": 10.0})
    save_plan(replace(first, options={"dose_Gy": 20.0}), tmp_path / "a")
    save_plan(second, tmp_path / "b")
    assert run(["diff", str(tmp_path / "a"), str(tmp_path / "b")]) == 0
    out = capsys.readouterr().out
    assert "options.plan.dose_Gy" in out
    assert "-50.00 %" in out  # half of the dose, half of the time
    assert "dose: the same bits" in out
    assert run(["diff", str(tmp_path / "a"), str(tmp_path / "b"), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert not found["same"]
    assert found["dose"]["same_bits"]
    assert found["dose_to_water"] is None


SAME = DoseDifference(True, True, 5, 0.0, 0.0, 0.0, 0.0)


def test_values_beside_a_long_name(capsys: pytest.CaptureFixture[str]) -> None:
    name = "GTVp_" + "x" * 59  # 64 characters, the longest name that DICOM allows a structure
    changes = (Change("asked", "options.plan.lump", "", name),
               Change("result", f"dvh.{name}.D0.1cc_Gy", 12.3456, 14.8147))
    show_difference(PlanDifference(changes, SAME, None), "a", "b")
    out = capsys.readouterr().out
    assert "12.3456" in out
    assert "14.8147" in out
    assert "+20.00 %" in out  # 14.8147 / 12.3456 = 1.2000
    letters = "".join(line.split("│")[2].strip() for line in out.splitlines() if "│" in line)
    assert f"dvh.{name}.D0.1cc_Gy" in letters
    assert max(map(len, out.splitlines())) <= 110  # the width of a screen that is none


def test_control_characters_do_not_reach_the_screen(capsys: pytest.CaptureFixture[str]) -> None:
    show_difference(PlanDifference((Change("result", "dvh.\x1b[2Jskin", "\x1b[31m", None),), SAME, None), "a", "b")
    assert "\x1b" not in capsys.readouterr().out


def test_doses_on_different_cts_are_said_to_be(capsys: pytest.CaptureFixture[str]) -> None:
    show_difference(PlanDifference((), replace(SAME, same_frame=False), SAME), "a", "b")
    out = " ".join(capsys.readouterr().out.split())
    assert "the two doses lie on different CTs" in out
    assert "dose to water: the same bits" in out
    show_difference(PlanDifference((), SAME, None), "a", "b")
    out = " ".join(capsys.readouterr().out.split())
    assert "different CTs" not in out
    assert "dose to water: not compared, dose_to_water.dcm is not in both plans" in out


def test_doses_without_a_common_voxel(capsys: pytest.CaptureFixture[str]) -> None:
    show_difference(PlanDifference((), DoseDifference(True, False, 0), None), "a", "b")
    out = " ".join(capsys.readouterr().out.split())
    assert "dose (D_m,m): nothing to compare, no voxel of 0.1 Gy and more lies in both" in out
    assert "0.000" not in out


@pytest.mark.parametrize("command", (["diff", "nowhere", "nowhere"], ["replay", "nowhere"]))
def test_no_plan_is_one_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], command: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(command) == 2
    assert "no plan can be read" in capsys.readouterr().err


def test_replay_without_its_ct(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    save_plan(make_plan(), tmp_path / "plan")
    assert run(["replay", str(tmp_path / "plan")]) == 2
    assert "--ct" in capsys.readouterr().err


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("saved") / "plan"
    save_plan(make_plan(), place)
    return place


@pytest.mark.parametrize(("part", "option", "said"), (
    ("patient", {"folder": "/"}, "folder"), ("patient", {"unknown": 1}, "unknown"),
    ("patient", {"layers": {}}, "applicator_mm"), ("plan", {"applicator_mm": 30}, "dose_Gy"),
    ("plan", {"threads": 2}, "threads"), ("plan", {"applicator_mm": 30, "dose_Gy": 20, "unknown": 1}, "unknown"),
    ("plan", {"applicator_mm": 30, "dose_Gy": 20, "seed": -1}, "seed"),
))
def test_replay_of_options_that_cannot_be(saved: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], part: str,
                                          option: dict[str, object], said: str) -> None:
    shutil.copytree(saved, tmp_path / "plan")
    file = tmp_path / "plan" / "plan.json"
    record = json.loads(file.read_text())
    if part == "plan":  # a phantom, so that there is a patient to plan on
        record["options"]["patient"] = dict(layered_patient(applicator_mm=30, skin_mm=12, chest_wall_mm=25).options)
    record["options"][part] |= option
    file.write_text(json.dumps(record))
    assert run(["replay", str(tmp_path / "plan"), "--ct", str(tmp_path)]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert "fix:" in error


@pytest.mark.parametrize("command", ("diff", "replay"))
@pytest.mark.parametrize("content", ("[" * 100_000, '{"program": "OpenIORT", "format": 1, "treatment_time_s": 1e999}'))
def test_record_that_cannot_be_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str, content: str
) -> None:
    (tmp_path / "plan.json").write_text(content)
    assert run([command, *[str(tmp_path)] * (2 if command == "diff" else 1)]) == 2
    assert "no plan can be read" in capsys.readouterr().err


def test_replay_gives_the_same_bits(shared_data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ct = shared_data / "acrin_flt_breast_013"
    asked = ["--applicator", "15", "--at=-88.2,-222.9,-587.0", "--dose", "20", "--uncertainty", "20",
             "--lump-volume-cc", "1", "--dose-to-water"]
    assert run(["plan", str(ct), *asked, "--out", str(tmp_path / "plan")]) == 0
    capsys.readouterr()
    assert run(["replay", str(tmp_path / "plan"), "--threads", "1"]) == 0
    out = capsys.readouterr().out
    assert "the records do not differ" in out
    assert "different CTs" not in out
    assert "dose: the same bits" in out
    assert "dose to water: the same bits" in out
