"""The first run: told on the screen, compiled by others meanwhile, and nothing left running behind it."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

import pytest

from openiort.app import first_run as first
from openiort.dose import compile_ahead


class Helper:
    """A stand-in for a process that is done after some looks."""

    started: ClassVar[list[Helper]] = []

    def __init__(self, command: list[str], **_options: object) -> None:
        self.command, self.looks, self.ended = command, 3, False
        Helper.started.append(self)

    def poll(self) -> int | None:
        self.looks -= 1
        return None if self.looks >= 0 else 1  # 1: failed, which is no loss

    def terminate(self) -> None:
        self.ended = True

    def wait(self) -> None:
        assert self.ended


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, float | None, str]]:
    """What the screen is told, nothing being compiled yet."""
    Helper.started = []
    monkeypatch.setattr(first.subprocess, "Popen", Helper)
    monkeypatch.setattr(first, "BETWEEN_LOOKS_s", 0.0)
    monkeypatch.setattr(compile_ahead, "engine_is_compiled", lambda: False)
    return []


def test_announced_and_waited_for(told: list[tuple[str, float | None, str]]):
    with first.first_run(lambda *all_of_it: told.append(all_of_it)) as compiling:
        assert [helper.command[-2:] for helper in Helper.started] == [
            [first.MODULE, job] for job in compile_ahead.JOBS]
        assert told == [(first.COMPILING, None, first.ONCE)]
        compiling.wait(lambda *all_of_it: told.append(all_of_it))
    assert len(told) == 1 + 3 + 3 and set(told) == {(first.COMPILING, None, first.ONCE)}


def test_nothing_is_left_running(told: list[tuple[str, float | None, str]]):
    with pytest.raises(KeyboardInterrupt), first.first_run(lambda *_: None):
        raise KeyboardInterrupt
    assert len(Helper.started) == len(compile_ahead.JOBS) and all(helper.ended for helper in Helper.started)


def test_nothing_to_do_where_it_is_compiled(told, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(compile_ahead, "engine_is_compiled", lambda: True)
    with first.first_run(lambda *all_of_it: told.append(all_of_it)) as compiling:
        compiling.wait(lambda *all_of_it: told.append(all_of_it))
    assert not told and not Helper.started


def test_nor_where_there_is_no_place_for_it(told, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("openiort.core.compiled.cache_folder", lambda: None)
    with first.first_run(lambda *all_of_it: told.append(all_of_it)):
        assert not Helper.started


def test_a_system_that_starts_no_processes(told, monkeypatch: pytest.MonkeyPatch):
    def refused(*_: object, **_options: object) -> None:
        raise OSError("no")

    monkeypatch.setattr(first.subprocess, "Popen", refused)
    with first.first_run(lambda *all_of_it: told.append(all_of_it)) as compiling:
        compiling.wait(lambda *all_of_it: told.append(all_of_it))
    assert told == [(first.COMPILING, None, first.ONCE)]


def test_helpers_take_nothing_from_the_working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A file called numba.py beside somebody's CT must not run."""
    (tmp_path / "numba.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(first, "MODULE", "openiort.core.compiled")  # imports numba
    (helper,) = first._started(("job",))
    assert helper.wait() == 0 and not (tmp_path / "ran").exists()
