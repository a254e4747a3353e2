"""Time by a site's tables, and Monte Carlo as its check."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from openiort.core.errors import InputError
from openiort.core.material_table import read_material
from openiort.device.catalogue import Applicator, Device, site_device
from openiort.device.source_spectrum import source_spectrum
from openiort.dose.scene import make_spectrum
from openiort.dose.water_dose import WaterDose, water_dose
from openiort.plan.prescription import Prescription, check_reach, prescribe
from openiort.plan.treatment_time import TreatmentTime, treatment_time
from tests.device.example_site import TODAY, changed_column, example_files, second_scale, tables_of, write

SURFACE = Prescription(20.0, 0.0)


@cache
def water(applicator: Applicator) -> WaterDose:
    device = site_device(tables_of(example_files()), TODAY)
    spectrum = make_spectrum(*source_spectrum(device, applicator))
    return water_dose(spectrum, applicator.radius_mm, read_material("polyetherimide"), seed=1)


def device_of(files: dict[str, str]) -> Device:
    return site_device(tables_of(files), TODAY)


def timing(files: dict[str, str], diameter_mm: float, prescription: Prescription = SURFACE) -> TreatmentTime:
    device = device_of(files)
    return treatment_time(device, device.applicator(diameter_mm), prescription, water)


def without_reference(files: dict[str, str]) -> dict[str, str]:
    return files | {"device.toml": files["device.toml"].split("[[reference]]")[0]}


def wrong_coefficients(files: dict[str, str], diameter_mm: float, factor: float) -> dict[str, str]:
    def change(row: dict[str, float]) -> float:
        return row["transfer_coefficient"] * (factor if row["diameter_mm"] == diameter_mm else 1.0)

    return files | {"transfer.csv": changed_column(files["transfer.csv"], "transfer_coefficient", change)}


def test_time_is_that_of_the_tables() -> None:
    found = timing(example_files(), 30.0)
    assert found.time_s == tables_of(example_files()).time_s(20.0, "Monte Carlo", 30.0, 0.0)
    assert found.by_scale == {"Monte Carlo": found.time_s}


@pytest.mark.parametrize("diameter_mm", [30.0, 40.0])
def test_monte_carlo_agrees_with_tables_of_another_monte_carlo(diameter_mm: float) -> None:
    """Tables: egs_brachy. Reference point: a second program at one depth of the 40 mm sphere (docs/device.md)."""
    check = timing(example_files(), diameter_mm).check
    assert abs(check.difference_percent) < 1.0
    assert check.verdict == "pass"
    assert "reference of 2026-05-11 (40 mm sphere, r 30 mm)" in check.source


def test_a_wrong_transfer_coefficient_is_found() -> None:
    """8 % too large a coefficient gives 1/1.08 of the time: 7.4 % less, whichever sphere holds the reference point."""
    for diameter_mm in (30.0, 40.0):
        right = timing(example_files(), diameter_mm).check
        wrong = timing(wrong_coefficients(example_files(), diameter_mm, 1.08), diameter_mm).check
        ratio = (100 + wrong.difference_percent) / (100 + right.difference_percent)
        assert ratio == pytest.approx(1 / 1.08, rel=1e-4)
        assert wrong.time_s == right.time_s
        assert wrong.verdict == "stop"


def test_a_wrong_bare_probe_is_found() -> None:
    text = changed_column(example_files()["bare_probe.csv"], "Gy_per_min", lambda row: 1.06 * row["Gy_per_min"])
    assert timing(example_files() | {"bare_probe.csv": text}, 40.0).check.verdict == "stop"


def test_without_a_reference_the_nominal_output_checks() -> None:
    """40 mm sphere: 25 min for 20 Gy at the surface (Sethi et al. 2018, PMC5879442, table 1); ours to 1.5 %."""
    check = timing(without_reference(example_files()), 40.0).check
    assert "nominal output of the model" in check.source
    assert check.time_s == pytest.approx(25 * 60, rel=0.015)


def test_dose_in_water_is_the_prescription_on_its_scale() -> None:
    files = second_scale(example_files(), "V4.0", 1.2)
    for scale in ("Monte Carlo", "V4.0"):
        found = timing(files, 40.0, Prescription(20.0, 5.0, scale))
        applicator = device_of(files).applicator(40.0)
        assert found.photons * water(applicator).at_depth_Gy(5.0)[0] == pytest.approx(20.0)
        assert scale in found.notes[0]


def test_both_scales_side_by_side() -> None:
    # the second scale is an invented 1.2 times the first: a time 1.2 times shorter
    found = timing(second_scale(example_files(), "V4.0", 1.2), 40.0)
    assert list(found.by_scale) == ["Monte Carlo", "V4.0"]
    assert found.by_scale["Monte Carlo"] / found.by_scale["V4.0"] == pytest.approx(1.2, rel=1e-5)


def test_a_scale_that_does_not_reach_the_depth_is_named() -> None:
    """The second scale ends at r = 30 mm, 10 mm outside the 40 mm sphere."""
    files = second_scale(example_files(), "V4.0", 1.2)
    short = [line for line in files["bare_probe_V4.0.csv"].splitlines()
             if not line[:1].isdigit() or float(line.split(",")[0]) <= 30]  # fmt: skip
    files["bare_probe_V4.0.csv"] = "\n".join(short) + "\n"
    found = timing(files, 40.0, Prescription(20.0, 12.0))
    assert list(found.by_scale) == ["Monte Carlo"]
    assert [note for note in found.notes if note.startswith("no time on V4.0: depth 12 mm outside the 40 mm sphere")]
    assert not [note for note in timing(files, 40.0).notes if "no time" in note]


def test_reference_of_another_scale_is_not_used() -> None:
    found = timing(second_scale(example_files(), "V4.0", 1.2), 40.0, Prescription(20.0, 0.0, "V4.0"))
    assert "nominal output" in found.check.source


@pytest.mark.parametrize(
    ("diameter_mm", "prescription", "said"),
    ((50.0, (20.0, 26.0, None), "depth 26 mm outside the 50 mm sphere"),
     (40.0, (20.0, 0.0, "TARGIT"), "no data on the dose scale 'TARGIT'")),
)  # fmt: skip
def test_what_the_site_has_no_data_for(diameter_mm: float, prescription: tuple[float, float, str | None],
                                       said: str) -> None:
    device = device_of(example_files())
    with pytest.raises(InputError, match=said):
        check_reach(device, device.applicator(diameter_mm), prescribe(device, *prescription))


def test_whole_plan_on_an_imported_device(tmp_path: Path) -> None:
    from openiort.device.import_site import import_site
    from openiort.plan.make_plan import make_plan
    from openiort.plan.plan_record import plan_record
    from tests.plan.water_patient import water_patient

    import_site(write(second_scale(example_files(), "V4.0", 1.2), tmp_path / "site"), today=TODAY)
    plan = make_plan(water_patient(), device="example-site", applicator_mm=40, at_mm=(0.0, 0.0, 0.0), dose_Gy=20,
                     uncertainty_percent=10)
    record = plan_record(plan)
    assert plan.water_depth_dose_Gy[0.0] == pytest.approx(20.0)
    assert plan.patient_water_depth_dose_Gy[0.0].mean == pytest.approx(20.0, rel=0.02)  # she is made of water
    assert record["treatment_time_is"] == "by the site's own tables"
    assert set(record["times_by_scale_s"]) == {"Monte Carlo", "V4.0"}
    assert record["device"]["site"]["version"] == 1
    assert record["provenance"]["site_device_sha256"] == plan.device.site.sha256
    # what a replay asks for, whatever is imported meanwhile
    assert record["options"]["plan"]["device"] == "example-site@1"
    assert not [warning for warning in plan.warnings if "nominal" in warning or "output" in warning]
