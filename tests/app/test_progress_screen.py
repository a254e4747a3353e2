"""Progress: sparse lines in a log, one changing line on a terminal, never anything on stdout."""

from __future__ import annotations

import io
import sys

import pytest

from openiort.app import progress_screen
from openiort.app.progress_screen import ProgressScreen, plain_line


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_plain_line() -> None:
    assert plain_line("scene", None, "tissues", 3.0) == "scene: tissues"
    assert plain_line("reading", 0.01, "", 3.0) == "reading 1 %"
    # a quarter done in 10 s, so three quarters take 30 s
    assert plain_line("reading", 0.25, "slice 3", 10.0) == "reading 25 %: slice 3, about 30 s left"
    assert plain_line("scatter", 0.25, "30 s left", 10.0) == "scatter 25 %: 30 s left"
    assert plain_line("reading", 1.0, "", 10.0) == "reading 100 %"


def test_lines_are_sparse(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    clock_s = iter([0.0, 1.0, 4.0, 6.0, 7.0])
    monkeypatch.setattr(progress_screen.time, "monotonic", lambda: next(clock_s))
    with ProgressScreen() as progress:
        for step in range(4):
            progress("reading", step / 4)
        progress("anatomy")
    said = capsys.readouterr()
    assert said.out == ""
    # at once, then only after 5 s; 3/4 done in 6 s leaves 2 s; a new step at once
    assert said.err.splitlines() == ["reading 0 %", "reading 75 %, about 2 s left", "anatomy"]


def test_terminal_is_left_clean(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    with pytest.raises(ValueError, match="lost"), ProgressScreen() as progress:
        progress("reading [bold]", 0.5, "slice [/] 3")  # no markup: a detail may hold brackets
        progress("anatomy")
        raise ValueError("lost")
    shown = terminal.getvalue()
    assert "anatomy" in shown
    assert shown.count("\x1b[?25l") == shown.count("\x1b[?25h")  # cursor hidden and shown again
    assert capsys.readouterr().out == ""
