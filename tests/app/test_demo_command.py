"""`openiort demo`: by way of DICOM, into a folder of its own."""

from __future__ import annotations

import json
from pathlib import Path

import pydicom
import pytest

from openiort.app.command_line import run
from openiort.report.output_folder import DEMO_MARK, foreign_files
from tests.app.stand_ins import HASH, Stages, stages  # noqa: F401
from tests.dicom.test_read_patient import cylinder


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder, and a small image in the place of the virtual patient's."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("openiort.patient.virtual_patient.virtual_image", lambda patient: cylinder())
    return tmp_path


def test_demo(place: Path, stages: Stages, capsys: pytest.CaptureFixture[str]) -> None:  # noqa: F811
    assert run(["demo", "--seed", "3", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert set(found["files"]) == {"plan.json", "ct", "comparison"}
    assert found["files"]["plan.json"] == HASH and found["files"]["ct"] == stages.asked["patient"].input_sha256
    slices = sorted((place / "demo-out" / "ct").glob("CT.*.dcm"))
    assert len(slices) == 12  # of the cylinder
    assert pydicom.dcmread(slices[0]).PatientID == "VIRTUAL-3"
    assert stages.asked["patient"].identity.patient_id == "VIRTUAL-3"
    assert (stages.asked["seed"], stages.asked["dose_Gy"], stages.asked["lump"]) == (3, 20.0, "GTV")
    contours = pydicom.dcmread(place / "demo-out" / "ct" / "RTSTRUCT.dcm")
    assert {item.ROIName for item in contours.StructureSetROISequence} >= {"GTV", "Breast_L", "Heart"}
    assert [path.name for path in place.iterdir()] == ["demo-out"]  # nothing left beside it


def test_it_ends_with_the_comparison_and_says_how_to_get_the_organs(
    place: Path, stages: Stages, capsys: pytest.CaptureFixture[str]  # noqa: F811
) -> None:
    """The plan that is compared is the one that was just made: nothing is calculated twice."""
    assert run(["demo"]) == 0
    assert "comparison" in capsys.readouterr().out
    folder = place / "demo-out" / "comparison"
    assert {path.name for path in folder.iterdir()} == {"comparison.json", "comparison.pdf", "dvh.png", "planes.png"}
    record = json.loads((folder / "comparison.json").read_text())
    assert record["ebrt"]["missing"]["skin"] == "needs tangents: `make demo-ebrt`"
    assert record["provenance"]["plan"]["input_sha256"] == stages.plan.provenance["input_sha256"]
    assert not foreign_files(place / "demo-out")


def test_it_replaces_its_own_folder(place: Path, stages: Stages) -> None:  # noqa: F811
    assert run(["demo"]) == 0
    assert not stages.asked["force"]
    for name in ("ct", "comparison"):  # the stand-in for save_plan does not replace
        (place / "demo-out" / name).rename(place / f"moved-{name}")
    assert run(["demo"]) == 0
    assert stages.asked["force"]


def test_it_never_touches_a_folder_it_did_not_make(
    place: Path, stages: Stages, capsys: pytest.CaptureFixture[str]  # noqa: F811
) -> None:
    (place / "demo-out").mkdir()
    (place / "demo-out" / "plan.json").write_text("a real plan")
    assert run(["demo"]) == 2
    assert "no demo made what is in it" in capsys.readouterr().err
    assert (place / "demo-out" / "plan.json").read_text() == "a real plan"
    assert not (place / "demo-out" / DEMO_MARK).exists()


def test_failure_leaves_nothing(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*arguments: object, **options: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("openiort.plan.make_plan.make_plan", fail)
    assert run(["demo"]) == 130
    assert list(place.iterdir()) == []
