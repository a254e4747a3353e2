"""`openiort plan`: what is asked reaches the stages, and what they give is shown."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from openiort.app.command_line import run
from openiort.app.plan_command import parse_point_mm
from openiort.core.errors import InputError
from openiort.dicom.write_ct import write_ct
from openiort.dose.second_check import SecondCheck
from tests.app.stand_ins import HASH, Stages, stages  # noqa: F401
from tests.dicom.small_ct import IDENTITY
from tests.dicom.small_structures import square, structure_set, write
from tests.dicom.test_read_patient import cylinder

ASKED = ["--applicator", "30", "--at=-88.2,-222.9,-587.0", "--dose", "20"]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write_ct(cylinder(), IDENTITY, tmp_path / "ct", description="cylinder")
    return tmp_path / "ct"


def test_options_reach_the_stages(folder: Path, stages: Stages) -> None:  # noqa: F811
    options = ["--depth", "5", "--dose-scale", "Monte Carlo", "--mode", "fast", "--uncertainty", "2",
               "--max-minutes", "3", "--seed", "7", "--threads", "1", "--deidentify", "--device",
               "generic-50kv", "--out", "here", "--rtplan", "brachy", "--dose-to-water", "--lump-volume-cc", "5"]
    assert run(["plan", str(folder), *ASKED, *options]) == 0
    patient = stages.asked.pop("patient")
    assert patient.identity == IDENTITY
    assert stages.asked == {
        "device": "generic-50kv", "applicator_mm": 30.0, "at_mm": (-88.2, -222.9, -587.0), "dose_Gy": 20.0,
        "depth_mm": 5.0, "dose_scale": "Monte Carlo", "mode": "fast", "uncertainty_percent": 2.0,
        "max_minutes": 3.0, "seed": 7, "threads": 1,
        "deidentify": True, "force": False, "rtplan": "brachy", "dose_to_water": True,
        "lump_volume_cc": 5.0, "lump": None, "processor": "cpu",
    }
    assert (folder.parent / "here" / "plan.json").is_file()


def test_one_of_several_series_is_planned_on(folder: Path, stages: Stages) -> None:  # noqa: F811
    other = replace(IDENTITY, series_instance_uid="1.2.3.4.9")
    write_ct(cylinder(), other, folder / "other", description="other")
    assert run(["plan", str(folder), *ASKED]) == 2
    assert run(["plan", str(folder), *ASKED, "--series", "1.2.3.4.9"]) == 0
    assert stages.asked["patient"].identity == other


def test_defaults(folder: Path, stages: Stages) -> None:  # noqa: F811
    assert run(["plan", str(folder), *ASKED]) == 0
    asked = stages.asked
    assert (asked["depth_mm"], asked["dose_scale"], asked["uncertainty_percent"]) == (0.0, None, 1.0)
    assert (asked["mode"], asked["max_minutes"]) == ("accurate", 10.0)
    assert (asked["seed"], asked["threads"], asked["deidentify"]) == (1, None, False)
    assert (asked["rtplan"], asked["dose_to_water"]) == ("beams", False)  # docs/dicom_conformance.md


def test_json_is_one_object(folder: Path, stages: Stages, capsys: pytest.CaptureFixture[str]) -> None:  # noqa: F811
    assert run(["plan", str(folder), *ASKED, "--json"]) == 0
    said = capsys.readouterr()
    found = json.loads(said.out)
    assert len(said.out.splitlines()) == 1
    assert found["treatment_time_s"] == pytest.approx(stages.plan.treatment_time_s)
    assert found["files"] == {"plan.json": HASH}
    assert found["pseudonym"] == stages.plan.patient.pseudonym
    assert stages.plan.patient.identity.patient_id not in said.out
    assert "scatter 50 %: half" in said.err


@pytest.mark.parametrize(("verdict", "code"), [("pass", 0), ("review", 0), ("stop", 1)])
def test_only_stop_is_a_failure(folder: Path, stages: Stages, verdict: str, code: int) -> None:  # noqa: F811
    stages.plan = replace(stages.plan, second_check=SecondCheck(1000.0, 4.0, verdict, "made up"))
    assert run(["plan", str(folder), *ASKED]) == code
    assert (folder.parent / "plan-out" / "plan.json").is_file()  # written all the same


def test_output_folder_is_looked_at_before_anything_is_read(
    folder: Path, stages: Stages, capsys: pytest.CaptureFixture[str]  # noqa: F811
) -> None:
    (folder.parent / "plan-out").mkdir()
    (folder.parent / "plan-out" / "thesis.txt").write_text("mine")
    assert run(["plan", "nowhere", *ASKED]) == 2
    assert "thesis.txt" in capsys.readouterr().err
    assert run(["plan", "nowhere", *ASKED, "--force"]) == 2  # not a plan: not even by force
    assert (folder.parent / "plan-out" / "thesis.txt").read_text() == "mine"


@pytest.mark.parametrize(
    ("option", "said"),
    [
        ("--dose=0", "dose 0.0 Gy"),
        ("--dose=nan", "dose nan Gy"),
        ("--depth=31", "depth 31.0 mm"),
        ("--depth=inf", "depth inf mm"),
        ("--device=laser", "device 'laser'"),
        ("--applicator=33", "applicator diameter 33 mm"),
        ("--dose-scale=V5", "dose scale 'V5'"),
        ("--rtplan=ion", "RT Plan 'ion'"),
        ("--at=1,2", "'1,2' is not a point"),
    ],
)
def test_bad_input_before_the_ct_is_read(option: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["plan", "nowhere", *ASKED, option]) == 2
    streams = capsys.readouterr()
    assert streams.out == ""
    assert streams.err.startswith(f"error: {said}") or said in streams.err.splitlines()[0]


def test_structures_reach_the_patient(folder: Path, stages: Stages, tmp_path: Path) -> None:  # noqa: F811
    lines = [square(4.0 * k) for k in range(12)]
    file = write(structure_set({"Lt Breast": lines}), tmp_path / "rtss.dcm")
    assert run(["plan", str(folder), *ASKED, "--structures", str(file)]) == 0
    assert stages.asked["patient"].structure("left breast").origin == "contoured"


def test_points() -> None:
    assert parse_point_mm("-88.2,-222.9, 1e1") == (-88.2, -222.9, 10.0)
    for text in ("", "1,2", "1,2,3,4", "a,b,c", "1;2;3"):
        with pytest.raises(InputError, match="not a point"):
            parse_point_mm(text)


def test_a_structure_that_is_out_needs_no_place(folder: Path, stages: Stages) -> None:  # noqa: F811
    assert run(["plan", str(folder), "--applicator", "30", "--dose", "20", "--lump", "GTV"]) == 0
    assert (stages.asked["lump"], stages.asked["at_mm"]) == ("GTV", None)


@pytest.mark.parametrize(
    ("options", "said"),
    (
        (["--lump-volume-cc", "20"], "larger than the 30 mm sphere"),  # which has 14.1 cc
        (["--lump-volume-cc", "5", "--lump", "GTV"], "given twice"),
        (["--lump-volume-cc", "nan"], "is no lump"),
    ),
)
def test_lumps_are_checked_before_the_ct_is_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], options: list[str], said: str
) -> None:
    assert run(["plan", str(tmp_path / "nowhere"), *ASKED, *options, "--out", str(tmp_path / "out")]) == 2
    assert said in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
