"""The second page's words: tissues, insertion, device, both paths of the check, versions."""

from __future__ import annotations

import datetime
from dataclasses import replace
from pathlib import Path

from openiort.device.catalogue import site_device
from openiort.dose.second_check import SecondCheck
from openiort.patient.insertion import Insertion
from openiort.report.evidence_data import check_rows, device_rows, insertion_block, tissue_table
from openiort.report.plain_text import plain_text
from openiort.report.version_rows import version_rows
from tests.device.example_site import example_files, tables_of
from tests.plan_factory import make_plan

DASH, MINUS = "\N{EN DASH}", "\N{MINUS SIGN}"
MOVED = Insertion("displace", "5 cc", 5.0, 10.61, 9.14, -0.4, 8.32)


def values(rows: list[dict[str, str]]) -> dict[str, str]:
    return {row["label"]: row["value"] for row in rows}


def test_tissues_of_both_regions() -> None:
    table = tissue_table(make_plan(), plain_text)
    assert table["regions"] == [f"0{DASH}10 mm", f"0{DASH}30 mm"]
    rows = {row[0]: row[1:] for row in table["rows"]}
    assert rows["bone"][:2] == ["", ""]  # the plate begins 13 mm from the sphere
    assert sum(float(row[2]) for row in rows.values()) > 99.5
    assert rows["gland"][1] == "1.00"  # the density that plan_factory gives all tissue


def test_sphere_in_place_of_tissue_is_one_line() -> None:
    block = insertion_block(make_plan(), plain_text, with_figure=False)
    assert block == {"line": "Sphere in place of the scanned tissue; nothing has moved.", "rows": [], "distances": [],
                     "figure": False}


def test_tissue_that_gave_way() -> None:
    plan = replace(make_plan(), insertion=MOVED, distances_before_mm={"skin": 17.0, "bone": 13.5, "lungs": None})
    block = insertion_block(plan, plain_text, with_figure=True)
    assert block["figure"]
    expected = ["5 cc", "5.0 cc", "10.6 mm", "9.1 cc", f"{MINUS}0.4 % of that", "8.3 mm"]
    assert list(values(block["rows"]).values()) == expected
    assert block["distances"] == [["skin", "17.0", "14.2"], ["bone", "13.5", "13.0"], ["lungs", "> 60", "29.0"]]


def test_figures_that_nobody_measured_are_dashes() -> None:
    plan = replace(make_plan(), insertion=Insertion("displace", "5 cc"))
    rows = values(insertion_block(plan, plain_text, with_figure=False)["rows"])
    assert (rows["its volume"], rows["tissue's volume"]) == (DASH, "change too small to measure")


def test_device_of_the_catalogue() -> None:
    rows = values(device_rows(make_plan(), plain_text))
    assert rows["device"].startswith("generic-50kv: ")
    assert rows["output"] == "published; 20 Gy at the surface in 23.00 min"  # tables/devices/generic-50kv.toml
    assert rows["treatment time"] == "23:00 min:s, nominal"
    assert "1.04 mm Al" in rows["spectrum"]  # 0.04 in all spheres, 1.0 in those to 30 mm
    assert "on other scales" not in rows and "site's tables" not in rows


def test_device_of_a_site() -> None:
    site = replace(tables_of(example_files()), version=3, sha256="ab" * 32)
    device = site_device(site, datetime.date(2026, 1, 1))
    plan = replace(make_plan(), device=device, applicator=device.applicators[0],
                   times_by_scale={"Monte Carlo": 1380.4, "V4.0": 1500.0})
    rows = values(device_rows(plan, plain_text))
    assert rows["device"].startswith(f"{site.name}@3: ")
    assert rows["on other scales"] == "25:00 on V4.0 min:s for the same number of grays"
    assert "version 3, abababababab" in rows["site's tables"]
    assert site.calibrated.isoformat() in rows["measured"] and site.measured_by[:20] in rows["measured"]
    assert f"{site.output_factor:.4g} of {site.output_date.isoformat()}" in rows["output factor"]
    assert "site's own tables" in values(check_rows(plan, plain_text))["planned"]


def test_both_paths_of_the_check() -> None:
    check = SecondCheck(1000.0, -4.0, "review", "what: doses of another program; more")
    rows = values(check_rows(replace(make_plan(), second_check=check), plain_text))
    assert rows["planned"].startswith("23:00 min:s by Monte Carlo")
    assert rows["independent"].startswith("16:40 min:s by another program's dose per photon")
    assert rows["difference"].startswith(f"{MINUS}4.0 %: REVIEW")
    assert rows["source"] == "doses of another program"


def test_versions_and_hashes() -> None:
    plan = replace(make_plan(), provenance=make_plan().provenance | {"site_device_version": 3, "nested": {"a": 1}})
    rows = values(version_rows(plan, plain_text))
    assert rows["program"] == "OpenIORT 0.1.0, compiled sources 0123456789ab, Python 3.11.7, x86_64"
    assert rows["libraries"] == "numpy 2.4.6 · pydicom 3.0.2"
    # 4.2 + 31.7 + 3.3 s
    assert rows["calculation"].startswith("seed 1, histories 1 600 000, batches 80, ")
    assert rows["calculation"].endswith(", 39 s")
    assert rows["input SHA-256"] == "ab" * 32  # whole: it is what tells two patients' files apart
    assert rows["tables SHA-256"] == "materials.toml cdcdcdcdcdcd"
    assert rows["more"] == "site device version 3"


def test_tables_that_do_not_fit_are_counted() -> None:
    tables = {f"table_{number}.csv": "ef" * 32 for number in range(15)}
    plan = replace(make_plan(), provenance={"tables_sha256": tables})
    assert values(version_rows(plan, plain_text))["tables SHA-256"].endswith("and 3 more")


def test_templates_are_beside_the_code() -> None:
    folder = Path(__file__).parents[2] / "src" / "openiort" / "report"
    assert all(len(file.read_text().splitlines()) < 300 for file in folder.glob("*.typ"))
