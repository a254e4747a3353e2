"""Wrong units and slips show against the model."""

from __future__ import annotations

from pathlib import Path

import pytest

from openiort.core.errors import InputError
from openiort.device.catalogue import read_device
from openiort.device.import_site import import_site
from openiort.device.model_output import check_magnitude, model_rate
from openiort.device.site_tables import SiteTables
from tests.device.example_site import TODAY, changed_column, example_files, second_scale, tables_of, write


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


@pytest.mark.parametrize("factor", (140.0, 10.0, 3.0, 0.3, 0.1, 0.01))
def test_what_no_such_source_gives_is_refused_whatever_the_unit(factor: float) -> None:
    """A slipped decimal point, a doubled conversion: further than scales (14-30 %) and machines differ."""
    with pytest.raises(InputError, match="times what such a source gives") as error:
        check_magnitude(times(factor), read_device("generic-50kv"))
    assert error.value.where == "bare_probe.csv"
    assert error.value.allowed == "0.4 to 2.5 times the model's nominal output"
    assert "seem to be" not in error.value.what


@pytest.mark.parametrize("factor", (0.45, 2.4))
def test_inside_the_range_a_level_is_remarked(factor: float) -> None:
    (remark,) = check_magnitude(times(factor), read_device("generic-50kv"))
    assert f"the dose rates are {factor * 0.978:.2f} times" in remark  # the example is 0.978 of the nominal output


def test_one_sphere_with_a_slipped_decimal_point() -> None:
    files = example_files()
    text = changed_column(files["transfer.csv"], "transfer_coefficient",
                          lambda row: row["transfer_coefficient"] * (0.1 if row["diameter_mm"] == 50 else 1.0))
    with pytest.raises(InputError, match=r"outside the 50 mm sphere are 0\.09") as error:
        check_magnitude(tables_of(files | {"transfer.csv": text}), read_device("generic-50kv"))
    assert error.value.where.startswith("transfer.csv, from line")


def test_tables_that_nothing_can_be_compared_with() -> None:
    """Rates from 46.5 mm outwards: more than 20 mm from every sphere's surface, the largest being 50 mm."""
    files = example_files()
    files["bare_probe.csv"] = "# scale: Monte Carlo\nr_mm,Gy_per_min\n46.5,5\n47,4\n48,3\n49,2\n50,1\n"
    kept = [line for line in files["transfer.csv"].splitlines() if not line[:1].isdigit() or line.startswith("50,")]
    files["transfer.csv"] = "\n".join(kept) + "\n"
    with pytest.raises(InputError, match="no depth of 0-20 mm is covered"):
        check_magnitude(tables_of(files), read_device("generic-50kv"))


def with_reference(rate_Gy_per_min: float) -> SiteTables:
    files = example_files()
    text = files["device.toml"].replace("Gy_per_min = 0.23283", f"Gy_per_min = {rate_Gy_per_min}")
    return tables_of(files | {"device.toml": text})


@pytest.mark.parametrize(("factor", "said"), ((100.0, "cGy per minute"), (60.0, "Gy per hour"), (10.0, "times what"),
                                              (0.3, "times what")))  # fmt: skip
def test_reference_of_another_unit(factor: float, said: str) -> None:
    """The example's 0.23283 Gy/min by the definition of each unit, and two slips."""
    with pytest.raises(InputError, match=said) as error:
        check_magnitude(with_reference(factor * 0.23283), read_device("generic-50kv"))
    assert "[[reference]]" in error.value.where


def test_reference_a_few_per_cent_off_is_what_the_check_is_for() -> None:
    for factor in (0.92, 1.08):
        assert check_magnitude(with_reference(factor * 0.23283), read_device("generic-50kv")) == ()
    (remark,) = check_magnitude(with_reference(1.5 * 0.23283), read_device("generic-50kv"))
    assert "the reference's dose rate is 1.5" in remark


def test_reference_at_a_sphere_without_tables(tmp_path: Path) -> None:
    files = example_files()
    files["device.toml"] = files["device.toml"].replace("diameter_mm = 40", "diameter_mm = 42")
    with pytest.raises(InputError, match="a reference at a sphere of 42 mm") as error:
        import_site(write(files, tmp_path), today=TODAY)
    assert "[[reference]]" in error.value.where


def test_model_between_whole_millimetres() -> None:
    """Water table, 15 mm sphere, 1 and 2 mm deep: 1.01068e-13 and 7.86514e-14 Gy a photon; their geometric mean."""
    model = read_device("generic-50kv")
    expected = (1.01068e-13 * 7.86514e-14) ** 0.5 * model.applicator(15).photons_per_minute
    assert model_rate(model, 15.0, 1.5) == pytest.approx(expected, rel=1e-9)


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


@pytest.mark.parametrize("scales", (1, 2))
def test_sphere_that_the_model_has_not(scales: int, tmp_path: Path) -> None:
    """The message names file and row, whether the sphere is among those of the first scale or of the second alone."""
    files = example_files()
    wrong = files["transfer.csv"].replace("\n35,", "\n33,")
    if scales == 2:
        files = second_scale(files, "V4.0", 1.2) | {"transfer_V4.0.csv": "# scale: V4.0\n" + wrong}
    else:
        files["transfer.csv"] = wrong
    with pytest.raises(InputError, match="no sphere of 33 mm") as error:
        import_site(write(files, tmp_path), today=TODAY)
    name = "transfer_V4.0.csv" if scales == 2 else "transfer.csv"
    row = next(number for number, line in enumerate(files[name].splitlines(), 1) if line.startswith("33,"))
    assert error.value.where == f"{name}, from line {row}, 33 mm sphere"
    assert error.value.allowed == "15, 20, 25, 30, 35, 40, 45, 50 mm"
