"""The files below a folder (faulty folders: test_faulty_series.py)."""

from __future__ import annotations

from pathlib import Path

import pytest

from openiort.core.errors import InputError
from openiort.dicom import find_files as module
from openiort.dicom.find_files import find_files


def test_any_depth_in_a_fixed_order(tmp_path: Path) -> None:
    for name in ("b/2", "a/deep/er/1", "c", ".hidden/3"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    found = find_files(str(tmp_path))
    assert [found.name(path) for path in found.files] == [".hidden/3", "a/deep/er/1", "b/2", "c"]
    assert found.skipped == 0


def test_too_many_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_FILES", 3)
    for number in range(4):
        (tmp_path / str(number)).write_text("")
    with pytest.raises(InputError, match="more than 3 files"):
        find_files(tmp_path)


def test_only_links_is_said(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("/etc/hostname")
    with pytest.raises(InputError, match="holds only links"):
        find_files(tmp_path)


def test_home_is_known_by_its_short_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "ct").mkdir()
    (tmp_path / "ct" / "1").write_text("")
    assert len(find_files("~/ct").files) == 1
