"""dvh.csv: read back by somebody else's reader."""

from __future__ import annotations

import csv
from dataclasses import replace

from pytest import approx

from openiort.plan.prescription import Prescription
from openiort.report.dvh_table import dvh_table
from tests.plan_factory import IDENTITY, make_plan


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(line for line in text.splitlines() if not line.startswith("#")))


def test_one_row_a_structure_with_all_figures() -> None:
    plan = make_plan()
    table = rows(dvh_table(plan))
    assert [row["structure"] for row in table] == list(plan.dvhs)
    skin = next(row for row in table if row["structure"] == "skin")
    assert float(skin["D2cc_Gy"]) == approx(plan.dvh("skin").D2cc_Gy, rel=1e-5)
    assert skin["covered_percent"] == "" and skin["cut_by_scan"] == "yes"
    assert set(skin) == {"structure", *plan.dvh("skin").figures()}


def test_head() -> None:
    text = dvh_table(make_plan())
    head = [line for line in text.splitlines() if line.startswith("#")]
    assert text.startswith("# what: ")
    assert any("units:" in line for line in head) and any("P-7F3A91C2" in line for line in head)
    assert any("V100" in line and "0 by construction" in line for line in head)
    assert "0 by construction" not in dvh_table(replace(make_plan(), prescription=Prescription(6.0, 10.0)))
    assert IDENTITY.patient_id not in text


def test_names_with_commas_and_line_ends_stay_in_their_cell() -> None:
    dvh = make_plan().dvh("skin")
    table = rows(dvh_table(replace(make_plan(), dvhs={'a, "b"\n# c': dvh})))
    assert [row["structure"] for row in table] == ['a, "b" # c']
