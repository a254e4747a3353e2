"""A missing program skips its test on a developer's machine and fails it in CI."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.required_tools import PACKAGES, require_tool

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def no_programs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))


@pytest.mark.usefixtures("no_programs")
def test_missing_tool_skips_locally(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENIORT_CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match=r"pdftotext .*poppler-utils"):
        require_tool("pdftotext")


@pytest.mark.usefixtures("no_programs")
def test_missing_tool_fails_in_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENIORT_CI", "1")
    with pytest.raises(pytest.fail.Exception, match=r"pdftotext .*poppler-utils"):
        require_tool("pdftotext")


def test_tool_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    tool = tmp_path / "pdftotext"
    tool.write_text("#!/bin/sh\n")
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert require_tool("pdftotext") == str(tool)


def test_ci_installs_every_package() -> None:
    line = next(x for x in (ROOT / ".ci" / "run").read_text().splitlines() if x.startswith("packages="))
    assert set(line.removeprefix("packages=(").removesuffix(")").split()) == set(PACKAGES.values())
