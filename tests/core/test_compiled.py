"""The cache of compiled code sees a change in any compiled source."""

from __future__ import annotations

import shutil

from openiort.core.compiled import PACKAGE, cache_folder, sources_hash


def test_a_change_of_physics_changes_the_hash(tmp_path):
    for folder in ("core", "physics", "dose"):
        shutil.copytree(PACKAGE / folder, tmp_path / folder)
    before = sources_hash(tmp_path)
    assert before == sources_hash()
    file = tmp_path / "physics" / "compton.py"
    file.write_text(file.read_text().replace("0.5 *", "0.6 *", 1))
    assert sources_hash(tmp_path) != before


def test_cache_folder_is_private_and_named_by_the_hash():
    folder = cache_folder()
    assert folder is not None
    assert folder.name == f"compiled-{sources_hash()}"
    assert not folder.stat().st_mode & 0o022
