"""`openiort bench dose`: what it refuses, and one small run."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numba
import numpy as np
import pytest

from openiort.app.bench_command import bench_record
from openiort.app.bench_screen import show_bench
from openiort.app.command_line import run
from openiort.dose.benchmark import BenchmarkRun, ModeSpeed
from openiort.dose.benchmark_case import CASES
from openiort.dose.benchmark_growth import growth_runs
from openiort.dose.benchmark_ompmc import NOT_FOUND
from openiort.dose.benchmark_programs import published_speeds


def test_one_mode_as_json(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    noise = np.random.default_rng(1).normal(1.0, 0.05, (64, 64, 64))
    np.savez(tmp_path / "other.npz", program="other", version="1", cross_sections="XCOM", case="sphere-bone-lung",
             cpu_s=100.0, histories=1000, dose=noise)
    options = ["--modes", "fast", "--voxels", "64", "--result", str(tmp_path / "other.npz"), "--json"]
    assert run(["bench", "dose", *options]) == 0
    found = json.loads(capsys.readouterr().out)
    fast = found["modes"]["fast"]
    assert set(fast) >= {"cpu_s_to_1_percent", "wall_s_to_1_percent", "ratio_to_track_length", "peak_memory_mb"}
    assert fast["ratio_to_track_length"] is None  # track length was not asked for
    assert 0.5 < fast["reached_percent"] <= 1.05
    assert fast["spread_percent"] == pytest.approx(fast["reached_percent"], rel=0.1)  # states what symmetry shows
    assert fast["cpu_s_to_1_percent"] > 0 and fast["peak_memory_mb"] > 100
    assert found["preview_wall_s"] > 0 and found["machine"]
    assert set(found["device_spectrum"]) == set(found["water_30_keV"]) == {"fast"}
    programs = {speed["program"]: speed for speed in found["programs"]}
    assert programs["other"]["cpu_s_to_1_percent"] == pytest.approx(2500.0, rel=0.05)  # 100 s at 5 %
    assert programs["other"]["ratio"]["fast"] == pytest.approx(
        programs["other"]["cpu_s_to_1_percent"] / fast["cpu_s_to_1_percent"])
    assert programs["egs_brachy"]["ratio"] == {}  # published for 128 voxels a side, ours here for 64


def record(ompmc_found: bool) -> dict[str, Any]:
    """What a run finds, in round numbers."""
    asked = BenchmarkRun("accurate", threads=2)
    some = ModeSpeed(asked, 10.0, 5.0, 1.0, 1.01, 100_000, 0.5, 400.0)
    more = ModeSpeed(replace(asked, wanted_percent=0.7), 20.0, 10.0, 0.7, 0.7, 200_000, 0.5, 400.0)
    cases = {name: [some] for name in CASES}
    grown = {"histories": [some, more], "voxels": [some], "threads": [some]}
    return bench_record(128, cases, grown, published_speeds()) | {
        "ompmc_found": ompmc_found, "device": "cpu", "preview_wall_s": 0.05, "preview_whole_grid_wall_s": 0.15}


def test_screen(capsys: pytest.CaptureFixture[str]) -> None:
    show_bench(record(ompmc_found=False))
    shown = capsys.readouterr().out
    assert NOT_FOUND in shown
    assert "410 x" in shown  # 4,100 s against 10 s
    assert "100.0" in shown  # 10 s more for 100,000 histories more: 100 us each
    assert "preview of a moved applicator: 0.050 s" in shown
    show_bench(record(ompmc_found=True))
    assert NOT_FOUND not in capsys.readouterr().out


def test_growth_is_asked_for_in_three_ways() -> None:
    runs = growth_runs(seed=3, threads=None)
    assert {run.count for run in runs["voxels"]} == {64, 96, 128, 192, 256}
    assert [run.wanted_percent for run in runs["histories"]] == [2.0, 1.4, 1.0, 0.7]
    assert [run.threads for run in runs["threads"]] == [1, 2][: numba.config.NUMBA_NUM_THREADS]


@pytest.mark.parametrize("options", (["--voxels", "97"], ["--voxels", "62"], ["--modes", "quick"], ["--threads", "0"],
                                     ["--modes", "preview"], ["--result", "none.npz"], ["--seed", "-1"],
                                     ["--device", "abacus"], ["--device", "cuda", "--modes", "analogue"]))
def test_what_cannot_be_measured(options: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["bench", "dose", *options]) == 2
    assert capsys.readouterr().err.startswith("error: ")
