"""What a site's folder may not contain; each message says what, where, what is allowed and how to mend it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from openiort.core.errors import InputError
from tests.device.example_site import example_files, second_scale, tables_of

Files = dict[str, str]


def replaced(name: str, old: str, new: str) -> Callable[[Files], Files]:
    def change(files: Files) -> Files:
        assert old in files[name]
        return files | {name: files[name].replace(old, new, 1)}

    return change


def without(name: str) -> Callable[[Files], Files]:
    return lambda files: {key: text for key, text in files.items() if key != name}


def one_row_more(name: str, row: str) -> Callable[[Files], Files]:
    return lambda files: files | {name: files[name] + row + "\n"}


def cut(name: str, low_mm: float, high_mm: float) -> Callable[[Files], Files]:
    """Leave out the rows between two distances of the bare probe."""
    return lambda files: files | {name: "\n".join(
        line for line in files[name].splitlines()
        if not line[:1].isdigit() or not low_mm < float(line.split(",")[0]) < high_mm)}  # fmt: skip


BAD = {
    "no bare table": (without("bare_probe.csv"), "bare_probe.csv is missing"),
    "no transfer table": (without("transfer.csv"), "transfer.csv is missing"),
    "no output factor": (without("output_check.csv"), "factor is missing"),
    "both outputs": (replaced("device.toml", "[output]\n", "[output]\nfactor = 1.0\n"), "both a factor and"),
    "gap": (cut("bare_probe.csv", 20, 25), "gap from r = 20 to 25 mm"),
    "negative": (replaced("bare_probe.csv", "\n7,9.8", "\n7,-9.8"), "value -9.8"),
    "not falling": (replaced("bare_probe.csv", "\n7,9.8", "\n7,19.8"), "does not fall from r = 6 mm"),
    "text": (replaced("bare_probe.csv", "\n7,9.8", "\n7,n/a"), "'n/a543' is not a number"),
    "decimal comma": (replaced("bare_probe.csv", "\n7,9.8", "\n7,9,8"), "3 cells"),
    "other unit by name": (replaced("bare_probe.csv", "Gy_per_min", "cGy_per_min"), "columns r_mm, cGy_per_min"),
    "other length by name": (replaced("bare_probe.csv", "r_mm", "r_cm"), "columns r_cm"),
    "no scale": (replaced("bare_probe.csv", "# scale: Monte Carlo\n", ""), "on which dose scale"),
    "foreign scale": (replaced("bare_probe.csv", "scale: Monte Carlo", "scale: V5"), "dose scale 'V5' is unknown"),
    "scale of the name": (lambda f: second_scale(f, "V4.0", 1.2) | {"bare_probe_V4.0.csv": f["bare_probe.csv"]},
                          "the head says scale Monte Carlo, the file's name V4.0"),
    "scale twice": (lambda f: f | {"bare_probe_Monte_Carlo.csv": f["bare_probe.csv"]}, "a second table on the scale"),
    "scale without table": (replaced("device.toml", 'dose_scale = "Monte', 'dose_scale = "V4.0" #'), "no bare_probe"),
    "coefficient in per cent": (one_row_more("transfer.csv", "60,35,84.1"), "84.1 as a transfer coefficient"),
    "diameter in cm": (one_row_more("transfer.csv", "3,16,0.8"), "3 mm as the diameter"),
    "depth instead of r": (lambda f: f | {"transfer.csv": "diameter_mm,r_mm,transfer_coefficient\n" + "".join(
        f"40,{i},0.8\n" for i in range(1, 32))}, "r = 1 mm lies inside the 40 mm sphere"),
    "bare probe that ends inside": (cut("bare_probe.csv", 12, 99), "nothing outside the 25 mm sphere is covered"),
    "underscore": (replaced("bare_probe.csv", "\n20,0.58726", "\n2_0,0.58726"), "'2_0' is not a number"),
    "not a number": (replaced("bare_probe.csv", "\n20,0.58726", "\n20,nan"), "'nan' is not a number"),
    "few points": (one_row_more("transfer.csv", "12,7,0.8"), "only 1 points"),
    "misspelt key": (replaced("device.toml", "valid_days = 365", "valid_day = 365"), "'valid_day' is unknown"),
    "missing key": (replaced("device.toml", "valid_days = 365\n", ""), "valid_days is missing"),
    "date as text": (replaced("device.toml", "2026-05-04", '"2026-05-04"'), "calibrated = 2026-05-04"),
    "date to come": (replaced("device.toml", "2026-05-04", "2036-05-04"), "calibrated = 2036-05-04"),
    "name of a path": (replaced("device.toml", '"example-site"', '"../../etc"'), "cannot name a device"),
    "name with a version": (replaced("device.toml", '"example-site"', '"a@2"'), "cannot name a device"),
    "text with an escape": (replaced("device.toml", '"EXAMPLE-0001"', '"\\u001b[31m"'), "source_id"),
    "number as text": (replaced("device.toml", "r_mm = 30", 'r_mm = "30"'), "r_mm = 30"),
    "no TOML": (replaced("device.toml", "format = 1", "format = "), "no valid TOML"),
    "another format": (replaced("device.toml", "format = 1", "format = 2"), "format = 2"),
    "reference inside the sphere": (replaced("device.toml", "r_mm = 30", "r_mm = 10"), "-10 mm from the sphere's"),
    "reference on a scale without tables": (
        lambda f: f | {"device.toml": f["device.toml"].replace('[[reference]]\ndose_scale = "Monte Carlo"',
                                                               '[[reference]]\ndose_scale = "TARGIT"')},
        "a reference on the scale TARGIT"),
    "pressure in hPa": (replaced("output_check.csv", "100.80", "1008.0"), "pressure 1008 kPa"),
    "temperature in K": (replaced("output_check.csv", "22.0", "295.2"), "temperature 295.2 C"),
    "no date": (replaced("output_check.csv", "2026-11-16", "16.11.2026"), "'16.11.2026' is not a date"),
    "output of another chamber": (replaced("device.toml", "nC = 1.2500", "nC = 12.500"), "output factor 0.1"),
    "reading of nothing": (replaced("device.toml", "nC = 1.2500", "nC = 0"), "output factor nan"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_bad_folder(case: str) -> None:
    change, said = BAD[case]
    with pytest.raises(InputError) as error:
        tables_of(change(example_files()))
    assert said in error.value.what
    assert error.value.where
    assert error.value.fix


def test_first_row_at_the_surface_may_be_rounded() -> None:
    """A sphere of 15 mm begins at 7.5 mm; 7.46 is a distance of two decimals within 0.05 mm of it."""
    files = example_files()
    files["transfer.csv"] = files["transfer.csv"].replace("\n15,7.5,", "\n15,7.46,")
    assert tables_of(files).reach_mm("Monte Carlo", 15.0)[0] == 7.5


def test_semicolons_are_explained() -> None:
    files = example_files()
    files["bare_probe.csv"] = files["bare_probe.csv"].replace(",", ";")
    with pytest.raises(InputError, match="separate cells by commas"):
        tables_of(files)


def test_latest_day_of_readings_counts() -> None:
    files = example_files()
    files["output_check.csv"] += "2026-10-01,0.9,20.0,101.325\n"
    assert tables_of(files).output_factor == tables_of(example_files()).output_factor
