"""`openiort replay` and `openiort diff`, on a patient of water through DICOM."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from openiort.app.command_line import run
from openiort.plan.prescription import Prescription
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


def test_replay_gives_the_same_bits(shared_data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ct = shared_data / "acrin_flt_breast_013"
    asked = ["--applicator", "15", "--at=-88.2,-222.9,-587.0", "--dose", "20", "--uncertainty", "20",
             "--lump-volume-cc", "1"]
    assert run(["plan", str(ct), *asked, "--out", str(tmp_path / "plan")]) == 0
    capsys.readouterr()
    assert run(["replay", str(tmp_path / "plan"), "--threads", "1"]) == 0
    assert "dose: the same bits" in capsys.readouterr().out
