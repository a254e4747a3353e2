"""Time, reach and age of a site's tables."""

from __future__ import annotations

import datetime

import pytest

from openiort.core.errors import InputError
from openiort.core.table import read_table
from openiort.device.catalogue import read_device
from tests.device.example_site import TODAY, example_files, only_spheres, second_scale, tables_of


def test_time_is_dose_over_bare_rate_times_coefficient_times_output_factor() -> None:
    # rows of the example: bare_probe.csv r = 20 mm, transfer.csv 40 mm sphere at r = 20 mm; 0.9 is invented
    files = example_files()
    bare = next(line for line in files["bare_probe.csv"].splitlines() if line.startswith("20,"))
    transfer = next(line for line in files["transfer.csv"].splitlines() if line.startswith("40,20,"))
    del files["output_check.csv"]
    head = files["device.toml"].split("[output]")[0]
    files["device.toml"] = f"{head}[output]\nfactor = 0.9\ndate = 2026-11-16\n"
    expected_min = 20.0 / (float(bare.split(",")[1]) * float(transfer.split(",")[2]) * 0.9)
    assert tables_of(files).time_s(20.0, "Monte Carlo", 40.0, 0.0) == pytest.approx(60.0 * expected_min, rel=1e-12)


def test_example_is_the_reference_depth_dose() -> None:
    """tables/water: egs_brachy; one number of electrons per minute in all spheres, that of the 40 mm sphere."""
    model = read_device("generic-50kv")
    water, spectrum = read_table(model.water_table), read_table(model.spectrum_table)
    electrons = model.applicator(40).photons_per_minute / spectrum["chosen"].sum()
    tables = tables_of(example_files())
    for applicator in model.applicators:
        photons = electrons * spectrum[applicator.spectrum].sum()
        rows = (water["diameter_mm"] == applicator.diameter_mm) & (water["depth_mm"] <= 20)
        for depth_mm, dose_Gy in zip(water["depth_mm"][rows], water["dose_Gy_per_photon"][rows], strict=True):
            ours = tables.rate_Gy_per_min("Monte Carlo", applicator.diameter_mm, depth_mm)
            assert ours == pytest.approx(dose_Gy * photons, rel=1e-4)  # five digits in both tables


def test_output_factor_of_the_example() -> None:
    """Two readings, mean 1.2351 nC, of 1.2500 nC, at 22.0 C and 100.80 kPa: ideal gas."""
    expected = 1.2351 / 1.25 * (295.15 / 293.15) * (101.325 / 100.8)
    assert tables_of(example_files()).output_factor == pytest.approx(expected, rel=1e-12)


def test_second_scale_has_its_own_time() -> None:
    tables = tables_of(second_scale(example_files(), "V4.0", 1.2))
    assert tables.dose_scales == ("Monte Carlo", "V4.0")
    first, second = (tables.time_s(20.0, scale, 30.0, 5.0) for scale in tables.dose_scales)
    assert first / second == pytest.approx(1.2, rel=1e-5)


def test_coefficients_of_one_scale_only() -> None:
    files = second_scale(example_files(), "V4.0", 1.2)
    files["transfer_V4.0.csv"] = "# scale: V4.0\n" + only_spheres(files["transfer.csv"], 30)
    tables = tables_of(files)
    assert tables.diameters_mm == (15, 20, 25, 30, 35, 40, 45, 50)
    with pytest.raises(InputError, match="not measured a sphere of 40 mm on the scale V4") as error:
        tables.time_s(20.0, "V4.0", 40.0, 0.0)
    assert error.value.allowed == "30 mm"


def test_depths_that_are_not_covered_are_named_and_refused() -> None:
    tables = tables_of(example_files())  # the example's tables end at r = 50 mm
    assert [line for line in tables.remarks() if "50 mm sphere" in line] == [
        "50 mm sphere, scale Monte Carlo: depths 25 to 30 mm are not covered"]
    with pytest.raises(InputError, match="depth 26 mm outside the 50 mm sphere") as error:
        tables.time_s(20.0, "Monte Carlo", 50.0, 26.0)
    assert error.value.allowed == "0 to 25 mm"


def test_age_is_judged_by_the_days_that_the_site_allows() -> None:
    # example: tables of 2026-05-04 for 365 days, output of 2026-11-16 for 31 days
    tables = tables_of(example_files())
    assert tables.age_warnings(TODAY) == ()
    assert tables.age_warnings(datetime.date(2026, 12, 17)) == ()
    (output,) = tables.age_warnings(datetime.date(2026, 12, 18))
    assert "output factor of 2026-11-16" in output
    assert len(tables.age_warnings(datetime.date(2027, 5, 5))) == 2
