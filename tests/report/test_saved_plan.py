"""A plan's folder read back, and folders that are none."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from pytest import approx

from openiort.core.errors import InputError
from openiort.report.plan_folder import save_plan
from openiort.report.saved_plan import read_plan
from tests.plan_factory import make_plan


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("saved") / "plan"
    save_plan(make_plan(), place)
    return place


def copy_of(folder: Path, place: Path) -> Path:
    for file in folder.iterdir():
        (place / file.name).write_bytes(file.read_bytes())
    return place


def test_plan_comes_back(folder: Path) -> None:
    saved, plan = read_plan(folder), make_plan()
    assert saved.treatment_time_s == approx(plan.treatment_time_s)
    assert saved.dvh("skin")["D2cc_Gy"] == approx(plan.dvh("skin").D2cc_Gy, rel=1e-5)
    assert np.abs(saved.dose.dose_Gy - plan.fine_dose.medium_Gy).max() < 1e-6
    with pytest.raises(InputError, match="shell 0-5 mm"):
        saved.dvh("spleen")


def test_changed_file_is_seen(folder: Path, tmp_path: Path) -> None:
    place = copy_of(folder, tmp_path)
    (place / "dvh.csv").write_text("better figures")
    with pytest.raises(InputError, match=r"dvh\.csv of the plan is not the file that was written"):
        read_plan(place)


def test_missing_file_is_seen(folder: Path, tmp_path: Path) -> None:
    place = copy_of(folder, tmp_path)
    (place / "dose.dcm").unlink()
    with pytest.raises(InputError, match=r"dose\.dcm of the plan cannot be read"):
        read_plan(place)


def test_names_in_the_record_lead_nowhere_else(folder: Path, tmp_path: Path) -> None:
    place = copy_of(folder, tmp_path)
    record = json.loads((place / "plan.json").read_text())
    record["files"] = {"../../etc/passwd": "00"}
    (place / "plan.json").write_text(json.dumps(record))
    with pytest.raises(InputError, match="passwd of the plan cannot be read"):
        read_plan(place)


@pytest.mark.parametrize("content", ("", "{}", "[]", '{"program": "another"}', '{"program": "OpenIORT", "files": {}}'))
def test_what_is_no_plan(tmp_path: Path, content: str) -> None:
    (tmp_path / "plan.json").write_text(content)
    with pytest.raises(InputError, match="no plan can be read"):
        read_plan(tmp_path)


def test_newer_format(folder: Path, tmp_path: Path) -> None:
    place = copy_of(folder, tmp_path)
    record = json.loads((place / "plan.json").read_text()) | {"format": 99}
    (place / "plan.json").write_text(json.dumps(record))
    with pytest.raises(InputError, match="format 99"):
        read_plan(place)
