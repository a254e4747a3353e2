"""How the program ends: exit codes, messages, and how little it loads."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

import pytest

from openiort.app.command_line import run
from openiort.version import __version__

# pydantic is none of ours: this version of Typer checks every option with it
HEAVY = ("numba", "scipy", "pydicom", "matplotlib", "numpy", "rich", "typst")


@pytest.fixture(autouse=True)
def no_debugging(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENIORT_DEBUG", "")


def fail_with(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    def fail() -> NoReturn:
        raise error

    monkeypatch.setattr("openiort.app.device_command.device_names", fail)


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--version"]) == 0
    assert capsys.readouterr().out == f"openiort {__version__}\n"


@pytest.mark.parametrize("command", [[], ["demo"], ["inspect"], ["plan"], ["device"], ["device", "list"]])
def test_every_command_has_help(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*command, "--help"]) == 0
    assert "Usage: " in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [["nonsense"], ["plan"], ["plan", "x", "--dose", "much"], ["demo", "--sed", "1"]])
def test_wrong_usage_is_bad_input(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(arguments) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "Usage" in said.err


def test_bad_input_is_one_message_without_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["device", "show", "laser", "--json"]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.splitlines()[0] == "error: device 'laser' is unknown"
    assert "allowed: generic-50kv" in said.err
    assert "Traceback" not in said.err


def test_internal_failure_is_one_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    fail_with(monkeypatch, ZeroDivisionError("by zero"))
    assert run(["device", "list"]) == 1
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1
    assert lines[0].startswith("internal failure: ZeroDivisionError: by zero")


@pytest.mark.parametrize("by_option", [True, False])
def test_traceback_on_request(
    by_option: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    fail_with(monkeypatch, ZeroDivisionError("by zero"))
    monkeypatch.setenv("OPENIORT_DEBUG", "" if by_option else "1")
    assert run([*(["--debug"] if by_option else []), "device", "list"]) == 1
    assert "Traceback" in capsys.readouterr().err


def test_interruption(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    fail_with(monkeypatch, KeyboardInterrupt())
    assert run(["device", "list"]) == 130
    said = capsys.readouterr().err
    assert "interrupted" in said
    assert "Traceback" not in said


def test_device_list_loads_nothing_heavy() -> None:
    """So that it starts in a fifth of a second; a fresh process, since this one has loaded everything."""
    code = (
        "import sys; from openiort.app.command_line import run; code = run(['device', 'list', '--json']);"
        f"print([name for name in {HEAVY} if name in sys.modules], code, file=sys.stderr)"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert ended.stderr == "[] 0\n"
    assert [device["name"] for device in json.loads(ended.stdout)] == ["generic-50kv"]


def test_process_ends_with_the_code() -> None:
    program = [sys.executable, "-c", "from openiort.app.command_line import main; main()"]
    ended = subprocess.run([*program, "inspect", "nowhere"], capture_output=True, text=True)
    assert ended.returncode == 2
    assert ended.stderr.startswith("error: folder 'nowhere' does not exist")


def test_no_folder_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["plan", "nowhere", "--applicator", "30", "--at=0,0,0", "--dose", "20"]) == 2
    assert list(tmp_path.iterdir()) == []
