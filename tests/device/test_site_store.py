"""Every version of an imported device is kept, unchanged and private."""

from __future__ import annotations

from pathlib import Path

import pytest

from openiort.core.errors import InputError
from openiort.device.catalogue import device_names, read_device
from openiort.device.import_site import import_site, save_filters
from openiort.device.site_store import check_store, read_stored, store_folder, versions
from openiort.device.site_tables import NOT_KNOWN, Filters, FilterUncertainty
from tests.device.example_site import TODAY, changed_column, example_files, write


def newer(files: dict[str, str]) -> dict[str, str]:
    return files | {"bare_probe.csv": changed_column(files["bare_probe.csv"], "Gy_per_min",
                                                     lambda row: 1.01 * row["Gy_per_min"])}  # fmt: skip


def test_versions_are_kept_and_found(tmp_path: Path) -> None:
    first = import_site(write(example_files(), tmp_path / "a"), today=TODAY)
    again = import_site(write(example_files(), tmp_path / "b"), today=TODAY)
    second = import_site(write(newer(example_files()), tmp_path / "c"), today=TODAY)
    assert [(one.tables.version, one.is_new) for one in (first, again, second)] == [(1, True), (1, False), (2, True)]
    assert versions("example-site") == [1, 2]
    assert device_names() == ["generic-50kv", "example-site"]
    rates = [read_stored("example-site", n).rate_Gy_per_min("Monte Carlo", 40.0, 0.0) for n in (1, 2)]
    assert rates[1] / rates[0] == pytest.approx(1.01, rel=1e-5)
    assert read_device("example-site").site == read_stored("example-site", 2)
    assert read_device("example-site@1").site == read_stored("example-site", 1)


def test_device_of_a_site(tmp_path: Path) -> None:
    import_site(write(example_files(), tmp_path / "a"), today=TODAY)
    device = read_device("example-site", TODAY)
    assert device.time_word == ""
    assert {applicator.output_mark for applicator in device.applicators} == {"measured"}
    assert device.warnings == ()
    assert read_device("example-site", TODAY.replace(year=2028)).warnings


def test_fitted_filters_are_a_version_of_their_own(tmp_path: Path) -> None:
    import_site(write(example_files(), tmp_path / "a"), today=TODAY)
    assert save_filters(read_stored("example-site"), Filters(0.14, 1.2)) == (2, True)
    fitted = read_device("example-site")
    assert fitted.added_filters.source_mm_Al == pytest.approx(0.10)  # beyond the model's 0.04 mm
    assert fitted.added_filters.hardening_mm_Al == pytest.approx(0.20)  # beyond 1.0 mm
    assert read_device("example-site@1").site.fitted is None
    assert fitted.site.fitted_uncertainty == NOT_KNOWN
    assert "0.140 mm Al (uncertainty not known) in all spheres" in fitted.site.filters_said()


def test_uncertainty_of_fitted_filters_is_kept(tmp_path: Path) -> None:
    import_site(write(example_files(), tmp_path / "a"), today=TODAY)
    said = FilterUncertainty(0.02, None, None), FilterUncertainty(0.02, 0.05, -0.5)
    for uncertainty in said:
        save_filters(read_stored("example-site"), Filters(0.14, 1.2), uncertainty)
        assert read_stored("example-site").fitted_uncertainty == uncertainty
    assert "0.140 mm Al +- 0.020 (k=1) in all spheres, 1.200 mm Al +- 0.050 (k=1) more" in read_stored(
        "example-site").filters_said()


@pytest.mark.parametrize("line", ("source_uncertainty_mm_Al = -0.1", "correlation = 1.1", "sigma = 0.1",
                                  "correlation = nan"))  # fmt: skip
def test_filters_that_cannot_be(line: str, tmp_path: Path) -> None:
    text = f"source_filter_mm_Al = 0.14\nhardening_filter_mm_Al = 1.2\n{line}\n"
    with pytest.raises(InputError) as error:
        import_site(write(example_files() | {"fitted.toml": text}, tmp_path / "a"), today=TODAY)
    assert error.value.where == "fitted.toml"


def test_store_that_cannot_be_written_is_seen_before_the_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import_site(write(example_files(), tmp_path / "a"), today=TODAY)
    check_store("example-site")
    monkeypatch.setattr("os.access", lambda *_: False)  # who runs this may be allowed everything
    with pytest.raises(InputError, match="no permission to write"):
        check_store("example-site")


def test_only_the_owner_may_enter(tmp_path: Path) -> None:
    import_site(write(example_files(), tmp_path / "a"), today=TODAY)
    assert (store_folder() / "example-site").stat().st_mode & 0o777 == 0o700
    assert (store_folder() / "example-site" / "1").stat().st_mode & 0o777 == 0o700


def test_what_others_can_write_is_not_used(tmp_path: Path) -> None:
    import_site(write(example_files(), tmp_path / "a"), today=TODAY)
    (store_folder() / "example-site" / "1").chmod(0o777)
    with pytest.raises(InputError, match="somebody else owns this folder or may write to it"):
        read_device("example-site")


def test_a_changed_file_is_seen(tmp_path: Path) -> None:
    import_site(write(example_files(), tmp_path / "a"), today=TODAY)
    path = store_folder() / "example-site" / "1" / "transfer.csv"
    path.write_text(path.read_text().replace("40,20,", "40,20,1"))
    with pytest.raises(InputError, match="not those that were imported"):
        read_device("example-site")


@pytest.mark.parametrize("name", ["../generic", "example-site@9", "example-site@x", "example-site@../1", "", "@1", "/"])
def test_names_that_lead_nowhere(name: str, tmp_path: Path) -> None:
    import_site(write(example_files(), tmp_path / "a"), today=TODAY)
    with pytest.raises(InputError):
        read_device(name)


def test_name_of_the_catalogue_is_taken(tmp_path: Path) -> None:
    files = example_files()
    files["device.toml"] = files["device.toml"].replace('"example-site"', '"generic-50kv"')
    with pytest.raises(InputError, match="is a device of the catalogue"):
        import_site(write(files, tmp_path / "a"), today=TODAY)


def test_full_or_closed_disk_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "file"))
    with pytest.raises(InputError, match="cannot keep the device"):
        import_site(write(example_files(), tmp_path / "a"), today=TODAY)


def test_applicator_that_was_not_measured(tmp_path: Path) -> None:
    files = example_files()
    kept = [line for line in files["transfer.csv"].splitlines() if not line.startswith(("45,", "50,"))]
    files["transfer.csv"] = "\n".join(kept) + "\n"
    import_site(write(files, tmp_path / "a"), today=TODAY)
    with pytest.raises(InputError, match="has not been measured by the site") as error:
        read_device("example-site").applicator(45.0)
    assert error.value.allowed == "15, 20, 25, 30, 35, 40 mm"
