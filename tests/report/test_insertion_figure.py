"""The picture of the insertion, and a folder that holds a moved CT."""

from __future__ import annotations

from pathlib import Path

import pytest

from openiort.core.errors import InputError
from openiort.report.figure_style import png
from openiort.report.file_hashes import hashes, path_sha256
from openiort.report.insertion_figure import insertion_figure
from openiort.report.plan_folder import save_plan
from openiort.report.saved_plan import read_plan
from tests import plan_factory
from tests.moved_plan import moved_plan


def test_four_panels_with_the_lump_and_the_sphere() -> None:
    figure = insertion_figure(moved_plan())
    assert [axes.get_title() for axes in figure.axes] == [
        "axial, as scanned", "axial, as planned", "sagittal, as scanned", "sagittal, as planned"]
    texts = [{text.get_text() for text in axes.texts} for axes in figure.axes]
    axial, sagittal = set("RLPA"), set("APFH")
    assert texts == [axial | {"6 cc"}, axial | {"30 mm"}, sagittal | {"6 cc"}, sagittal | {"30 mm"}]
    assert png(figure) == png(insertion_figure(moved_plan()))


def test_nothing_to_draw() -> None:
    with pytest.raises(ValueError, match="nothing has moved"):
        insertion_figure(plan_factory.make_plan())


def test_a_folder_has_one_hash(tmp_path: Path) -> None:
    (tmp_path / "ct").mkdir()
    for name in ("b.dcm", "a.dcm"):
        (tmp_path / "ct" / name).write_text(name)
    (tmp_path / "one").write_text("x")
    before = hashes(tmp_path)
    assert list(before) == ["ct", "one"]
    assert before["one"] == "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"  # printf x | sha256sum
    (tmp_path / "ct" / "a.dcm").rename(tmp_path / "ct" / "c.dcm")
    assert path_sha256(tmp_path / "ct") != before["ct"]


def test_plan_on_moved_tissue_is_saved_read_and_replaced(tmp_path: Path) -> None:
    place = tmp_path / "plan"
    files = save_plan(moved_plan(), place)
    assert {"moved_ct", "insertion.png"} <= set(files)
    assert oct((place / "moved_ct" / "CT.0001.dcm").stat().st_mode & 0o777) == "0o600"  # her name is in it
    saved = read_plan(place)
    assert saved.record["insertion"]["method"] == "displace"
    assert saved.record["distances_before_mm"]["skin"] < saved.record["distances_mm"]["skin"]
    with pytest.raises(InputError, match="earlier plan"):
        save_plan(moved_plan(), place)
    save_plan(plan_factory.make_plan(), place, force=True)
    assert not (place / "moved_ct").exists()


def test_a_changed_slice_of_the_moved_ct_is_seen(tmp_path: Path) -> None:
    save_plan(moved_plan(), tmp_path / "plan", deidentify=True)
    (tmp_path / "plan" / "moved_ct" / "CT.0003.dcm").unlink()
    with pytest.raises(InputError, match="moved_ct of the plan"):
        read_plan(tmp_path / "plan")


def test_foreign_files_beside_the_slices_are_never_replaced(tmp_path: Path) -> None:
    save_plan(moved_plan(), tmp_path / "plan")
    (tmp_path / "plan" / "moved_ct" / "notes.txt").write_text("keep")
    with pytest.raises(InputError, match="did not write"):
        save_plan(moved_plan(), tmp_path / "plan", force=True)
    assert (tmp_path / "plan" / "moved_ct" / "notes.txt").read_text() == "keep"
