"""`openiort ebrt` on the command line: the list, refusals before any work, one run with a simple engine."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

import openiort.dicom.read_patient as reader
import openiort.external.kept_dose as kept
import openiort.external.pyradmc_engine as engine
import openiort.external.tangent_dose as tangents
from openiort.app.command_line import run
from openiort.external.schedule import schedule_names
from tests.external.breast_patient import breast_patient
from tests.external.simple_engine import SimpleEngine

PNG = b"\x89PNG"


def test_schedules_on_the_screen_and_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["ebrt", "schedules"]) == 0
    text = capsys.readouterr().out
    assert all(name in text for name in schedule_names())
    assert "to be confirmed" in text
    assert run(["ebrt", "schedules", "--json"]) == 0
    found = {each["name"]: each for each in json.loads(capsys.readouterr().out)}
    assert list(found) == schedule_names()
    assert (found["50/25+10/5"]["visits"], found["50/25+10/5"]["overall_days"]) == (30, 40)


def test_missing_extra_is_said_before_the_ct_is_read(capsys: pytest.CaptureFixture[str], tmp_path: Path,
                                                     monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyradmc", None)
    assert run(["ebrt", "tangents", str(tmp_path / "nowhere")]) == 2
    assert "make demo-ebrt" in capsys.readouterr().err


@pytest.fixture
def simple(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The command with a patient of boxes and an engine of two lines of physics."""
    whole = tangents.tangent_dose
    monkeypatch.setattr(reader, "read_patient", lambda *_, **__: breast_patient())
    monkeypatch.setattr(engine, "check_installed", lambda: None)
    monkeypatch.setattr(tangents, "tangent_dose", lambda *a, **k: whole(*a, engine=SimpleEngine, **k))
    monkeypatch.setattr(kept, "cache_folder", lambda: None)
    return tmp_path


def test_tangents_on_the_screen_with_a_picture(simple: Path, capsys: pytest.CaptureFixture[str]) -> None:
    picture = simple / "tangents.png"
    assert run(["ebrt", "tangents", "ct", "--schedule", "26/5", "--uncertainty", "20", "--picture", str(picture)]) == 0
    text = capsys.readouterr().out
    assert "26 Gy in 5, tangents to the left breast" in text
    assert "left breast" in text
    assert "note: two opposed 6 MV fields set up by the program" in text
    assert picture.read_bytes().startswith(PNG)


def test_tangents_as_json(simple: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["ebrt", "tangents", "ct", "--uncertainty", "20", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["schedule"] == "40/15"
    assert found["provenance"]["side"] == "left"
    assert len(found["provenance"]["fields"]) == len(found["provenance"]["weights"]) == 2
    assert found["organs"]["left breast"]["mean_Gy"] > 35.0
    assert found["without_figures"] == []


@pytest.mark.parametrize(("options", "words"), [
    (["--schedule", "1/1"], "no schedule '1/1'"), (["--schedule", "partial-30/5"], "treats the partial breast"),
    (["--side", "front"], "side 'front'"), (["--uncertainty", "0"], "out of range"),
])
def test_bad_input_ends_with_code_2(simple: Path, options: list[str], words: str,
                                    capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["ebrt", "tangents", "ct", *options]) == 2
    assert words in capsys.readouterr().err
