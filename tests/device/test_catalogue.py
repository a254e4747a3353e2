"""The catalogue: outputs as their sources say, and clear errors for what it has not."""

from __future__ import annotations

import pytest

from openiort.core.errors import InputError
from openiort.core.table import read_table
from openiort.device.catalogue import device_names, read_device

SIZES_mm = (15, 20, 25, 30, 35, 40, 45, 50)  # docs/device.md
# minutes for 20 Gy at the surface: A. Sethi et al. 2018, doi:10.3389/fonc.2018.00074, table 1
PUBLISHED_min = {30: 23.0, 40: 25.0, 50: 44.0}
# model's time for equal surface dose relative to the 40 mm sphere: egs_brachy's surface doses per electron
# (surface_summary.csv of the source's reference data, column rel_time; docs/device.md)
RELATIVE_TIME = {15: 0.212761, 20: 0.390266, 25: 0.631099, 30: 0.940630, 35: 0.701514, 40: 1.0, 45: 1.36635}


def surface_dose_Gy(diameter_mm: int) -> float:
    table = read_table("water/generic_50kv_spheres.csv")
    row = (table["diameter_mm"] == diameter_mm) & (table["depth_mm"] == 0)
    return float(table["dose_Gy_per_photon"][row][0])


def test_sizes():
    assert device_names() == ["generic-50kv"]
    assert tuple(a.diameter_mm for a in read_device("generic-50kv").applicators) == SIZES_mm


@pytest.mark.parametrize("diameter_mm", SIZES_mm)
def test_photons_per_minute_give_20_Gy_in_the_surface_time(diameter_mm):
    """Closed form: 20 Gy / (surface time x dose per photon at the surface by egs_brachy)."""
    applicator = read_device("generic-50kv").applicator(diameter_mm)
    expected = 20.0 / (applicator.surface_time_min * surface_dose_Gy(diameter_mm))
    assert applicator.photons_per_minute == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize(("diameter_mm", "minutes"), PUBLISHED_min.items())
def test_published_times(diameter_mm, minutes):
    applicator = read_device("generic-50kv").applicator(diameter_mm)
    assert (applicator.surface_time_min, applicator.output_mark) == (minutes, "published")


@pytest.mark.parametrize(("diameter_mm", "anchor_mm"), [(15, 30), (20, 30), (25, 30), (35, 40), (45, 40)])
def test_fitted_times_follow_the_models_relative_output(diameter_mm, anchor_mm):
    """docs/device.md: 15 to 25 mm relative to 30 mm, 35 and 45 mm relative to 40 mm."""
    applicator = read_device("generic-50kv").applicator(diameter_mm)
    expected = PUBLISHED_min[anchor_mm] * RELATIVE_TIME[diameter_mm] / RELATIVE_TIME[anchor_mm]
    assert applicator.surface_time_min == pytest.approx(expected, rel=1e-4)
    assert applicator.output_mark == "fitted"


def test_filter_of_the_small_spheres():  # docs/device.md: 1 mm Al effective up to 30 mm
    spectra = {a.diameter_mm: a.spectrum for a in read_device("generic-50kv").applicators}
    assert {d for d, name in spectra.items() if name == "chosen_1mmAl"} == {15, 20, 25, 30}


def test_it_says_that_it_is_nominal_and_where_it_comes_from():
    device = read_device("generic-50kv")
    assert device.time_word == "nominal"
    assert any("nominal" in text for text in device.warnings)
    assert any("Sethi" in text for text in device.sources)
    assert device.dose_scales == ("Monte Carlo",)


def test_unknown_device_and_size_list_what_there_is():
    with pytest.raises(InputError) as error:
        read_device("laser")
    assert error.value.allowed == "generic-50kv"
    with pytest.raises(InputError) as error:
        read_device("generic-50kv").applicator(33.0)
    assert error.value.allowed == "15, 20, 25, 30, 35, 40, 45, 50 mm"
    assert error.value.where and error.value.fix


@pytest.mark.parametrize("name", ["../spectra/generic_50kv", "", "generic-50kv.toml"])
def test_a_name_is_no_path(name):
    with pytest.raises(InputError, match="is unknown"):
        read_device(name)
