"""DICOM files in a plan's folder: which, for whose eyes, and as told."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pydicom
import pytest

from openiort.core.errors import InputError
from openiort.report.plan_folder import save_plan
from tests import plan_factory

BESIDE = {"plan.json", "dvh.csv", "report.pdf", "planes.png", "depth_dose.png", "dvh.png"}


def test_files_of_a_plan(tmp_path: Path) -> None:
    files = save_plan(plan_factory.make_plan(), tmp_path / "plan")
    assert set(files) == BESIDE | {"structures.dcm", "plan.dcm", "dose.dcm"}
    assert set(json.loads((tmp_path / "plan" / "plan.json").read_text())["files"]) == set(files) - {"plan.json"}
    for name in ("structures.dcm", "plan.dcm", "dose.dcm"):
        path = tmp_path / "plan" / name
        assert stat.S_IMODE(path.stat().st_mode) == 0o600  # they carry her name
        assert pydicom.dcmread(path).PatientID == plan_factory.IDENTITY.patient_id


def test_as_told_and_replaced(tmp_path: Path) -> None:
    plan, folder = plan_factory.make_plan(), tmp_path / "plan"
    files = save_plan(plan, folder, rtplan="brachy", dose_to_water=True, deidentify=True)
    assert set(files) == BESIDE | {"structures.dcm", "plan.dcm", "dose.dcm", "dose_to_water.dcm"}
    assert "ApplicationSetupSequence" in pydicom.dcmread(folder / "plan.dcm")
    for path in folder.glob("*.dcm"):
        assert plan_factory.IDENTITY.patient_id.encode() not in path.read_bytes()
    # a folder with all of these is a plan's, which --force may replace
    files = save_plan(plan, folder, rtplan="none", force=True)
    assert set(files) == {path.name for path in folder.iterdir()} == BESIDE | {"structures.dcm", "dose.dcm"}


def test_unknown_kind_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="RT Plan 'ion' cannot be written"):
        save_plan(plan_factory.make_plan(), tmp_path / "plan", rtplan="ion")
    assert list(tmp_path.iterdir()) == []
