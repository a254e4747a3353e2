"""`openiort evidence patient-page`: what it writes, shows and refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from openiort.app.command_line import run
from tests.app.select_runs import CANDIDATE


def outcome(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = run(["evidence", "patient-page", *arguments])
    out, error = capsys.readouterr()
    return code, out, error


def test_screen_shows_the_page(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = outcome(capsys, CANDIDATE, "--language", "de")
    assert code == 0
    assert "Für example-1" in out
    assert "23 von 1.000" in out


def test_files_are_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = outcome(capsys, CANDIDATE, "--out", str(tmp_path / "page"), "--json")
    found = json.loads(out)
    assert code == 0
    assert found["files"] == ["patient-page.html", "patient-page.pdf"]
    assert found["candidate"] == "example-1"
    assert found["sections"][1]["parts"][1]["pictures"][0]["count"] == 23
    assert (tmp_path / "page" / "patient-page.pdf").read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize(("content", "arguments", "told"), [
    ("[before_surgery]\nage_years = 6000\n", (), "age_years"),
    ('id = "Erika Mustermann"\n', (), "id"),
    ("", ("--language", "fr"), "allowed: en, de"),
    ("", ("--language", "../../x"), "allowed: en, de"),
])
def test_bad_input_is_refused_and_nothing_written(content: str, arguments: tuple[str, ...], told: str, tmp_path: Path,
                                                  capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "her.toml"
    file.write_text(content)
    code, out, error = outcome(capsys, str(file), "--out", str(tmp_path / "page"), *arguments)
    assert (code, out) == (2, "")
    assert told in error
    assert "fix:" in error
    assert sorted(each.name for each in tmp_path.iterdir()) == ["her.toml"]


def test_folder_that_holds_something_is_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    code, _, error = outcome(capsys, CANDIDATE, "--out", str(tmp_path))
    assert code == 2
    assert "not empty" in error
    assert [each.name for each in tmp_path.iterdir()] == ["mine.txt"]
