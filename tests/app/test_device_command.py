"""`openiort device`: what the catalogue says, on the screen and as JSON."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from openiort.app.command_line import run
from openiort.device.catalogue import device_names, read_device
from openiort.device.site_store import store_folder, versions
from openiort.device.site_tables import Filters
from tests.device.example_site import example_files, only_spheres, write


def test_list(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["device", "list"]) == 0
    out = capsys.readouterr().out
    assert all(name in out for name in device_names())


def test_list_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["device", "list", "--json"]) == 0
    (found,) = json.loads(capsys.readouterr().out)
    assert found["applicators_mm"] == [15, 20, 25, 30, 35, 40, 45, 50]
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


@pytest.fixture
def imported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    files = example_files()
    files["transfer.csv"] = only_spheres(files["transfer.csv"], 30, 40)
    assert run(["device", "import", str(write(files, tmp_path / "site")), "--json"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_import_list_and_show(imported: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    assert (imported["name"], imported["version"], imported["is_new"]) == ("example-site", 1, True)
    assert imported["applicators_mm"] == [30, 40]
    assert run(["device", "list", "--json"]) == 0
    assert [(d["name"], d["versions"]) for d in json.loads(capsys.readouterr().out)] == [
        ("generic-50kv", []), ("example-site", [1])]  # fmt: skip
    assert run(["device", "list"]) == 0
    assert "imported, versions 1" in capsys.readouterr().out
    assert run(["device", "show", "example-site"]) == 0
    out = capsys.readouterr().out
    assert "nominal" not in out
    (row,) = [line for line in out.splitlines() if line.strip().startswith("40 mm")]
    assert row.split()[2:4] == ["25.0", "min"]  # the example has the published 25 min of the 40 mm sphere
    assert run(["device", "show", "example-site@1", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["site"]["calibrated"] == "2026-05-04"


def test_import_of_a_bad_folder_keeps_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = example_files() | {"bare_probe.csv": "r_mm,Gy_per_min\n"}
    assert run(["device", "import", str(write(files, tmp_path / "site"))]) == 2
    error = capsys.readouterr().err
    assert all(part in error for part in ("no rows", "where:", "bare_probe.csv", "fix:"))
    assert run(["device", "list", "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)) == 1


def test_a_damaged_device_hides_no_other(imported: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    (store_folder() / "example-site" / "1" / "transfer.csv").unlink()
    assert run(["device", "list", "--json"]) == 0
    out, err = capsys.readouterr()
    assert [device["name"] for device in json.loads(out)] == ["generic-50kv"]
    assert "example-site cannot be used" in err


def test_commission_writes_and_saves(imported: dict[str, Any], tmp_path: Path,
                                     capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["device", "commission", "example-site", "--out", str(tmp_path / "out"), "--save"]) == 0
    out = capsys.readouterr().out
    assert all(text in out for text in ("worst before", "filter, all spheres: 0.040 ->", "kept as version 2"))
    assert (tmp_path / "out" / "commission.png").stat().st_size > 10_000
    site = read_device("example-site").site
    assert site.fitted is not None
    assert site.fitted_uncertainty.source_mm_Al and site.fitted_uncertainty.hardening_mm_Al
    record = json.loads((tmp_path / "out" / "commission.json").read_text())
    assert record["provenance"]["seed"] == 1
    assert record["provenance"]["input_sha256"] == imported["sha256"]
    assert record["filters_correlation"] == pytest.approx(site.fitted_uncertainty.correlation, abs=1e-5)
    assert run(["device", "show", "example-site"]) == 0
    assert f"0.{round(1000 * site.fitted.source_mm_Al):03d} mm Al +- 0.00" in capsys.readouterr().out
    assert run(["device", "commission", "generic-50kv"]) == 2


def without_attenuation(filters: Filters, diameter_mm: float, depths_mm: Any) -> Any:
    return (1.0 + filters.source_mm_Al * depths_mm / 1e4) / (diameter_mm / 2 + depths_mm) ** 2


@pytest.fixture
def no_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    def calculated(*_: object, **__: object) -> None:
        raise AssertionError("calculated before everything was checked")

    monkeypatch.setattr("openiort.plan.commissioning.engine_depth_dose", calculated)


def test_commission_checks_seed_and_place_before_the_work(imported: dict[str, Any], no_engine: None, tmp_path: Path,
                                                          capsys: pytest.CaptureFixture[str]) -> None:
    for seed in ("-1", "99999999999999999999999"):
        assert run(["device", "commission", "example-site", f"--seed={seed}"]) == 2
        assert "--seed" in capsys.readouterr().err
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "commission.json").write_text("{}")
    for out in (tmp_path / "out", tmp_path / ("a" * 250)):
        assert run(["device", "commission", "example-site", "--out", str(out)]) == 2
        assert "--force" not in capsys.readouterr().err


def test_targit_alone_is_compared_and_not_kept(no_engine: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                                               capsys: pytest.CaptureFixture[str]) -> None:
    files = {name: text.replace('"Monte Carlo"', '"TARGIT"').replace("scale: Monte Carlo", "scale: TARGIT")
             for name, text in example_files().items()}  # fmt: skip
    assert run(["device", "import", str(write(files, tmp_path / "site"))]) == 0
    assert run(["device", "commission", "example-site", "--save"]) == 2
    assert "no filters are fitted on the scale TARGIT" in capsys.readouterr().err
    monkeypatch.setattr("openiort.plan.commissioning.engine_depth_dose", lambda *_, **__: without_attenuation)
    assert run(["device", "commission", "example-site"]) == 0
    out = capsys.readouterr().out
    assert "compared, not fitted" in out
    assert "filter, all spheres" not in out


def test_a_bad_fit_is_shown_and_not_kept(imported: dict[str, Any], monkeypatch: pytest.MonkeyPatch,
                                         capsys: pytest.CaptureFixture[str]) -> None:
    """A model without water's attenuation, whose filters flatten it by 1 % at most: far more than 5 % is left."""
    monkeypatch.setattr("openiort.plan.commissioning.engine_depth_dose", lambda *_, **__: without_attenuation)
    assert run(["device", "commission", "example-site", "--save"]) == 2
    out, err = capsys.readouterr()
    assert "at its limit" in out
    assert "do not describe this beam" in err
    assert versions("example-site") == [1]


def test_a_surface_that_the_tables_do_not_reach_has_a_dash(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = example_files()
    files["transfer.csv"] = "".join(line for line in only_spheres(files["transfer.csv"], 40).splitlines(True)
                                    if not line.startswith(("40,20,", "40,21,")))  # fmt: skip
    assert run(["device", "import", str(write(files, tmp_path / "site"))]) == 0
    capsys.readouterr()
    assert run(["device", "show", "example-site"]) == 0
    (row,) = [line for line in capsys.readouterr().out.splitlines() if line.strip().startswith("40 mm")]
    assert row.split() == ["40", "mm", "-", "-", "measured"]


def test_listing_starts_without_the_engine(imported: dict[str, Any]) -> None:
    code = ("import sys; from openiort.app.command_line import run; run(['device', 'list']); "
            "print([m for m in ('numba', 'numpy', 'scipy', 'pydicom') if m in sys.modules])")  # fmt: skip
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert shown.splitlines()[-1] == "[]"
