"""The notebook of docs/ runs from top to bottom, and its results show themselves."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

import pytest
from pytest import approx

NOTEBOOK = Path(__file__).resolve().parent.parent / "docs" / "worked_example.ipynb"


def run_cell(source: str, names: dict[str, Any]) -> Any:
    """Run a cell as a notebook does and return the value of its last line, if that is an expression."""
    body = ast.parse(source).body
    last = body.pop() if body and isinstance(body[-1], ast.Expr) else None
    exec(compile(ast.Module(body, []), NOTEBOOK.name, "exec"), names)
    if last is None:
        return None
    return eval(compile(ast.Expression(last.value), NOTEBOOK.name, "eval"), names)


def test_notebook_runs(capsys: pytest.CaptureFixture[str]) -> None:
    cells = [cell for cell in json.loads(NOTEBOOK.read_text())["cells"] if cell["cell_type"] == "code"]
    names: dict[str, Any] = {}
    shown = [run_cell("".join(cell["source"]), names) for cell in cells]
    assert sum(hasattr(value, "_repr_html_") and "<" in value._repr_html_() for value in shown) == 4
    out = capsys.readouterr().out
    assert "second check pass" in out
    # spheres of 35 and 30 mm about one centre: the smaller one lies 2.5 mm further from the skin (closed form)
    distances = {size: names[plan].distances_mm["skin"] for size, plan in ((35, "plan"), (30, "smaller"))}
    assert distances[30] - distances[35] == approx(2.5, abs=0.1)


def test_notebook_holds_no_output() -> None:
    cells = json.loads(NOTEBOOK.read_text())["cells"]
    assert not any(cell.get("outputs") or cell.get("execution_count") for cell in cells)
