"""What docs/selection.md shows is what comes out."""

from __future__ import annotations

import textwrap
from pathlib import Path

import openiort as oi
from openiort.select.candidate import Candidate
from openiort.select.decide import decide
from openiort.select.read_guideline import parse_guideline

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "selection.md").read_text()


def block(start: str) -> str:
    """The indented block that begins with some words."""
    lines = TEXT[TEXT.index(f"\n    {start}") + 1:].splitlines()
    length = next(i for i, line in enumerate(lines) if line and not line.startswith("    "))
    return textwrap.dedent("\n".join(lines[:length])).strip()


def test_example() -> None:
    code, _, output = block("import openiort as oi").partition("\n\n")
    lines = code.splitlines()
    assert lines[-1].startswith("print(")
    names: dict[str, object] = {}
    exec("\n".join(lines[:-1]), names)  # the page's own lines
    assert str(eval(lines[-1].removeprefix("print"), names)) == output
    assert isinstance(names["woman"], oi.Candidate)


def test_guideline_of_your_own() -> None:
    guideline = parse_guideline(block("[guideline]"), "docs/selection.md")
    for age_years, class_name in ((50, "suitable"), (49, "not suitable")):
        assert decide(guideline, Candidate(before_surgery={"age_years": age_years})).class_name == class_name
