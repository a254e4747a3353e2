"""Hostile folders: links, pipes, huge files, binary files."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from openiort.core.errors import InputError
from openiort.device.import_site import import_site
from openiort.device.site_store import stored_names
from tests.device.example_site import TODAY, example_files, write


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(example_files(), tmp_path / "site")


def refused(folder: Path, said: str) -> None:
    with pytest.raises(InputError, match=said) as error:
        import_site(folder, today=TODAY)
    assert error.value.fix
    assert stored_names() == []


def test_link_to_a_file_elsewhere(folder: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text((folder / "bare_probe.csv").read_text())
    (folder / "bare_probe.csv").unlink()
    (folder / "bare_probe.csv").symlink_to(secret)
    refused(folder, "bare_probe.csv is a link")


def test_dead_link(folder: Path) -> None:
    (folder / "transfer.csv").unlink()
    (folder / "transfer.csv").symlink_to("nowhere")
    refused(folder, "transfer.csv is a link")


def test_pipe_is_not_waited_for(folder: Path) -> None:
    (folder / "transfer.csv").unlink()
    os.mkfifo(folder / "transfer.csv")
    refused(folder, "no plain file")


def test_folder_called_like_a_table(folder: Path) -> None:
    (folder / "transfer_V4.0.csv").mkdir()
    refused(folder, "no plain file")


def test_huge_file(folder: Path) -> None:
    with (folder / "bare_probe.csv").open("r+b") as file:
        file.truncate(10_000_000_000)  # sparse: it takes no room
    refused(folder, "larger than 1000 kB")


def test_too_many_rows(folder: Path) -> None:
    with (folder / "bare_probe.csv").open("a") as file:
        file.writelines(f"{50 + i * 1e-3:.3f},{1 - i * 1e-5:.5f}\n" for i in range(1, 20_001))
    refused(folder, "rows")


def test_binary_file(folder: Path) -> None:
    (folder / "bare_probe.csv").write_bytes(b"\xff\xfe\x00\x01")
    refused(folder, "no UTF-8 text")


def test_missing_folder_and_missing_description(tmp_path: Path) -> None:
    refused(tmp_path / "nowhere", "cannot read the folder")
    refused(tmp_path, "has no device.toml")


def test_other_files_are_left_alone_and_named(folder: Path) -> None:
    (folder / "notes.docx").write_bytes(b"\0")
    found = import_site(folder, today=TODAY)
    assert "not used: notes.docx" in found.remarks


def test_byte_order_mark_of_a_spreadsheet(folder: Path) -> None:
    text = (folder / "bare_probe.csv").read_text()
    (folder / "bare_probe.csv").write_text("\ufeff" + text)
    assert import_site(folder, today=TODAY).is_new
