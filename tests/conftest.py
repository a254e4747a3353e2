"""Fixtures for every test: where the shared data lies, and a configuration folder that is not the user's."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real images, read-only; the test is skipped where there is none."""
    folder = Path(os.environ.get("OPENIORT_DATA") or ROOT.parent / "shared" / "data")
    if not (folder / "acrin_flt_breast_013").is_dir():
        pytest.skip("real CT acrin_flt_breast_013 not found: set OPENIORT_DATA to the folder that holds it")
    return folder


@pytest.fixture(autouse=True)
def private_configuration(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reads or makes the user's key of pseudonyms."""
    for name in ("CONFIG", "STATE", "DATA"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path_factory.getbasetemp() / name.lower()))
