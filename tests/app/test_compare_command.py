"""`openiort compare --ebrt-dose` from folder to page: made-up files with closed forms, and a real planning system's."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
from pytest import approx

from openiort.app.command_line import run
from tests.dicom.planning_system import dose_file, linear_Gy, plan_file, write_all
from tests.dicom.small_ct import IDENTITY
from tests.dicom.small_structures import square, structure_set, write

# closed forms: 0.5 to 1 of 40 Gy from x = -30 to 30 mm; the box reaches from -15 to 15 mm
MEAN_Gy = 30.0
NAMES = ("Test", "Anna", "4711", "19600229")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_all(tmp_path / "dicom", dose_file(linear_Gy()), plan_file())


def compared(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    assert run(["compare", *arguments, "--json"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_as_planned(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = compared(capsys, "--ebrt-dose", str(folder))
    breast = found["ebrt"]["structures"]["breast"]
    assert found["iort"] == {"absent": "no plan"}
    assert breast["physical"]["mean_Gy"] == approx(MEAN_Gy, abs=0.01)
    assert breast["physical"]["volume_cc"] == approx(30.0 * 30.0 * 24.0 / 1000.0, rel=0.002)
    # D (d + a/b) / (2 + a/b) at each x, a/b 3 Gy (late effects of the breast), d = D / 15: mean over 25 to 35 Gy
    dose_Gy = np.linspace(25.0, 35.0, 20001)
    assert breast["eqd2"]["mean_Gy"] == approx((dose_Gy * (dose_Gy / 15 + 3.0) / 5.0).mean(), abs=0.02)
    assert found["ebrt"]["missing"]["heart"] == "not contoured"


def test_scaled_to_a_schedule_with_boost(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    boost = write_all(tmp_path / "boost", dose_file(linear_Gy(total_Gy=14.0), uid="1.2.3.90", plan="1.2.3.91"),
                      plan_file(uid="1.2.3.91", prescription_Gy=14.0, fractions=7), structures=False)
    found = compared(capsys, "--ebrt-dose", str(folder), "--ebrt-dose", str(boost), "--ebrt", "50/25+10/5")
    assert found["ebrt"]["facts"]["100 %"] == "60 Gy"
    assert found["ebrt"]["structures"]["breast"]["physical"]["mean_Gy"] == approx(MEAN_Gy * 60.0 / 40.0, abs=0.02)
    assert any("scaled from 14 Gy in 7 to 10 Gy in 5" in note for note in found["ebrt"]["notes"])


def test_page_and_files_carry_no_name(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    assert run(["compare", "--ebrt-dose", str(folder), "--out", str(out)]) == 0
    shown = capsys.readouterr().out
    assert sorted(path.name for path in out.iterdir()) == ["comparison.json", "comparison.pdf", "dvh.png"]
    for text in (shown, (out / "comparison.json").read_text()):
        assert not [name for name in NAMES if name in text]
    assert IDENTITY.patient_name.encode() not in (out / "comparison.pdf").read_bytes()
    assert "no plan" in shown and "skin: not contoured" in shown


def test_no_plan_is_no_zero(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A contour outside the dose grid has a reason and no figures."""
    far = [square(z, 10.0) + np.array((0.0, 300.0, 0.0)) for z in (0.0, 3.0, 6.0)]
    write(structure_set({"Breast": [square(z, 15.0) for z in (0.0, 3.0, 6.0)], "Heart": far}), folder / "rs.dcm")
    found = compared(capsys, "--ebrt-dose", str(folder))
    assert found["ebrt"]["missing"]["heart"] == "lies outside the dose grid"
    assert "heart" not in found["ebrt"]["structures"]


@pytest.mark.parametrize(
    ("options", "said"),
    (
        (["--ebrt", "41/15"], "no schedule '41/15'"),
        (["--ebrt", "40/15+10/5"], "has 2 part(s), and 1 dose(s)"),
        (["--out", "plan"], "is not empty"),
    ),
)
def test_bad_options_leave_nothing(options: list[str], said: str, folder: Path, tmp_path: Path,
                                   monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "plan").mkdir()
    (tmp_path / "plan" / "mine.txt").write_text("mine")
    assert run(["compare", "--ebrt-dose", str(folder), *options]) == 2
    assert said in capsys.readouterr().err
    assert [path.name for path in (tmp_path / "plan").iterdir()] == ["mine.txt"]


def test_the_same_dose_twice_and_no_contours(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["compare", "--ebrt-dose", str(folder), "--ebrt-dose", str(folder)]) == 2
    assert "given twice" in capsys.readouterr().err
    (folder / "rs.dcm").unlink()
    assert run(["compare", "--ebrt-dose", str(folder)]) == 2
    assert "no contours" in capsys.readouterr().err


def test_breast_boost_walks_through(shared_data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Against the DVHs that its planning system stored (in % of 14 Gy, README of the data): means of all nine within
    0.05 Gy; volumes within 2 %, of the tumour bed within 3 %: that system leaves the end caps out."""
    folder = shared_data / "breast_boost"
    found = compared(capsys, "--ebrt-dose", str(folder))
    structures = found["ebrt"]["structures"]
    names = {roi.ROINumber: roi.ROIName for roi in pydicom.dcmread(folder / "rtss.dcm").StructureSetROISequence}
    plain = {"BODY": "body", "Breast": "breast", "Heart": "heart", "Lt Lung": "left lung", "Tumor Bed": "tumour bed"}
    stored = {names[dvh.DVHReferencedROISequence[0].ReferencedROINumber]: dvh
              for dvh in pydicom.dcmread(folder / "rtdose.dcm").DVHSequence}
    assert len(stored) == 9
    for name, dvh in stored.items():
        physical = structures[plain.get(name, name)]["physical"]
        assert physical["mean_Gy"] == approx(float(dvh.DVHMeanDose) * 0.14, abs=0.05), name
        volume_cc = float(dvh.DVHData[1])
        if volume_cc > 10.0 and name != "BODY":  # which its first bin cuts (validation/contours)
            assert physical["volume_cc"] == approx(volume_cc, rel=0.03 if name == "Tumor Bed" else 0.02), name
    assert structures["tumour bed"]["physical"]["D95_Gy"] == approx(14.148, abs=0.01)
    assert any("in % of the prescription" in note and "tumour bed" in note for note in found["notes"])
    assert found["ebrt"]["missing"]["Areola"] == "the contour is empty"
    assert found["ebrt"]["missing"]["right lung"] == "not contoured"
    assert "boost" not in json.dumps(found["provenance"]) and "123456" not in json.dumps(found)
