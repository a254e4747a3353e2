"""Compiling ahead: the jobs run, and what they compile lies in the cache under the names that are looked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from openiort.core.compiled import cache_folder
from openiort.dose import compile_ahead as ahead


def test_after_the_jobs_the_engine_is_compiled():
    for job in ahead.JOBS.values():
        job()
    assert cache_folder() is None or ahead.engine_is_compiled()


def test_half_is_not_compiled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(ahead, "cache_folder", lambda: tmp_path)
    for name in ahead.LAST:
        assert not ahead.engine_is_compiled()
        (tmp_path / "dose_1").mkdir(exist_ok=True)
        (tmp_path / "dose_1" / f"{name}-56.py311.1.nbc").touch()
    assert ahead.engine_is_compiled()
    monkeypatch.setattr(ahead, "cache_folder", lambda: None)
    assert not ahead.engine_is_compiled()
