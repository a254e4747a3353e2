"""A plan on layers from the command line to its files, which other readers read, and once more the same."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pydicom
import pytest
from pytest import approx

from openiort.app.command_line import run

ASKED = ["plan", "--layers", "skin=12.3,chest-wall=25", "--breast", "60/40", "--applicator", "30", "--dose", "20",
         "--uncertainty", "20", "--out", "out", "--goals", "ours.txt"]  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("layers")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(place)
        (place / "ours.txt").write_text("skin D0.2cc < 12 Gy  # protocol 3.1\nlungs mean < 2 Gy\n")
        assert run(ASKED) == 0
    return place / "out"


def test_record(folder: Path) -> None:
    record = json.loads((folder / "plan.json").read_text())
    assert record["pseudonym"] == "layers"
    assert record["options"]["patient"]["layers"] == {
        "applicator_mm": 30.0, "skin_mm": 12.3, "chest_wall_mm": 25.0, "adipose_percent": 60.0,
        "skin_thickness_mm": 2.0, "muscle_mm": 10.0, "rib_mm": 8.0}  # fmt: skip
    assert any("layered phantom, not her anatomy" in note for note in record["notes"])
    assert record["distances_mm"] == approx({"skin": 12.3, "bone": 35.0, "lungs": 43.0})
    assert set(record["dvh"]) == {"shell 0-5 mm", "shell 0-10 mm", "PTV", "skin", "bone", "lungs", "body", "chest wall"}
    assert set(record["dvh_to_water"]) == set(record["dvh"])
    assert record["dvh_to_water"]["skin"]["medium"] == "D_w"
    goals = record["goals"]
    assert [goal["result"] for goal in goals] == ["pass", "not evaluable"]
    assert goals[0]["source"] == "protocol 3.1" and goals[0]["unit"] == "Gy" and not goals[0]["to_be_confirmed"]
    assert goals[0]["value"] == approx(record["dvh"]["skin"]["D0.2cc_Gy"])


def test_dose_lies_in_a_frame_of_its_own(folder: Path) -> None:
    dose = pydicom.dcmread(folder / "dose.dcm")
    assert dose.FrameOfReferenceUID.startswith("2.25.") and dose.StudyInstanceUID.startswith("2.25.")
    assert str(dose.PatientName) == "" and dose.PatientID == ""
    # dose behind the skin along y at the middle of x and z: voxels of 1 mm around the centre at the origin
    first = np.array([float(v) for v in dose.ImagePositionPatient])
    values = dose.pixel_array * float(dose.DoseGridScaling)
    middle = int(-first[0] - 0.5), int(-first[2] - 0.5)
    line = values[middle[1], :, middle[0]]
    y = first[1] + np.arange(len(line))
    assert (line[np.abs(y) < 14] == 0).all()  # inside the sphere
    in_breast = line[(y > 16) & (y < 36)]
    assert in_breast.min() > 0
    # at least by the square of the distance, and by some attenuation of 20 mm of tissue
    assert in_breast[0] / in_breast[-1] > (35.5 / 16.5) ** 2


def test_files(folder: Path) -> None:
    names = {path.name for path in folder.iterdir()}
    assert names >= {"plan.json", "dose.dcm", "dvh.csv", "report.pdf", "planes.png"}
    assert "D2cc_to_water_Gy" in (folder / "dvh.csv").read_text()


def test_it_is_replayed_to_the_same(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["replay", str(folder), "--threads", "1"]) == 0
