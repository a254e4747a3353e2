"""Where inputs were read: kept privately, forgotten when they are gone."""

from __future__ import annotations

from pathlib import Path

import pytest

from openiort.dicom.input_places import MOST_KEPT, known_place, remember_place


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "state" / "openiort" / "inputs.json"


def test_place_comes_back_while_it_is_there(tmp_path: Path, state: Path) -> None:
    (tmp_path / "ct").mkdir()
    remember_place("ab", tmp_path / "ct")
    assert known_place("ab") == tmp_path / "ct"
    assert known_place("cd") is None
    assert state.stat().st_mode & 0o077 == 0
    (tmp_path / "ct").rmdir()
    assert known_place("ab") is None


def test_only_the_last_are_kept(tmp_path: Path) -> None:
    for number in range(MOST_KEPT + 1):
        remember_place(f"{number}", tmp_path)
    assert known_place("0") is None
    assert known_place(f"{MOST_KEPT}") == tmp_path


@pytest.mark.parametrize("content", ("", "[]", "{", '{"ab": 3}'))
def test_damaged_memory_is_no_failure(tmp_path: Path, state: Path, content: str) -> None:
    state.parent.mkdir(parents=True)
    state.write_text(content)
    assert known_place("ab") is None
    remember_place("ab", tmp_path)


def test_no_home_is_no_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    remember_place("ab", tmp_path)
    assert known_place("ab") is None
