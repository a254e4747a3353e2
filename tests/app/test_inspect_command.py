"""`openiort inspect` on a written CT."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from openiort.app.command_line import run
from openiort.dicom.write_ct import write_ct
from openiort.patient.image import CTImage
from tests.dicom.small_ct import IDENTITY
from tests.dicom.small_structures import square, structure_set, write
from tests.dicom.test_read_patient import cylinder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_ct(cylinder(), IDENTITY, tmp_path / "Anna", description="cylinder")
    return tmp_path / "Anna"


def test_json_is_all_there_is_and_names_nobody(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["inspect", str(folder), "--skin-mm", "4", "--json"]) == 0
    out = capsys.readouterr().out
    found = json.loads(out)
    assert found["shape_zyx"] == [12, 64, 64]  # of the cylinder
    assert found["lowest_corner_mm"] == [-128, -128, -2]  # half a voxel of 4 mm below the origin
    # a cylinder of 80 mm radius and 12 x 4 mm: pi 8^2 4.8 = 965 cc, drawn with 4 mm voxels
    assert found["structures"]["body"]["volume_cc"] == pytest.approx(965, rel=0.03)
    assert sum(found["tissue_volume_fractions_of_body"].values()) == pytest.approx(1.0, abs=1e-4)
    assert found["pseudonym"].startswith("P-")
    assert not any(secret in out for secret in ("Anna", IDENTITY.patient_id, str(folder)))


def test_tables(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["inspect", str(folder)]) == 0
    said = capsys.readouterr()
    assert "64 x 64 x 12 voxels" in said.out
    assert "x from -128.0 to 128.0 mm" in said.out
    assert "automatic" in said.out
    assert "reading the CT" in said.err


def test_picture_is_drawn(folder: Path, tmp_path: Path) -> None:
    picture = tmp_path / "tissues.png"
    assert run(["inspect", str(folder), "--picture", str(picture), "--at", "0,0,20"]) == 0
    assert picture.read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("options", (["--picture", "missing/tissues.png"], ["--at", "1,2"]))
def test_picture_that_cannot_be_is_one_error(
    folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    options: list[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["inspect", str(folder), *options]) == 2
    assert "fix:" in capsys.readouterr().err


def test_structures(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = [square(4.0 * k) for k in range(12)]
    name = "[red]Anna\N{RIGHT-TO-LEFT OVERRIDE}$x$"
    file = write(structure_set({"Heart": lines, name: lines}), tmp_path / "rtss.dcm")
    assert run(["inspect", str(folder), "--structures", str(file)]) == 0
    out = capsys.readouterr().out
    assert "heart" in out and "contoured" in out
    assert "[red]Anna$x$" in out  # no markup, no turning round of the line
    assert "\N{RIGHT-TO-LEFT OVERRIDE}" not in out
    write(structure_set({"Heart": lines}), folder / "rtss.dcm")
    assert run(["inspect", str(folder), "--structures", "none", "--json"]) == 0
    assert "heart" not in json.loads(capsys.readouterr().out)["structures"]
    assert run(["inspect", str(folder), "--structures", "nowhere.dcm"]) == 2
    assert "structure set 'nowhere.dcm' does not exist" in capsys.readouterr().err


def test_one_of_several_series_is_chosen(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = replace(IDENTITY, series_instance_uid="1.2.3.4.9")
    write_ct(CTImage(cylinder().hounsfield - 20, cylinder().grid), other, folder / "other", description="other")
    assert run(["inspect", str(folder)]) == 2
    assert "--series 1.2.3.4.9: 12 slices, 'other'" in capsys.readouterr().err
    assert run(["inspect", str(folder), "--series", "1.2.3.4.9", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["highest_HU"] == 880  # the rod of bone is at 900 HU in the first one


def test_picture_is_never_replaced_silently(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    picture = tmp_path / "tissues.png"
    picture.write_text("mine")
    assert run(["inspect", str(folder), "--picture", str(picture)]) == 2
    said = capsys.readouterr().err
    assert "where:   --picture" in said
    assert "reading the CT" not in said  # seen before any work
    assert picture.read_text() == "mine"
    assert run(["inspect", str(folder), "--picture", str(picture), "--force"]) == 0
    assert picture.read_bytes().startswith(b"\x89PNG")
