"""`openiort evidence`: what it shows and refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from openiort.app.command_line import run
from openiort.evidence.read_trial import trial_names


def shown(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert run(["evidence", *arguments]) == 0
    return capsys.readouterr().out


@pytest.mark.parametrize("name", trial_names())
def test_every_trial_is_shown_and_rebuilt(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert name in shown(capsys, "show", name)
    assert json.loads(shown(capsys, "show", name, "--json"))["name"] == name
    assert name in shown(capsys, "rebuild", name)
    for item in json.loads(shown(capsys, "rebuild", name, "--json")):
        assert {"estimate", "printed", "rebuilt", "agrees"} <= set(item)


def test_list_names_every_trial(capsys: pytest.CaptureFixture[str]) -> None:
    text = shown(capsys, "show")
    assert all(name in text for name in trial_names())
    assert [item["name"] for item in json.loads(shown(capsys, "show", "--json"))] == trial_names()


def test_rebuild_says_what_does_not_follow(capsys: pytest.CaptureFixture[str]) -> None:
    assert "does not follow" in shown(capsys, "rebuild", "targit-a-2010")
    found = json.loads(shown(capsys, "rebuild", "targit-a-2010", "--json"))
    assert [item["printed"] for item in found if item["agrees"] is False] == [0.41]


def test_methods(capsys: pytest.CaptureFixture[str]) -> None:
    text = shown(capsys, "methods", "targit-a-2014")
    assert "Kaplan-Meier" in text
    assert "Miettinen-Nurminen" in text
    found = json.loads(shown(capsys, "methods", "targit-a-2020", "--outcome", "delayed", "--margin", "0.05", "--json"))
    assert found["margin"] == 0.05
    assert len(found["methods"]) == 5


@pytest.mark.parametrize("arguments", [
    ("show", "targit-b"), ("rebuild", "nowhere.toml"), ("methods", "low-kv-78"),
    ("methods", "low-kv-78", "--margin", "0.05"), ("methods", "targit-a-2014", "--outcome", "luck"),
    ("methods", "targit-a-2014", "--outcome", "mature"), ("methods", "targit-a-2014", "--margin", "2.5"),
    ("methods", "targit-a-2014", "--margin", "-0.025"),
])
def test_bad_input_is_refused(arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["evidence", *arguments]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert "allowed:" in told.err
    assert "fix:" in told.err


def test_markup_in_own_file_is_only_text(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "own.toml"
    file.write_text('[trial]\nname = "[red]x"\ntitle = "t"\npublished = "2026"\ncitation = "c"\ntechnique = "low-kV"\n'
                    'arms = ["[bold]a"]\n')
    assert "[red]x" in shown(capsys, "show", str(file))
    assert run(["evidence", "methods", str(file)]) == 2
