"""A single file of output is whole or as it was before."""

from __future__ import annotations

import errno
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import pytest

from openiort.core.errors import InputError
from openiort.core.output_file import check_output_file, fill_output_file, write_output_file


def error_of(call: Callable[[], object]) -> InputError:
    with pytest.raises(InputError) as caught:
        call()
    error = caught.value
    assert error.what and error.allowed and error.fix
    assert error.where == "--picture"
    return error


def test_new_file(tmp_path: Path) -> None:
    write_output_file(tmp_path / "a.png", b"new", option="--picture")
    assert [path.name for path in tmp_path.iterdir()] == ["a.png"]
    assert (tmp_path / "a.png").read_bytes() == b"new"


def test_earlier_file_is_replaced_by_force_alone(tmp_path: Path) -> None:
    file = tmp_path / "a.png"
    file.write_bytes(b"old")
    assert "exists already" in error_of(lambda: write_output_file(file, b"new", option="--picture")).what
    assert file.read_bytes() == b"old"
    write_output_file(file, b"new", option="--picture", force=True)
    assert file.read_bytes() == b"new"


@pytest.mark.parametrize(
    ("place", "said"),
    [("folder", "is a folder"), ("nowhere/a.png", "does not exist"), ("file/a.png", "does not exist"),
     ("~no-such-user-here/a.png", "leads nowhere")],
)
def test_places_that_cannot_be(tmp_path: Path, place: str, said: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("mine")
    full = place if place.startswith("~") else tmp_path / place
    assert said in error_of(lambda: check_output_file(full, option="--picture", force=True)).what


def test_full_disk_leaves_the_earlier_file(tmp_path: Path) -> None:
    file = tmp_path / "a.png"
    file.write_bytes(b"old")

    def full(beside: BinaryIO) -> None:
        beside.write(b"h")
        raise OSError(errno.ENOSPC, "No space left on device")

    assert "disk full" in error_of(lambda: fill_output_file(file, full, option="--picture", force=True)).what
    assert file.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["a.png"]
