"""A plan's folder read back, and folders that are none."""

from __future__ import annotations

import json
from collections.abc import Callable
from inspect import signature
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pytest import approx

from openiort.core.errors import InputError
from openiort.plan import make_plan as planning
from openiort.report.plan_folder import save_plan
from openiort.report.saved_plan import read_plan
from openiort.report.saved_record import OPTIONAL
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


def changed(folder: Path, place: Path, change: Callable[[dict[str, Any]], Any]) -> Path:
    """A copy of the plan with another record."""
    record = json.loads((copy_of(folder, place) / "plan.json").read_text())
    change(record)
    (place / "plan.json").write_text(json.dumps(record))
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


@pytest.mark.parametrize("name", ("../../etc/passwd", "", ".", "..", "a\0b", "another.dcm"))
def test_names_in_the_record_lead_nowhere_else(folder: Path, tmp_path: Path, name: str) -> None:
    place = changed(folder, tmp_path, lambda record: record["files"].update({name: "00"}))
    with pytest.raises(InputError, match="no plan can be read"):
        read_plan(place)


def test_no_file_goes_unchecked(folder: Path, tmp_path: Path) -> None:
    place = changed(folder, tmp_path, lambda record: record["files"].clear())
    with pytest.raises(InputError, match=r"does not list dose\.dcm"):
        read_plan(place)


DAMAGE: dict[str, Callable[[dict[str, Any]], Any]] = {
    "no options of the patient": lambda record: record["options"].pop("patient"),
    "no options of the plan": lambda record: record["options"].pop("plan"),
    "options of the patient as a list": lambda record: record["options"].update(patient=[1]),
    "layers as text": lambda record: record["options"]["patient"].update(layers={"skin_mm": "x"}),
    "structures as a path": lambda record: record["options"]["patient"].update(structures="~nobody/x.dcm"),
    "place with two numbers as text": lambda record: record["options"]["plan"].update(at_mm=["1", "2", "3"]),
    "seed as a fraction": lambda record: record["options"]["plan"].update(seed=1.5),
    "goals that are no text": lambda record: record["options"]["plan"].update(goals=[3]),
    "device as a number": lambda record: record["options"]["plan"].update(device=3),
    "lump with half a character": lambda record: record["options"]["plan"].update(lump="\ud800"),
    "no provenance": lambda record: record.pop("provenance"),
    "no hash of the input": lambda record: record["provenance"].pop("input_sha256"),
    "no time": lambda record: record.pop("treatment_time_s"),
    "time beyond any float": lambda record: record.update(treatment_time_s=10**400),
    "time that is no number": lambda record: record.update(treatment_time_s=float("nan")),
    "infinite time": lambda record: record.update(treatment_time_s=float("inf")),
    "DVH that is a number": lambda record: record["dvh"].update(skin=3),
    "hash that is none": lambda record: record["files"].update({"dvh.csv": None}),
    "nested a hundred times": lambda record: record.update(goals=json.loads("[" * 100 + "]" * 100)),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_damaged_record_is_bad_input(folder: Path, tmp_path: Path, damage: Callable[[dict[str, Any]], Any]) -> None:
    with pytest.raises(InputError, match=r"no plan can be read from .*: plan\.json: "):
        read_plan(changed(folder, tmp_path, damage))


def test_nesting_without_end(tmp_path: Path) -> None:
    (tmp_path / "plan.json").write_text("[" * 100_000)
    with pytest.raises(InputError, match="no plan can be read"):
        read_plan(tmp_path)


def test_folder_of_a_user_who_is_none() -> None:
    with pytest.raises(InputError, match="no plan can be read"):
        read_plan("~nobody-of-this-name/plan")


def test_every_option_of_a_plan_has_its_type_in_the_record() -> None:
    known = {name.removeprefix("options.plan.") for name in OPTIONAL if name.startswith("options.plan.")}
    not_saved = {"patient", "threads", "progress", "max_minutes"}
    assert known == set(signature(planning.make_plan).parameters) - not_saved


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
