"""Runs of `openiort select` and what they show, for its tests."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from openiort.app.command_line import run

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = Path("docs/examples/selection")
CANDIDATE, CANDIDATES = str(ROOT / EXAMPLES / "candidate.toml"), ROOT / EXAMPLES / "candidates.csv"
OWN = """
[guideline]
name = "{name}"
title = "made for a test [red]"
family = "own"
version = "1"
published = "2026"
scope = ["IORT"]
citation = "none"
statements = [{{ text = "Never [bold] alone.", source = "none", mark = "R", limits = {limits} }}]
[[class]]
name = "yes"
meaning = "suitable"
holds = "all"
[[class]]
name = "no"
meaning = "unsuitable"
holds = "otherwise"
[[criterion]]
name = "age"
class = "yes"
fact = "age_years"
op = ">="
value = 60
phase = "both"
text = "60 [years] or older"
source = "none"
mark = "R"
"""


def own_guideline(folder: Path, name: str = "own", limits: str = "true") -> str:
    file = folder / f"{name}.toml"
    file.write_text(OWN.format(name=name, limits=limits))
    return str(file)


def shown(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> str:
    assert run(["select", *arguments]) == code
    return capsys.readouterr().out


def shown_json(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> Any:
    out = shown(capsys, *arguments, "--json", code=code)
    assert len(out.splitlines()) == 1
    return json.loads(out)


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """The message; it has all its parts, and nothing is on stdout."""
    assert run(["select", *arguments]) == 2
    out, error = capsys.readouterr()
    assert out == ""
    assert all(part in error for part in ("where:", "allowed:", "fix:"))
    return error


def words(text: str) -> str:
    """Text of a screen without borders and line breaks, cells of a row one after the other."""
    return " ".join("".join(" " if "\u2500" <= letter <= "\u257f" else letter for letter in text).split())
