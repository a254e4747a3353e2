"""The folder of a plan: which files, whose name in them, true hashes, private modes."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import stat
import subprocess
from pathlib import Path

import pydicom
import pytest

from openiort.core.errors import InputError
from openiort.report.output_folder import FILE_NAMES
from openiort.report.plan_folder import save_plan
from tests.plan_factory import IDENTITY, make_plan
from tests.required_tools import require_tool

FILES = {"plan.json", "structures.dcm", "plan.dcm", "dose.dcm", "dvh.csv", "report.pdf", "planes.png", "depth_dose.png",
         "dvh.png"}  # README
KEPT = {"study_instance_uid", "series_instance_uid", "frame_of_reference_uid"}  # or the dose would not lie on its CT


@pytest.fixture(scope="module")
def named(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """A folder with her name and one file more, and what `save_plan` returned."""
    folder = tmp_path_factory.mktemp("named") / "plan"

    def add(beside: Path) -> None:
        was_whole = (beside / "plan.json").is_file() and not folder.exists()
        (beside / "more").write_text(f"whole: {was_whole}")

    return folder, save_plan(make_plan(), folder, add=add)


@pytest.fixture(scope="module")
def nameless(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A de-identified folder."""
    folder = tmp_path_factory.mktemp("nameless") / "plan"
    save_plan(make_plan(), folder, deidentify=True)
    return folder


def secrets() -> list[str]:
    """All that the clinic knows her by, whole and in parts; dates also as people write them."""
    values = [getattr(IDENTITY, name) for name in IDENTITY.__slots__ if name not in KEPT | {"sex"}]
    parts = [part for value in values for part in (value, *value.split("^")) if part]
    return [*parts, "1958-11-03", "2024-02-29"]


def output_of(tool: str, *arguments: str) -> str:
    return subprocess.run([require_tool(tool), *arguments], capture_output=True, text=True, check=True).stdout


def pdf_text(file: Path) -> str:
    return output_of("pdftotext", str(file), "-")


def test_every_file_is_there(named: tuple[Path, dict[str, str]]) -> None:
    folder, files = named
    assert set(files) == FILES
    # two are written when asked for
    assert set(FILE_NAMES) == FILES | {"dose_to_water.dcm", "insertion.png"}
    assert {path.name for path in folder.iterdir()} == FILES | {"more"}


def test_more_is_added_before_the_folder_takes_its_place(named: tuple[Path, dict[str, str]]) -> None:
    assert (named[0] / "more").read_text() == "whole: True"


def test_hashes_are_those_of_the_files(named: tuple[Path, dict[str, str]]) -> None:
    folder, files = named
    true = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in FILES}
    assert files == true
    record = json.loads((folder / "plan.json").read_text())
    del true["plan.json"]  # it cannot hold its own
    assert record["files"] == true


def test_files_are_what_their_names_say(named: tuple[Path, dict[str, str]]) -> None:
    folder, _ = named
    assert (folder / "report.pdf").read_bytes().startswith(b"%PDF")
    assert all((folder / name).read_bytes().startswith(b"\x89PNG") for name in FILES if name.endswith(".png"))
    assert pydicom.dcmread(folder / "dose.dcm").Modality == "RTDOSE"


def test_folder_with_a_name_is_private(named: tuple[Path, dict[str, str]]) -> None:
    folder, _ = named
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for name in ("structures.dcm", "plan.dcm", "dose.dcm", "report.pdf"):
        assert stat.S_IMODE((folder / name).stat().st_mode) == 0o600


def test_folder_without_a_name_is_as_the_user_wants_it(nameless: Path) -> None:
    mask = os.umask(0)
    os.umask(mask)
    assert stat.S_IMODE(nameless.stat().st_mode) == 0o777 & ~mask


def test_name_stands_in_dicom_and_pdf_alone(named: tuple[Path, dict[str, str]]) -> None:
    folder, _ = named
    tags = pydicom.dcmread(folder / "dose.dcm")
    assert (str(tags.PatientName), tags.PatientID) == (IDENTITY.patient_name, IDENTITY.patient_id)
    for name in ("plan.json", "dvh.csv", "planes.png", "depth_dose.png", "dvh.png"):
        content = (folder / name).read_bytes()
        assert not [value for value in secrets() if value.encode() in content], name


def test_pdf_carries_the_name(named: tuple[Path, dict[str, str]]) -> None:
    text = pdf_text(named[0] / "report.pdf")
    assert "Xylophonova, Quintessa Maria" in text
    assert IDENTITY.patient_id in text
    assert "1958-11-03" in text


def test_deidentified_files_hold_nothing_of_her(nameless: Path) -> None:
    for path in nameless.iterdir():
        content = path.read_bytes()
        assert not [value for value in secrets() if value.encode() in content], path.name


def test_deidentified_pdf_shows_nothing_of_her(nameless: Path) -> None:
    text = pdf_text(nameless / "report.pdf")
    assert make_plan().patient.pseudonym in text
    assert not [value for value in secrets() if value in text]
    information = output_of("pdfinfo", str(nameless / "report.pdf"))
    assert not [value for value in secrets() if value in information]
    assert "CreationDate" not in information  # the day of treatment is her data as well


def test_dose_can_be_linked_to_its_ct(nameless: Path) -> None:
    """docs/data_and_privacy.md: study and frame of reference are kept, also where the name is not."""
    tags = pydicom.dcmread(nameless / "dose.dcm")
    assert tags.StudyInstanceUID == IDENTITY.study_instance_uid
    assert tags.FrameOfReferenceUID == IDENTITY.frame_of_reference_uid
    assert tags.SeriesInstanceUID != IDENTITY.series_instance_uid


def test_full_disk_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*given: object, **options: object) -> bytes:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("openiort.report.plan_folder.plan_figures", full)  # dose.dcm and dvh.csv are written by then
    with pytest.raises(InputError, match="disk full"):
        save_plan(make_plan(), tmp_path / "plan")
    assert list(tmp_path.iterdir()) == []
