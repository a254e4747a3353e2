"""Wrong units and slips show against the model."""

from __future__ import annotations

import pytest

from openiort.core.errors import InputError
from openiort.device.catalogue import read_device
from openiort.device.model_output import check_magnitude
from openiort.device.site_tables import SiteTables
from tests.device.example_site import changed_column, example_files, tables_of


def times(factor: float) -> SiteTables:
    files = example_files()
    text = changed_column(files["bare_probe.csv"], "Gy_per_min", lambda row: factor * row["Gy_per_min"])
    return tables_of(files | {"bare_probe.csv": text})


def test_example_passes_without_remark() -> None:
    assert check_magnitude(tables_of(example_files()), read_device("generic-50kv")) == ()


@pytest.mark.parametrize(
    ("factor", "unit"),
    ((100.0, "cGy per minute"), (1000.0, "mGy per minute"), (60.0, "Gy per hour"), (1 / 60, "Gy per second"),
     (6000.0, "cGy per hour"), (125.0, "cGy per minute"), (80.0, "cGy per minute")),
)  # fmt: skip
def test_another_unit_is_asked_for_not_converted(factor: float, unit: str) -> None:
    """Numbers of another unit by definition; 125 and 80 are cGy of a source 25 % stronger or 20 % weaker."""
    with pytest.raises(InputError, match=unit) as error:
        check_magnitude(times(factor), read_device("generic-50kv"))
    assert "nothing is converted silently" in error.value.fix


def test_a_strong_source_is_only_remarked() -> None:
    assert check_magnitude(times(1.25), read_device("generic-50kv")) == ()
    (remark,) = check_magnitude(times(1.5), read_device("generic-50kv"))
    assert "1.4" in remark  # 1.5 x the example's 0.98 of the nominal output


def test_one_wrong_sphere_stands_out() -> None:
    files = example_files()
    text = changed_column(files["transfer.csv"], "transfer_coefficient",
                          lambda row: row["transfer_coefficient"] * (1.08 if row["diameter_mm"] == 35 else 1.0))
    (remark,) = check_magnitude(tables_of(files | {"transfer.csv": text}), read_device("generic-50kv"))
    assert "35 mm sphere stands out" in remark


def test_sphere_that_the_model_has_not() -> None:
    files = example_files()
    files["transfer.csv"] = files["transfer.csv"].replace("\n35,", "\n36,")
    with pytest.raises(InputError, match="no sphere of 36 mm"):
        check_magnitude(tables_of(files), read_device("generic-50kv"))
