"""`openiort bench dose`: what it refuses, and one small run."""

from __future__ import annotations

import json

import pytest

from openiort.app.command_line import run


def test_one_mode_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["bench", "dose", "--modes", "fast", "--voxels", "96", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    fast = found["modes"]["fast"]
    assert set(fast) >= {"cpu_s_to_1_percent", "wall_s_to_1_percent", "ratio_to_track_length", "peak_memory_mb"}
    assert fast["ratio_to_track_length"] is None  # track length was not asked for
    assert 0.5 < fast["reached_percent"] <= 1.05
    assert fast["cpu_s_to_1_percent"] > 0 and fast["peak_memory_mb"] > 100
    assert found["preview_wall_s"] > 0 and found["machine"]


@pytest.mark.parametrize("options", (["--voxels", "97"], ["--voxels", "64"], ["--modes", "quick"], ["--threads", "0"]))
def test_what_cannot_be_measured(options: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["bench", "dose", *options]) == 2
    assert capsys.readouterr().err.startswith("error: ")
