"""Stand-ins for the slow stages, so that the command line itself is tested: no dose is calculated here."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from openiort.plan.plan import Plan
from openiort.plan.plan_record import PROGRAM
from tests import plan_factory

HASH = "ab" * 32


class Stages:
    """Takes the place of `make_plan` and `save_plan` and remembers what they were asked."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.asked: dict[str, Any] = {}

    def make_plan(self, patient: Any, *, progress: Any, **asked: Any) -> Plan:
        progress("scatter", 0.5, "half")
        self.asked = asked | {"patient": patient}
        return self.plan

    def save_plan(
        self, plan: Plan, folder: Path, *, deidentify: bool, force: bool, progress: Any, add: Any
    ) -> dict[str, str]:
        self.asked |= {"deidentify": deidentify, "force": force}
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "plan.json").write_text(json.dumps({"program": PROGRAM, "files": {}}))
        if add:
            add(folder)
        return {"plan.json": HASH}


@pytest.fixture
def stages(monkeypatch: pytest.MonkeyPatch) -> Stages:
    found = Stages(plan_factory.make_plan())
    monkeypatch.setattr("openiort.plan.make_plan.make_plan", found.make_plan)
    monkeypatch.setattr("openiort.report.plan_folder.save_plan", found.save_plan)
    return found
