"""`openiort device`: what the catalogue says, on the screen and as JSON."""

from __future__ import annotations

import json

import pytest

from openiort.app.command_line import run
from openiort.device.catalogue import device_names, read_device


def test_list(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["device", "list"]) == 0
    out = capsys.readouterr().out
    assert all(name in out for name in device_names())


def test_list_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["device", "list", "--json"]) == 0
    (found,) = json.loads(capsys.readouterr().out)
    assert found["applicators_mm"] == [15, 20, 25, 30, 35, 40, 45, 50]  # the issue: 15 to 50 mm in 5 mm steps
    assert found["dose_scales"] == ["Monte Carlo"]


def test_show(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["device", "show", "generic-50kv"]) == 0
    out = capsys.readouterr().out
    device = read_device("generic-50kv")
    (row,) = [line for line in out.splitlines() if line.strip().startswith("30 mm")]
    assert row.split()[2:4] == ["23.0", "min"]  # published time of the 30 mm sphere for 20 Gy at the surface
    assert all(text in out for text in (*device.warnings, *device.sources))


def test_show_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["device", "show", "generic-50kv", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    times = {a["diameter_mm"]: a["surface_time_min"] for a in found["applicators"]}
    assert (times[30], times[40], times[50]) == (23, 25, 44)  # published times, see docs/device.md
