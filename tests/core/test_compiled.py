"""The cache of compiled code sees a change in any compiled source, and nobody else can put anything into it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from openiort.core.compiled import COMPILED_SOURCES, PACKAGE, cache_folder, private_folder, sources_hash

CODE = "import numpy as np; from openiort.physics.compton import klein_nishina_cm2 as f; print(f(30.0, 0.3))"
needs_two_users = pytest.mark.skipif(os.geteuid() != 0, reason="only root can make files of other users")


def test_a_change_of_physics_changes_the_hash(tmp_path):
    for folder in ("core", "physics", "dose", "evidence"):
        shutil.copytree(PACKAGE / folder, tmp_path / folder)
    before = sources_hash(tmp_path)
    assert before == sources_hash()
    file = tmp_path / "physics" / "compton.py"
    file.write_text(file.read_text().replace("0.5 *", "0.6 *", 1))
    assert sources_hash(tmp_path) != before


def test_every_compiled_file_is_hashed():
    hashed = {file for pattern in COMPILED_SOURCES for file in PACKAGE.glob(pattern)}
    compiled = {file for file in PACKAGE.rglob("*.py") if re.search(r"^@njit|\bnjit\(", file.read_text(), re.MULTILINE)}
    assert compiled
    assert not compiled - hashed


def test_a_warm_cache_sees_changed_physics(tmp_path):
    """`klein_nishina_cm2` after a change in a file that it imports: Numba's own cache, which looks at the function's
    own file alone, would run the old code.
    """
    shutil.copytree(PACKAGE, tmp_path / "openiort", ignore=shutil.ignore_patterns("__pycache__"))
    environment = {**os.environ, "PYTHONPATH": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache")}

    def value() -> float:
        command = [sys.executable, "-c", CODE]
        return float(subprocess.run(command, capture_output=True, text=True, env=environment, check=True).stdout)

    cold, warm = value(), value()
    assert cold == warm
    file = tmp_path / "openiort" / "core" / "units.py"  # imported by compton.py, which itself stays as it is
    text = file.read_text()
    file.write_text(text.replace("ELECTRON_RADIUS_cm = 2.8", "ELECTRON_RADIUS_cm = 5.6"))
    # closed form: the cross section is proportional to the square of the radius
    assert value() / cold == pytest.approx((5.617_940_3262 / 2.817_940_3262) ** 2, rel=1e-9)
    file.write_text(text)
    assert value() == cold
    assert len(list((tmp_path / "cache" / "openiort").iterdir())) == 2  # one folder for each state of the sources


def test_cache_folder_is_private_and_named_by_the_hash():
    folder = cache_folder()
    assert folder is not None
    assert folder.name == f"compiled-{sources_hash()}"
    assert not folder.stat().st_mode & 0o022


def test_folders_are_made_private_whatever_the_umask(tmp_path):
    before = os.umask(0)
    try:
        folder = private_folder(tmp_path, ("a", "b"))
    finally:
        os.umask(before)
    assert folder == tmp_path / "a" / "b"
    assert [path.stat().st_mode & 0o777 for path in (tmp_path / "a", folder)] == [0o700, 0o700]


@pytest.mark.parametrize("open_folder", ["a", "a/b"])
def test_folder_that_others_may_write_is_refused(tmp_path, open_folder):
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / open_folder).chmod(0o777)
    assert private_folder(tmp_path, ("a", "b")) is None


def test_root_that_others_may_write_must_be_sticky(tmp_path):
    tmp_path.chmod(0o777)
    assert private_folder(tmp_path, ("a",)) is None
    tmp_path.chmod(0o1777)
    assert private_folder(tmp_path, ("a",)) == tmp_path / "a"


@needs_two_users
@pytest.mark.parametrize("foreign", ["a", "a/b"])
def test_folder_of_somebody_else_is_refused(tmp_path, foreign):
    (tmp_path / "a" / "b").mkdir(parents=True)
    os.chown(tmp_path / foreign, 12345, 12345)
    assert private_folder(tmp_path, ("a", "b")) is None


@needs_two_users
def test_link_of_somebody_else_is_refused(tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "a").symlink_to("mine")
    assert private_folder(tmp_path, ("a",)) == tmp_path / "a"
    os.chown(tmp_path / "a", 12345, 12345, follow_symlinks=False)
    assert private_folder(tmp_path, ("a",)) is None


def test_file_in_the_way_is_an_error(tmp_path: Path):
    (tmp_path / "a").write_text("")
    with pytest.raises(OSError, match="a"):
        private_folder(tmp_path, ("a", "b"))
