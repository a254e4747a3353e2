"""The one form of every message."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from openiort.core.errors import InputError, OpenIORTError

PACKAGE = Path(__file__).resolve().parents[2] / "src" / "openiort"
PARTS = {"where", "allowed", "fix"}


def test_text_has_a_line_a_part() -> None:
    error = InputError("dose -1 Gy cannot be prescribed", where="--dose", allowed="above 0", fix="give 20")
    assert str(error).splitlines() == [
        "dose -1 Gy cannot be prescribed", "  where:   --dose", "  allowed: above 0", "  fix:     give 20",
    ]
    assert isinstance(error, OpenIORTError)


def test_empty_parts_are_left_out() -> None:
    assert InputError("what").text() == "what"
    assert InputError("what", fix="x").text() == "what\n  fix:     x"


@pytest.mark.parametrize("file", sorted(PACKAGE.rglob("*.py")), ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_every_error_says_where_what_is_allowed_and_how_to_mend_it(file: Path) -> None:
    calls = [node for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.Call)]
    errors = [call for call in calls if isinstance(call.func, ast.Name) and call.func.id == "InputError"]
    incomplete = [call.lineno for call in errors if not {word.arg for word in call.keywords} >= PARTS]
    assert not incomplete, f"lines {incomplete} of {file.name}"
